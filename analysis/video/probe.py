"""What an MP4 says of its video, from its headers alone.

libavformat decodes packets when it opens a file, so a scan of hundreds of gigabytes cannot use it.
This reader walks the boxes of ISO/IEC 14496-12, skips `mdat` wherever it stands and reads a few
hundred bytes a file, however long the video is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange, bytes_range, file_range
from analysis.video.sample_entry import MPEG4_PART_2, identify


@dataclass(frozen=True)
class VideoHeader:
    """The video track of an MP4.

    `codec` names the standard (`H.264`), `tag` is the four characters of the sample entry (`avc1`),
    `duration` is in ticks, of which `timescale` are a second, width and height are in pixels.
    """

    codec: str
    tag: str
    profile: str | None
    width: int
    height: int
    frames: int
    timescale: int
    duration: int

    @property
    def fps(self) -> Fraction:
        """Frames per second, over the whole track: what ffprobe calls avg_frame_rate."""
        return Fraction(self.frames * self.timescale, self.duration)

    @property
    def label(self) -> str:
        """The codec as a reader should see it: `H.264 (High)`, `MPEG-4 Part 2 (mp4v)`.

        MPEG-4 Part 2 shows its tag, because `mp4v` is what people take for the codec of every MP4.
        """
        detail = self.tag if self.codec == MPEG4_PART_2 else self.profile
        return f"{self.codec} ({detail})" if detail else self.codec


def probe_file(path: Path) -> VideoHeader:
    """As `probe`, for a local file."""
    with file_range(path) as file:
        return probe(file)


def probe_bytes(data: bytes, name: str) -> VideoHeader:
    """As `probe`, for an MP4 in memory; `name` is what a message calls it."""
    return probe(bytes_range(data, name))


def probe(mp4: ByteRange) -> VideoHeader:
    """Read the headers of the first video track of an MP4.

    Raises:
        InputError: it is no MP4, is cut off or garbled, is fragmented, or has no video.
    """
    moov = _find_moov(mp4)
    children = list(_boxes(mp4, moov.start, moov.end))
    if any(box.kind == b"mvex" for box in children):
        raise _error(mp4, "is a fragmented MP4; rewrite it with `ffmpeg -i IN -c copy OUT.mp4`")
    for track in (box for box in children if box.kind == b"trak"):
        media = _find(mp4, track, b"mdia")
        handler = _find(mp4, media, b"hdlr")
        if _exactly(mp4, handler.start + 8, 4) == b"vide":
            return _read_track(mp4, media)
    raise _error(mp4, "the MP4 has no video track; give one that has")


_CUT_OFF: Final = "the MP4 is cut off; write the video again or leave this episode out"
_GARBLED: Final = "the MP4's boxes are garbled; write the video again"
_TOP_LEVEL: Final = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"styp"}
_VISUAL_SAMPLE_ENTRY: Final = 78  # bytes of its fixed fields; boxes follow
# Real files have tens of boxes in a container; only garbled ones have more.
_MAX_BOXES: Final = 10_000
_MAX_CONFIGURATION: Final = 4_096
_PAIRS_A_READ: Final = 8_192


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int  # of the content, after the header
    end: int


def _error(mp4: ByteRange, what: str) -> InputError:
    return InputError(f"{mp4.name}: {what}.")


def _exactly(mp4: ByteRange, offset: int, length: int) -> bytes:
    data = mp4.read(offset, length)
    if len(data) != length:
        raise _error(mp4, _CUT_OFF)
    return data


def _boxes(mp4: ByteRange, start: int, end: int) -> Iterator[_Box]:
    """Walk the boxes between two offsets."""
    for _ in range(_MAX_BOXES):
        if end - start < 8:
            return
        size, kind = struct.unpack(">I4s", _exactly(mp4, start, 8))
        header = 8
        if size == 1:
            (size,) = struct.unpack(">Q", _exactly(mp4, start + 8, 8))
            header = 16
        elif size == 0:
            size = end - start
        if size < header:
            raise _error(mp4, _GARBLED)
        yield _Box(kind, start + header, start + size)
        start += size
    raise _error(mp4, _GARBLED)


def _find(mp4: ByteRange, within: _Box, *path: bytes) -> _Box:
    """The first box at a path of kinds below a box."""
    for kind in path:
        children = _boxes(mp4, within.start, within.end)
        found = next((box for box in children if box.kind == kind), None)
        if found is None or found.end > within.end:
            raise _error(mp4, f"the MP4 has no whole {kind.decode()} box; write the video again")
        within = found
    return within


def _find_moov(mp4: ByteRange) -> _Box:
    for position, box in enumerate(_boxes(mp4, 0, mp4.size)):
        if position == 0 and box.kind not in _TOP_LEVEL:
            raise _error(mp4, "is not an MP4; give a video in an MP4 container")
        if box.end > mp4.size:
            raise _error(mp4, _CUT_OFF)
        if box.kind == b"moov":
            return box
    raise _error(
        mp4,
        "the MP4 has no moov box, as when its writer was stopped early; "
        "write the video again or leave this episode out",
    )


def _read_track(mp4: ByteRange, media: _Box) -> VideoHeader:
    table = _find(mp4, media, b"minf", b"stbl")
    timescale = _timescale(mp4, _find(mp4, media, b"mdhd"))
    # stsz: version and flags, the size of all samples, their number. The list of sizes is not read.
    (frames,) = struct.unpack(">I", _exactly(mp4, _find(mp4, table, b"stsz").start + 8, 4))
    duration = _duration(mp4, _find(mp4, table, b"stts"))
    entry = _find_sample_entry(mp4, _find(mp4, table, b"stsd"))
    width, height = struct.unpack(">HH", _exactly(mp4, entry.start + 24, 4))
    if not (timescale and frames and duration and width and height):
        raise _error(mp4, "the MP4's video track is empty; write the video again")
    tag = entry.kind.decode("latin-1")
    codec, profile = identify(tag, _configurations(mp4, entry))
    return VideoHeader(codec, tag, profile, width, height, frames, timescale, duration)


def _timescale(mp4: ByteRange, media_header: _Box) -> int:
    """Ticks per second; after the times of creation and change, 4 bytes each or 8 in version 1."""
    (version,) = _exactly(mp4, media_header.start, 1)
    position = media_header.start + 4 + (16 if version == 1 else 8)
    return int.from_bytes(_exactly(mp4, position, 4), "big")


def _duration(mp4: ByteRange, time_to_sample: _Box) -> int:
    """Ticks from the first frame to the end of the last, out of pairs (frames, ticks of each).

    The durations in mdhd and tkhd will not do: libavformat adds the delay of B-frames to them.
    """
    (pairs,) = struct.unpack(">I", _exactly(mp4, time_to_sample.start + 4, 4))
    start = time_to_sample.start + 8
    if start + 8 * pairs > time_to_sample.end:
        raise _error(mp4, _GARBLED)
    ticks = 0
    for first in range(0, pairs, _PAIRS_A_READ):
        length = 8 * min(_PAIRS_A_READ, pairs - first)
        run = struct.iter_unpack(">II", _exactly(mp4, start + 8 * first, length))
        ticks += sum(frames * each for frames, each in run)
    return ticks


def _find_sample_entry(mp4: ByteRange, descriptions: _Box) -> _Box:
    # stsd: version and flags, number of entries, entries.
    entry = next(_boxes(mp4, descriptions.start + 8, descriptions.end), None)
    if entry is None or entry.end - entry.start < _VISUAL_SAMPLE_ENTRY:
        raise _error(mp4, "the MP4 does not describe its video; write the video again")
    return entry


def _configurations(mp4: ByteRange, entry: _Box) -> dict[str, bytes]:
    """The boxes within a sample entry, kind → content."""
    return {
        box.kind.decode("latin-1"): mp4.read(
            box.start, min(box.end - box.start, _MAX_CONFIGURATION)
        )
        for box in _boxes(mp4, entry.start + _VISUAL_SAMPLE_ENTRY, entry.end)
    }

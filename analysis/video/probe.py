"""What an MP4 says of its video, from its headers alone.

libavformat decodes packets when it opens a file, so a scan of hundreds of gigabytes cannot use it.
This reader walks the boxes of ISO/IEC 14496-12, skips `mdat` wherever it stands and reads a few
hundred bytes a file, however long the video is; more only of files with further tracks, whose
bytes are no video's, and of those that an edit list cuts.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange, bytes_range, file_range
from analysis.video.boxes import CUT_OFF, GARBLED, Box, boxes, exactly, find, find_any, refusal
from analysis.video.orientation import UPRIGHT, Orientation, orientation_of
from analysis.video.sample_entry import MPEG4_PART_2, identify
from analysis.video.sample_table import (
    check_last_chunk,
    edits_of,
    sample_bytes,
    shown_samples,
)


@dataclass(frozen=True)
class VideoHeader:
    """The video track of an MP4, as a player shows it.

    Args:
        codec: the standard, `H.264`.
        tag: the four characters of the sample entry, `avc1`.
        profile: of the codec; None where the headers do not tell it.
        width: of the frames as they are shown, in pixels.
        height: likewise.
        frames: that are shown, edit lists applied.
        timescale: ticks in a second.
        duration: ticks from the first of these frames to the end of the last; 0 where the file
            gives frames no duration.
        bytes: of the file, less those of its other tracks.
        track: the number of the track in its file.
        orientation: how coded frames are turned before they are shown.
        notes: what else a player does, or the file holds, that frames as coded do not show; each
            what can be said of "a video".
    """

    codec: str
    tag: str
    profile: str | None
    width: int
    height: int
    frames: int
    timescale: int
    duration: int
    bytes: int
    track: int
    orientation: Orientation = UPRIGHT
    notes: tuple[str, ...] = ()

    @property
    def rate(self) -> Fraction | None:
        """Frames per second, over the whole track: what ffprobe calls avg_frame_rate.

        None where the file gives frames no duration.
        """
        return Fraction(self.frames * self.timescale, self.duration) if self.duration else None

    @property
    def fps(self) -> Fraction:
        """The rate, where there has to be one.

        Raises:
            InputError: the file gives frames no duration.
        """
        if self.rate is None:
            raise InputError("A video gives its frames no duration, and so no rate; leave it out.")
        return self.rate

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
    """Read the headers of an MP4's video track: of several, of the one with the most samples.

    So a cover picture, which is a track of one sample, is never taken for the video.

    Raises:
        InputError: it is no MP4, is cut off or garbled, is fragmented, or has no video.
    """
    moov, sizes_said = _find_moov(mp4)
    if find_any(mp4, moov, b"mvex"):
        raise refusal(mp4, "is a fragmented MP4; rewrite it with `ffmpeg -i IN -c copy OUT.mp4`")
    tracks = [_track(mp4, box) for box in boxes(mp4, moov.start, moov.end) if box.kind == b"trak"]
    videos = [track for track in tracks if track.handler == b"vide"]
    if not videos:
        raise refusal(mp4, "the MP4 has no video track; give one that has")
    video = max(videos, key=lambda track: track.samples)  # the first one of equals
    others = [track for track in tracks if track is not video]
    table = find(mp4, video.media, b"minf", b"stbl")
    check_last_chunk(mp4, table, exact=not sizes_said)
    return _read_track(mp4, moov, video, others)


_VISUAL_SAMPLE_ENTRY: Final = 78  # bytes of its fixed fields; boxes follow
_MAX_CONFIGURATION: Final = 4_096
_TOP_LEVEL: Final = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"styp"}
_REWRITE: Final = "rewrite it with `ffmpeg -i IN -c copy OUT.mp4`"
_OTHERS: Final = (
    (b"version https://git-lfs", "is a Git LFS pointer and not the file; run `git lfs pull`"),
    (b"\x1a\x45\xdf\xa3", f"is Matroska or WebM; {_REWRITE}"),
    (b"RIFF", f"is AVI; {_REWRITE}"),
    (b"\x47\x40", f"is an MPEG transport stream; {_REWRITE}"),
    (b"<", "is a web page or XML, as when a download was refused; download it again"),
)
"""What begins so is no MP4, and what it is instead."""

# ITU-T H.273, transfer characteristics.
_TRANSFERS: Final = {16: "PQ", 18: "HLG"}


@dataclass(frozen=True)
class _Track:
    box: Box
    media: Box
    handler: bytes
    samples: int


def _track(mp4: ByteRange, box: Box) -> _Track:
    media = find(mp4, box, b"mdia")
    handler = exactly(mp4, find(mp4, media, b"hdlr").start + 8, 4)
    samples = 0
    if handler == b"vide":
        # stsz: version and flags, the size of all samples, their number, then a list of sizes.
        sizes = find(mp4, media, b"minf", b"stbl", b"stsz")
        (samples,) = struct.unpack(">I", exactly(mp4, sizes.start + 8, 4))
    return _Track(box, media, handler, samples)


def _find_moov(mp4: ByteRange) -> tuple[Box, bool]:
    """The box of headers, and whether the last box says its size; each has to end in the file."""
    if mp4.size == 0:
        raise refusal(mp4, "is empty; write the video again or leave this episode out")
    moov, box = None, None
    for position, box in enumerate(boxes(mp4, 0, mp4.size)):
        if position == 0 and box.kind not in _TOP_LEVEL:
            start = mp4.read(0, 64).lstrip()
            known = (what for begin, what in _OTHERS if start.startswith(begin))
            raise refusal(mp4, next(known, "is not an MP4; give a video in an MP4 container"))
        if box.end > mp4.size:
            if moov is None:
                raise refusal(mp4, CUT_OFF)
            raise refusal(
                mp4,
                f"the MP4 is cut off: its {box.kind.decode('latin-1')} box ends at byte "
                f"{box.end:,} of {mp4.size:,}; copy the file again or leave this episode out",
            )
        if box.kind == b"moov" and moov is None:
            moov = box
    if moov is None or box is None:
        raise refusal(
            mp4,
            "the MP4 has no moov box, as when its writer was stopped early; "
            "write the video again or leave this episode out",
        )
    return moov, not box.open_ended


def _read_track(mp4: ByteRange, moov: Box, track: _Track, others: Sequence[_Track]) -> VideoHeader:
    table = find(mp4, track.media, b"minf", b"stbl")
    timescale = _timescale(mp4, find(mp4, track.media, b"mdhd"))
    movie = find_any(mp4, moov, b"mvhd")
    edits = edits_of(mp4, track.box, timescale, _timescale(mp4, movie) if movie else 0)
    if track.samples > mp4.size:
        raise refusal(mp4, GARBLED)
    shown = shown_samples(mp4, table, track.samples, edits)
    entry = _find_sample_entry(mp4, find(mp4, table, b"stsd"))
    coded = struct.unpack(">HH", exactly(mp4, entry.start + 24, 4))
    if not (timescale and track.samples and all(coded)):
        raise refusal(mp4, "the MP4's video track is empty; write the video again")
    if not shown.frames:
        raise refusal(mp4, "the MP4's edit list shows no frame of it; write the video again")
    number, orientation = _presentation(mp4, find(mp4, track.box, b"tkhd"))
    width, height = (orientation or UPRIGHT).size(*coded)
    tag = entry.kind.decode("latin-1")
    configurations = _configurations(mp4, entry)
    codec, profile = identify(tag, configurations)
    hidden = track.samples - shown.frames
    beside = sum(_bytes_of(mp4, other) for other in others)
    notes = (
        "is shown turned by an angle that is no quarter turn, which is not done here"
        if orientation is None
        else f"is {orientation}, as a player shows it" * (orientation != UPRIGHT),
        f"has an edit list that hides {hidden} of its {track.samples} frames" * (hidden > 0),
        f"has an edit list that shows {-hidden} frames twice" * (hidden < 0),
        _pixel_aspect(configurations.get("pasp", b"")),
        _transfer(configurations.get("colr", b"")),
        "has frames that last unequally long" * shown.uneven,
        "gives its frames no duration" * (not shown.duration),
        _further(others),
    )
    return VideoHeader(
        codec=codec,
        tag=tag,
        profile=profile,
        width=width,
        height=height,
        frames=shown.frames,
        timescale=timescale,
        duration=shown.duration,
        bytes=mp4.size - beside,
        track=number,
        orientation=orientation or UPRIGHT,
        notes=tuple(filter(None, notes)),
    )


def _bytes_of(mp4: ByteRange, track: _Track) -> int:
    """What a track takes of the file: its samples and its headers."""
    samples = sample_bytes(mp4, find(mp4, track.media, b"minf", b"stbl"))
    return samples + track.box.end - track.box.begin


def _presentation(mp4: ByteRange, header: Box) -> tuple[int, Orientation | None]:
    """The number of a track, and how its frames are turned; after version, flags and times."""
    (version,) = exactly(mp4, header.start, 1)
    start = header.start + 4 + (16 if version == 1 else 8)
    number = int.from_bytes(exactly(mp4, start, 4), "big")
    matrix = start + (16 if version == 1 else 12) + 16
    return number, orientation_of(exactly(mp4, matrix, 36))


def _pixel_aspect(box: bytes) -> str:
    if len(box) < 8:
        return ""
    across, down = struct.unpack_from(">II", box)
    if across == down or not (across and down):
        return ""
    return f"has pixels of {across}:{down}, which a player stretches and this program does not"


def _transfer(box: bytes) -> str:
    """`colr`: its type, primaries, transfer, …"""
    if len(box) < 8 or box[:4] not in (b"nclx", b"nclc"):
        return ""
    transfer = _TRANSFERS.get(int.from_bytes(box[6:8], "big"))
    return f"is HDR ({transfer}), which frames of 8 bits do not hold" if transfer else ""


def _further(others: Sequence[_Track]) -> str:
    """What lies beside the video, in words."""
    names = {b"soun": "sound", b"vide": "another video or a picture", b"meta": "telemetry"}
    kinds = sorted({names.get(track.handler, "other data") for track in others})
    if not kinds:
        return ""
    return f"lies beside {' and '.join(kinds)} in its file, which do not count as video"


def _timescale(mp4: ByteRange, header: Box) -> int:
    """Ticks per second, of a movie or of a track.

    They stand after the times of creation and change, 4 bytes each or 8 in version 1.
    """
    (version,) = exactly(mp4, header.start, 1)
    position = header.start + 4 + (16 if version == 1 else 8)
    return int.from_bytes(exactly(mp4, position, 4), "big")


def _find_sample_entry(mp4: ByteRange, descriptions: Box) -> Box:
    # stsd: version and flags, number of entries, entries.
    entry = next(boxes(mp4, descriptions.start + 8, descriptions.end), None)
    if entry is None or entry.end - entry.start < _VISUAL_SAMPLE_ENTRY:
        raise refusal(mp4, "the MP4 does not describe its video; write the video again")
    return entry


def _configurations(mp4: ByteRange, entry: Box) -> dict[str, bytes]:
    """The boxes within a sample entry, kind → content."""
    return {
        box.kind.decode("latin-1"): mp4.read(
            box.start, min(box.end - box.start, _MAX_CONFIGURATION)
        )
        for box in boxes(mp4, entry.start + _VISUAL_SAMPLE_ENTRY, entry.end)
    }

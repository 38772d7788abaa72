"""What the sample table of an MP4's track says: bytes, times, and which samples are shown.

Tables are read in pieces, and of long ones only what is needed: usual files take a few hundred
bytes, those that are cut by an edit list a few bytes a frame.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat
from typing import Final

from analysis.io.byte_range import ByteRange
from analysis.video.boxes import Box, entries, exactly, find, find_any, refusal

_UNEVEN: Final = 0.01
"""Frames whose durations differ by more than this part of the longest do not come evenly."""


_LAST_SAMPLES: Final = 64
"""Whose sizes are read to see whether they are there."""


@dataclass(frozen=True)
class Edit:
    """A piece of a track that is shown: from tick `start` on, `duration` ticks of the track."""

    start: int
    duration: int

    def spans(self, first: int, last: int) -> bool:
        """Whether it reaches from one tick to another; one without a duration has no end."""
        end = self.start + self.duration
        return self.start <= first and (not self.duration or end > last)


@dataclass(frozen=True)
class Shown:
    """The samples that are shown: how many, their ticks together, and whether a track's samples
    last unequally long, by more than ticks round."""

    frames: int
    duration: int
    uneven: bool


def edits_of(mp4: ByteRange, track: Box, timescale: int, movie_timescale: int) -> list[Edit]:
    """The edit list of a track, without the pauses in it; empty where there is none."""
    edit_box = find_any(mp4, track, b"edts")
    table = edit_box and find_any(mp4, edit_box, b"elst")
    if not table or not movie_timescale:
        return []
    (version,) = exactly(mp4, table.start, 1)
    rows = entries(mp4, table, ">QqI" if version == 1 else ">IiI")
    return [
        Edit(start, (2 * duration * timescale + movie_timescale) // (2 * movie_timescale))
        for duration, start, _ in rows
        if start >= 0
    ]


def shown_samples(mp4: ByteRange, table: Box, samples: int, edits: Sequence[Edit]) -> Shown:
    """The samples that an edit list shows: those whose time lies in one of its pieces.

    That is how libavformat applies it. An edit list that begins with the first sample and ends
    with the last, as most do, is told from the first entries.

    Args:
        mp4: the file.
        table: the track's `stbl`.
        samples: how many there are.
        edits: empty where there is no edit list.

    Raises:
        InputError: a table is garbled, cut off or not there.
    """
    times, offsets = find(mp4, table, b"stts"), find_any(mp4, table, b"ctts")
    ticks, shortest, longest = 0, sys.maxsize, 0
    last: tuple[int, ...] = (0, 0)
    for run in _durations(mp4, times):
        if last[0]:  # how long the very last sample lasts, writers guess
            shortest, longest = min(shortest, last[1]), max(longest, last[1])
        last = run
        ticks += run[0] * run[1]
    if last[0] > 1:
        shortest, longest = min(shortest, last[1]), max(longest, last[1])
    uneven = longest - shortest > max(1, _UNEVEN * longest)
    first = 0 if offsets is None else int.from_bytes(mp4.read(offsets.start + 12, 4), "big")
    if not edits or (len(edits) == 1 and edits[0].spans(first, first + ticks - longest // 2)):
        return Shown(samples, ticks, uneven)
    kept = kept_ticks = 0
    for time, each in islice(_times(mp4, times, offsets), samples):
        for edit in edits:
            if edit.start <= time < edit.start + edit.duration:
                kept, kept_ticks = kept + 1, kept_ticks + each
    return Shown(kept, kept_ticks, uneven)


def _durations(mp4: ByteRange, times: Box) -> Iterator[tuple[int, ...]]:
    """Runs of samples, in the order of decoding: how many, and the ticks of each.

    The durations in mdhd and tkhd will not do: libavformat adds the delay of B-frames to them.
    """
    return entries(mp4, times, ">II")


def _times(mp4: ByteRange, times: Box, offsets: Box | None) -> Iterator[tuple[int, int]]:
    """When each sample is shown, and how many ticks it lasts."""
    shifts = chain.from_iterable(repeat(shift, count) for count, shift in _offsets(mp4, offsets))
    decoded = 0
    for count, each in _durations(mp4, times):
        for _ in range(count):
            yield decoded + next(shifts, 0), each
            decoded += each


def _offsets(mp4: ByteRange, table: Box | None) -> Iterator[tuple[int, ...]]:
    """Runs of samples: how many, and the ticks from being decoded to being shown."""
    return iter(()) if table is None else entries(mp4, table, ">Ii")


def sample_bytes(mp4: ByteRange, table: Box) -> int:
    """The bytes of all samples of a track.

    Raises:
        InputError: the table is garbled or cut off.
    """
    sizes = find_any(mp4, table, b"stsz")
    if sizes is None:
        return 0
    each, count = struct.unpack(">II", exactly(mp4, sizes.start + 4, 8))
    return each * count if each else sum(size for (size,) in entries(mp4, sizes, ">I", 12))


def check_last_chunk(mp4: ByteRange, table: Box, exact: bool) -> None:
    """Refuse a file that ends before the last chunk of a track does.

    Args:
        mp4: the file.
        table: the track's `stbl`.
        exact: whether to add up all samples of that chunk, however many they are, and not only
            the last ones: needed where the sizes of boxes tell nothing.

    Raises:
        InputError: it does.
    """
    found = [(find_any(mp4, table, kind), width) for kind, width in ((b"stco", 4), (b"co64", 8))]
    runs, sizes = find_any(mp4, table, b"stsc"), find_any(mp4, table, b"stsz")
    place = next(((box, width) for box, width in found if box), None)
    if place is None or runs is None or sizes is None:
        return
    box, width = place
    chunks, runs_there = (_count(mp4, each.start + 4) for each in (box, runs))
    if not chunks or not runs_there:
        return
    offset = int.from_bytes(exactly(mp4, box.start + 8 + width * (chunks - 1), width), "big")
    last_run = exactly(mp4, runs.start + 8 + 12 * (runs_there - 1), 12)
    samples = int.from_bytes(last_run[4:8], "big")
    each, count = struct.unpack(">II", exactly(mp4, sizes.start + 4, 8))
    samples = min(samples, count) if exact else min(samples, count, _LAST_SAMPLES)
    length = each * samples
    if not each:
        start = sizes.start + 12 + 4 * (count - samples)
        rows = exactly(mp4, start, 4 * samples)
        length = sum(size for (size,) in struct.iter_unpack(">I", rows))
    if offset + length > mp4.size:
        raise refusal(
            mp4,
            f"the MP4 is cut off: its last frames lie up to byte {offset + length:,} of "
            f"{mp4.size:,}; copy the file again or leave this episode out",
        )


def _count(mp4: ByteRange, offset: int) -> int:
    return int.from_bytes(exactly(mp4, offset, 4), "big")

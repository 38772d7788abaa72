"""The boxes that an MP4 or a QuickTime file is made of (ISO/IEC 14496-12), read one by one."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange

CUT_OFF: Final = "the MP4 is cut off; write the video again or leave this episode out"
GARBLED: Final = "the MP4's boxes are garbled; write the video again"

# Real files have tens of boxes in a container; only garbled ones have more.
_MAX_BOXES: Final = 10_000
_BYTES_A_READ: Final = 65_536


@dataclass(frozen=True)
class Box:
    """A box, its content from `start` to `end`; its header lies before that."""

    kind: bytes
    begin: int
    """Where its header begins."""
    start: int
    end: int
    open_ended: bool = False
    """Whether it says no size and so goes on to the end, wherever that is."""


def refusal(mp4: ByteRange, what: str) -> InputError:
    """A sentence about the file, to raise."""
    return InputError(f"{mp4.name}: {what}.")


def exactly(mp4: ByteRange, offset: int, length: int) -> bytes:
    """So many bytes.

    Raises:
        InputError: the file ends before.
    """
    data = mp4.read(offset, length)
    if len(data) != length:
        raise refusal(mp4, CUT_OFF)
    return data


def boxes(mp4: ByteRange, start: int, end: int) -> Iterator[Box]:
    """Walk the boxes between two offsets.

    Raises:
        InputError: their sizes make no sense, or the file ends in a header.
    """
    for _ in range(_MAX_BOXES):
        if end - start < 8:
            return
        size, kind = struct.unpack(">I4s", exactly(mp4, start, 8))
        header, open_ended = 8, size == 0
        if size == 1:
            (size,) = struct.unpack(">Q", exactly(mp4, start + 8, 8))
            header = 16
        elif open_ended:
            size = end - start
        if size < header:
            raise refusal(mp4, GARBLED)
        yield Box(kind, start, start + header, start + size, open_ended)
        start += size
    raise refusal(mp4, GARBLED)


def find(mp4: ByteRange, within: Box, *path: bytes) -> Box:
    """The first box at a path of kinds below a box.

    Raises:
        InputError: there is none.
    """
    for kind in path:
        found = find_any(mp4, within, kind)
        if found is None or found.end > within.end:
            raise refusal(mp4, f"the MP4 has no whole {kind.decode()} box; write the video again")
        within = found
    return within


def find_any(mp4: ByteRange, within: Box, kind: bytes) -> Box | None:
    """The first box of a kind directly below a box; None where there is none."""
    return next((box for box in boxes(mp4, within.start, within.end) if box.kind == kind), None)


def entries(mp4: ByteRange, table: Box, layout: str, skip: int = 8) -> Iterator[tuple[int, ...]]:
    """The rows of a table, read in pieces; their number stands in the four bytes before them.

    Args:
        mp4: the file.
        table: a box that begins with its version and flags.
        layout: of a row, as `struct` has it.
        skip: bytes of the box before the first row.

    Raises:
        InputError: the table does not fit into its box, or is cut off.
    """
    (count,) = struct.unpack(">I", exactly(mp4, table.start + skip - 4, 4))
    row, start = struct.Struct(layout), table.start + skip
    if start + row.size * count > table.end:
        raise refusal(mp4, GARBLED)
    at_once = _BYTES_A_READ // row.size
    for first in range(0, count, at_once):
        length = row.size * min(at_once, count - first)
        yield from row.iter_unpack(exactly(mp4, start + row.size * first, length))

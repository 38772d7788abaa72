"""Bytes that are read in pieces, wherever they lie: a file, a part of one, an object store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputError


@dataclass(frozen=True)
class ByteRange:
    """`size` bytes that messages call `name`.

    `fetch(offset, length)` returns at most `length` bytes from `offset` on, fewer only at the end.
    """

    name: str
    size: int
    fetch: Callable[[int, int], bytes]

    def read(self, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset` on, none of them beyond the range."""
        length = min(length, self.size - offset)
        return self.fetch(offset, length) if length > 0 else b""

    def part(self, name: str, offset: int, size: int) -> ByteRange:
        """The range of `size` bytes that starts at `offset` of this one."""
        return ByteRange(name, size, lambda start, length: self.read(offset + start, length))


def bytes_range(data: bytes, name: str) -> ByteRange:
    """A range over bytes in memory."""
    return ByteRange(name, len(data), lambda offset, length: data[offset : offset + length])


@contextmanager
def file_range(path: Path) -> Iterator[ByteRange]:
    """A range over a local file, open until the block ends.

    Raises:
        InputError: the file cannot be opened.
    """
    try:
        # Unbuffered: a buffer would read kilobytes of payload after each header of a few bytes.
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path.") from error
    with file:

        def fetch(offset: int, length: int) -> bytes:
            file.seek(offset)
            return file.read(length)

        yield ByteRange(str(path), path.stat().st_size, fetch)

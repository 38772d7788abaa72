"""Bytes that are read in pieces, wherever they lie: a file, a part of one, an object store."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


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

    def file(self, read_ahead: int = io.DEFAULT_BUFFER_SIZE) -> io.BufferedReader:
        """The range as a file to read, fetched in pieces of `read_ahead` bytes."""
        return io.BufferedReader(_File(self), read_ahead)


def bytes_range(data: bytes, name: str) -> ByteRange:
    """A range over bytes in memory."""
    return ByteRange(name, len(data), lambda offset, length: data[offset : offset + length])


@contextmanager
def file_range(path: Path) -> Iterator[ByteRange]:
    """A range over a local file, open until the block ends.

    Reading moves no file position, so threads and forked processes may read at the same time.

    Raises:
        InputError: the file cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path.") from error
    try:

        def fetch(offset: int, length: int) -> bytes:
            data = os.pread(descriptor, length, offset)
            # Linux gives at most 2 GiB at a time.
            while len(data) < length and (more := os.pread(descriptor, length, offset + len(data))):
                data += more[: length - len(data)]
            return data

        yield ByteRange(str(path), os.fstat(descriptor).st_size, fetch)
    finally:
        os.close(descriptor)


class _File(io.RawIOBase):
    """A range as a file."""

    def __init__(self, data: ByteRange) -> None:
        self._data = data
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._data.size}[whence]
        self._position = start + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = self._data.read(self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

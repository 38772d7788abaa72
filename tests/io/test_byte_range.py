"""Bytes read in pieces: from a file, from several threads, and from forked processes."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pytest

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange, bytes_range, file_range
from analysis.io.locations import StoredFile, open_range

SIZE = 400_000
READS = 3000
READERS = 4


@pytest.fixture
def content() -> bytes:
    return random.Random(0).randbytes(SIZE)


@pytest.fixture
def file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(content)
    return path


@pytest.fixture(params=["file", "memory"])
def opened(request: pytest.FixtureRequest, file: Path, content: bytes) -> Iterator[ByteRange]:
    """The same bytes in a local file, and in a store that fsspec reads."""
    location = str(file)
    if request.param == "memory":
        location = "memory://ranges/data.bin"
        fsspec.filesystem("memory").pipe("/ranges/data.bin", content)
    with open_range(StoredFile("data.bin", location, SIZE)) as data:
        yield data


def _wrong_reads(data: ByteRange, content: bytes, seed: int) -> int:
    """How many of many small reads give other bytes than those that lie there."""
    places = random.Random(seed)
    wrong = 0
    for _ in range(READS):
        offset, length = places.randrange(SIZE), places.randrange(1, 2000)
        wrong += data.read(offset, length) != content[offset : offset + length]
    return wrong


def test_threads_that_share_a_range_read_what_lies_there(opened: ByteRange, content: bytes) -> None:
    together = threading.Barrier(READERS)
    wrong: list[int] = []

    def read(seed: int) -> None:
        together.wait()
        wrong.append(_wrong_reads(opened, content, seed))

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [0] * READERS


def _in_a_child(work: Callable[[], bool]) -> int:
    """The identity of a forked process, which exits with 0 where the work went well."""
    child = os.fork()
    if child == 0:
        well = False
        try:
            well = work()
        finally:
            os._exit(0 if well else 1)
    return child


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_processes_that_share_a_range_read_what_lies_there(
    opened: ByteRange, content: bytes
) -> None:
    opened.read(0, 10)  # what the parent has read before is shared, too
    waiting, go = os.pipe()

    def read(seed: int) -> Callable[[], bool]:
        def work() -> bool:
            os.read(waiting, 1)
            return _wrong_reads(opened, content, seed) == 0

        return work

    children = [_in_a_child(read(seed)) for seed in range(READERS)]
    os.write(go, bytes(READERS))
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.close(waiting)
    os.close(go)
    assert codes == [0] * READERS


def test_nothing_beyond_the_end_is_read(file: Path, content: bytes) -> None:
    with file_range(file) as data:
        assert data.size == SIZE
        assert data.read(SIZE - 3, 10) == content[-3:]
        assert data.read(SIZE, 10) == b""
        assert data.part("middle", 100, 50).read(40, 100) == content[140:150]


def test_a_range_is_read_as_a_file(content: bytes) -> None:
    with bytes_range(content, "bytes").file(read_ahead=64) as file:
        file.seek(1000)
        assert file.read(10) == content[1000:1010]
        file.seek(-5, os.SEEK_END)
        assert file.read() == content[-5:]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"gone\.bin: cannot be read"),
        file_range(tmp_path / "gone.bin"),
    ):
        pass

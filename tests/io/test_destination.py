"""Files appear whole or not at all, in a folder as in a store that fsspec writes."""

from __future__ import annotations

import pickle
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import fsspec
import pytest

from analysis.errors import InputError
from analysis.io.destination import Destination
from analysis.io.locations import open_range


@pytest.fixture(params=["path", "file", "memory"])
def destination(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Destination]:
    name = uuid.uuid4().hex
    location = {
        "path": str(tmp_path / name),
        "file": f"file://{tmp_path / name}",
        "memory": f"memory://{name}",
    }[request.param]
    made = Destination(location)
    made.make()
    yield made
    if request.param == "memory":
        fsspec.filesystem("memory").rm(name, recursive=True)


def write(destination: Destination, name: str, content: bytes) -> None:
    with destination.write(name) as file:
        file.write(content)


def read(destination: Destination, name: str) -> bytes:
    file = destination.file(name)
    assert file is not None
    with open_range(file) as content:
        return content.read(0, content.size)


def test_a_file_is_found_once_it_is_whole(destination: Destination) -> None:
    with destination.write("a.tar") as file:
        file.write(b"first ")
        assert destination.files() == []
        assert destination.file("a.tar") is None
        file.write(b"second")
    assert read(destination, "a.tar") == b"first second"
    (found,) = destination.files()
    assert (found.name, found.size) == ("a.tar", 12)
    assert destination.file("a.tar") == found


def test_a_failure_leaves_what_was_there(destination: Destination) -> None:
    def fail(name: str) -> None:
        with destination.write(name) as file:
            file.write(b"half")
            raise RuntimeError

    write(destination, "a.tar", b"old")
    for name in ("a.tar", "b.tar"):
        with pytest.raises(RuntimeError):
            fail(name)
    assert [file.name for file in destination.files()] == ["a.tar"]
    assert read(destination, "a.tar") == b"old"
    destination.clear()
    assert [file.name for file in destination.files()] == ["a.tar"]


def test_a_newer_file_replaces_the_older(destination: Destination) -> None:
    for content in (b"old", b"newer"):
        write(destination, "a.tar", content)
    assert read(destination, "a.tar") == b"newer"


def test_writers_of_one_file_do_not_mix(destination: Destination) -> None:
    with destination.write("a.tar") as one, destination.write("a.tar") as other:
        one.write(b"1" * 10)
        other.write(b"2" * 20)
        one.write(b"1" * 10)
    assert read(destination, "a.tar") in (b"1" * 20, b"2" * 20)
    assert len(destination.files()) == 1


def test_files_of_killed_writers_do_not_count_and_are_cleared(tmp_path: Path) -> None:
    destination = Destination(str(tmp_path))
    (tmp_path / ".mine.tmp").touch()
    with suppress(RuntimeError), destination.write("a.tar") as file:
        file.write(b"half")
        assert len(list(tmp_path.iterdir())) == 2
        assert [file.name for file in destination.files()] == [".mine.tmp"]
        destination.clear()
        assert [path.name for path in tmp_path.iterdir()] == [".mine.tmp"]
        raise RuntimeError


def test_files_are_removed_and_folders_stand_below_each_other(destination: Destination) -> None:
    below = destination.below(".episodes")
    assert below.files() == []
    below.make()
    write(below, "a.tar", b"1")
    assert destination.files() == []
    below.remove("a.tar")
    below.remove("a.tar")
    assert below.files() == []
    below.remove_folder()
    below.remove_folder()
    assert below.files() == []


def test_other_processes_can_use_it(destination: Destination) -> None:
    other = pickle.loads(pickle.dumps(destination))
    write(other, "a.tar", b"1")
    assert read(destination, "a.tar") == b"1"


def test_what_is_no_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file/out: is no folder to write to \(Not a directory"):
        Destination(str(tmp_path / "file" / "out")).make()
    with pytest.raises(InputError, match="nosuchstore"):
        Destination("nosuchstore://bucket").make()

"""Where files lie: a path, a folder, or any URL that fsspec reads."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange, file_range

# Object stores answer a request in tens of milliseconds: one fetch then serves a tar header, the
# member's own header and often the next small members.
_BLOCK: Final = 65_536
# Of one file: enough for several readers that go through it at different places.
_BLOCKS_KEPT: Final = 16


@dataclass(frozen=True)
class StoredFile:
    """A file that was found: its name relative to where the search began, where it lies, and its
    size in bytes."""

    name: str
    location: str
    size: int


def find_files(path: str | Path, wanted: Callable[[str], bool]) -> list[StoredFile]:
    """The file at a path, or every file below it whose name is `wanted`, sorted by name.

    A file that is named itself is given whatever its name is.

    Raises:
        InputError: nothing is there, or its store cannot be reached.
    """
    found = _find_remote(str(path), wanted) if is_url(path) else _find_local(Path(path), wanted)
    return sorted(found, key=lambda file: file.name)


@contextmanager
def open_range(file: StoredFile) -> Iterator[ByteRange]:
    """Open a file for reading in pieces; messages call it by its name.

    The range may be read from several threads, and from a forked process, at the same time.

    Raises:
        InputError: it cannot be opened.
    """
    if is_url(file.location):
        yield ByteRange(file.name, file.size, _RemoteBlocks(file).fetch)
        return
    with file_range(Path(file.location)) as opened:
        yield ByteRange(file.name, file.size, opened.fetch)


class _RemoteBlocks:
    """Reads a file of a store in aligned blocks, the last used of which are kept."""

    def __init__(self, file: StoredFile) -> None:
        self._file = file
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._store, self._path = resolve(self._file.location)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._lock = Lock()

    def fetch(self, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset` on."""
        if os.getpid() != self._process:  # a store's connections do not survive a fork
            self._start()
        end = min(offset + length, self._file.size)
        if end - offset > _BLOCK:
            return self._cat(offset, end)
        first = offset // _BLOCK * _BLOCK
        blocks = b"".join(self._block(start) for start in range(first, end, _BLOCK))
        return blocks[offset - first : end - first]

    def _block(self, start: int) -> bytes:
        with self._lock:
            if start in self._kept:
                self._kept.move_to_end(start)
                return self._kept[start]
        content = self._cat(start, min(start + _BLOCK, self._file.size))
        with self._lock:
            self._kept[start] = content
            while len(self._kept) > _BLOCKS_KEPT:
                self._kept.popitem(last=False)
        return content

    def _cat(self, start: int, end: int) -> bytes:
        content: bytes = self._store.cat_file(self._path, start=start, end=end)
        return content


def is_url(path: str | Path) -> bool:
    """Whether fsspec has to read it."""
    return "://" in str(path)


def _find_local(root: Path, wanted: Callable[[str], bool]) -> list[StoredFile]:
    if root.is_file():
        return [StoredFile(root.name, str(root), root.stat().st_size)]
    if not root.is_dir():
        raise InputError(f"{root}: is not there; check the path.")
    return [
        StoredFile(
            path.relative_to(root).as_posix(),
            str(path),
            path.stat().st_size if path.exists() else 0,  # opening a dangling link tells of it
        )
        for path in _walk(root)
        if wanted(path.name) and (path.is_file() or (path.is_symlink() and not path.exists()))
    ]


def _walk(root: Path) -> Iterator[Path]:
    """Every file below a folder, through links to folders; hidden folders are left aside.

    A folder that a link leads back to is not gone through again.
    """
    seen: set[str] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in names)


def _find_remote(url: str, wanted: Callable[[str], bool]) -> list[StoredFile]:
    store, root = resolve(url)
    try:
        if store.isfile(root):
            return [StoredFile(root.rpartition("/")[2], url, store.size(root))]
        found: dict[str, dict[str, Any]] = store.find(root, detail=True)
    except (OSError, ValueError) as error:
        raise InputError(f"{url}: cannot be read ({error}); check the URL.") from error
    return [
        StoredFile(
            path.removeprefix(root).strip("/"), store.unstrip_protocol(path), int(entry["size"])
        )
        for path, entry in found.items()
        if entry["type"] == "file"
        and wanted(path.rpartition("/")[2])
        and not any(part.startswith(".") for part in path.removeprefix(root).split("/")[:-1])
    ]


def local_path(location: str) -> Path | None:
    """The local path that a location is, `file://` URLs included; None for another store."""
    if not is_url(location):
        return Path(location)
    store, path = resolve(location)
    return Path(path) if "file" in store.protocol else None


def resolve(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path on it.

    Raises:
        InputError: no file system reads it.
    """
    import fsspec

    try:
        store, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"{url}: cannot be read ({error}); check the URL.") from error
    return store, path

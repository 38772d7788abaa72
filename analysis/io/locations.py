"""Where shards lie: a file, a folder, or any URL that fsspec reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange, file_range

SUFFIX: Final = ".tar"
# Object stores answer a request in tens of milliseconds: one fetch then serves a tar header, the
# member's own header and often the next small members.
_REMOTE_BLOCK: Final = 65_536


@dataclass(frozen=True)
class ShardFile:
    """A shard that was found: its name relative to where the search began, and its size."""

    name: str
    location: str
    size: int


def find_shards(path: str | Path) -> list[ShardFile]:
    """The shard at a path, or every `*.tar` below it, sorted by name.

    Raises:
        InputError: nothing is there, no shard is below it, or its store cannot be reached.
    """
    shards = _find_remote(str(path)) if is_url(path) else _find_local(Path(path))
    if not shards:
        raise InputError(f"{path}: holds no shard (*{SUFFIX}); give the folder that has them.")
    return sorted(shards, key=lambda shard: shard.name)


@contextmanager
def open_shard(shard: ShardFile) -> Iterator[ByteRange]:
    """Open a shard for reading in pieces; messages call it by its name.

    Raises:
        InputError: it cannot be opened.
    """
    if not is_url(shard.location):
        with file_range(Path(shard.location)) as file:
            yield ByteRange(shard.name, shard.size, file.fetch)
        return
    store, path = resolve(shard.location)
    block_start, block = 0, b""

    def fetch(offset: int, length: int) -> bytes:
        nonlocal block_start, block
        if not block_start <= offset <= offset + length <= block_start + len(block):
            end = min(shard.size, offset + max(length, _REMOTE_BLOCK))
            block_start, block = offset, store.cat_file(path, start=offset, end=end)
        return block[offset - block_start :][:length]

    yield ByteRange(shard.name, shard.size, fetch)


def is_url(path: str | Path) -> bool:
    """Whether fsspec has to read it."""
    return "://" in str(path)


def _find_local(root: Path) -> list[ShardFile]:
    if root.is_file():
        return [ShardFile(root.name, str(root), root.stat().st_size)]
    if not root.is_dir():
        raise InputError(f"{root}: is not there; check the path.")
    found = (Path(folder, name) for folder, _, names in os.walk(root) for name in names)
    return [
        ShardFile(path.relative_to(root).as_posix(), str(path), path.stat().st_size)
        for path in found
        if path.suffix == SUFFIX and path.is_file()
    ]


def _find_remote(url: str) -> list[ShardFile]:
    store, root = resolve(url)
    try:
        if store.isfile(root):
            return [ShardFile(root.rpartition("/")[2], url, store.size(root))]
        found: dict[str, dict[str, Any]] = store.find(root, detail=True)
    except (OSError, ValueError) as error:
        raise InputError(f"{url}: cannot be read ({error}); check the URL.") from error
    return [
        ShardFile(
            path.removeprefix(root).strip("/"), store.unstrip_protocol(path), int(entry["size"])
        )
        for path, entry in found.items()
        if path.endswith(SUFFIX) and entry["type"] == "file"
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

"""Joins shards into larger ones without looking into them, or takes one apart into loose files."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from analysis.datasets.tar_index import member_name, read_index
from analysis.io.destination import Destination
from analysis.io.locations import StoredFile, open_range

_PIECE: Final = 4_000_000
_END: Final = bytes(2 * tarfile.BLOCKSIZE)


def content_size(shard: StoredFile) -> int:
    """Bytes of a shard's members with their headers and padding, without the archive's end.

    Raises:
        InputError: it is no whole tar.
    """
    with open_range(shard) as file:
        return file.size - read_index(file).closing


def packed_size(contents: Iterable[int]) -> int:
    """The size of the shard that contents of these sizes are packed into."""
    size = sum(contents) + len(_END)
    return -(-size // tarfile.RECORDSIZE) * tarfile.RECORDSIZE


def pack(
    shards: Sequence[StoredFile],
    destination: Destination,
    name: str,
    on_piece: Callable[[], None] = lambda: None,
) -> None:
    """Join shards, in their order, into the shard `name`: whole or not at all.

    The result is, byte for byte, what `write_shard` writes of their samples if it wrote them.

    Args:
        shards: whole tars.
        destination: where the shard is written.
        name: its file name.
        on_piece: called after every few megabytes; raises to give up.

    Raises:
        InputError: one of them is no whole tar.
    """
    written = 0
    with destination.write(name) as target:
        for shard in shards:
            end = content_size(shard)
            with open_range(shard) as source:
                for start in range(0, end, _PIECE):
                    target.write(source.read(start, min(_PIECE, end - start)))
                    on_piece()
            written += end
        target.write(bytes(packed_size([written]) - written))


def unpack(
    shard: StoredFile,
    destination: Destination,
    key: str,
    last: Callable[[str], bool],
    on_piece: Callable[[], None] = lambda: None,
) -> None:
    """Write the members of the one sample of a shard as loose files, each whole or not at all.

    Args:
        shard: a whole tar.
        destination: the folder that they lie in, or below.
        key: what their names begin with, folders included.
        last: whether a member of this name is written after all others, as the mark of the end.
        on_piece: called after every file; raises to give up.

    Raises:
        InputError: it is no whole tar.
    """
    folder, _, stem = key.rpartition("/")
    target = destination.below(folder) if folder else destination
    target.make()
    with open_range(shard) as source:
        members = sorted(read_index(source).members, key=lambda member: last(member.field))
        for member in members:
            with target.write(member_name(stem, member.field)) as file:
                for start in range(0, member.size, _PIECE):
                    length = min(_PIECE, member.size - start)
                    file.write(source.read(member.offset + start, length))
            on_piece()

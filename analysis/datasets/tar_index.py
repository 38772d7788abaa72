"""The members of a shard, from its tar headers alone.

`tarfile` would do for sound shards, but it ends in silence at a header that is not one. This
reader seeks from header to header, so its time depends on the number of members, not on their size.
"""

from __future__ import annotations

import re
import tarfile
from dataclasses import dataclass
from typing import Final

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange

_BLOCK: Final = tarfile.BLOCKSIZE
_ZEROS: Final = bytes(_BLOCK)
_GZIP: Final = b"\x1f\x8b"
# Long names take hundreds of bytes; more than this is a garbled size.
_MAX_EXTENSION: Final = 65_536
_CUT_OFF: Final = "the tar is cut off; copy or write the shard again"
_PAX_RECORD: Final = re.compile(rb"(\d{1,5}) ([^=\n]+)=")


@dataclass(frozen=True)
class Member:
    """A file in a shard: `size` bytes at `offset`, and `framing` bytes of headers and padding."""

    name: str
    offset: int
    size: int
    framing: int

    @property
    def key(self) -> str:
        """The episode it belongs to."""
        return split_member(self.name)[0]

    @property
    def field(self) -> str:
        """What it is of the episode, `video_p1.mp4` for instance."""
        return split_member(self.name)[1]


@dataclass(frozen=True)
class Link:
    """A name in a shard that stands for something else, without content of its own.

    `type` is the tar's: a symbolic link names a place outside, a hard one another member. `place`
    counts the members before it.
    """

    name: str
    target: str
    type: bytes
    place: int

    def __str__(self) -> str:
        hard = self.type == tarfile.LNKTYPE
        return f"{self.name} is a {'hard' if hard else 'symbolic'} link to {self.target}"


@dataclass(frozen=True)
class ShardIndex:
    """All members of a shard; the `closing` bytes after the last one are the archive's end.

    `links` have no content that WebDataset or this program would read.

    `closed` is false when the two blocks of zeros that end a tar are missing: its writer may not
    have finished. `surplus` counts the bytes beyond that end, which no reader looks at.
    """

    members: tuple[Member, ...]
    links: tuple[Link, ...]
    closing: int
    closed: bool
    surplus: int


def read_index(shard: ByteRange) -> ShardIndex:
    """Read the headers of a shard.

    Raises:
        InputError: it is empty, is no tar, is cut off or is garbled.
    """
    if shard.size == 0:
        raise InputError(f"{shard.name}: is empty; write it again or delete it.")
    members: list[Member] = []
    links: list[Link] = []
    end = 0
    while True:
        member, end = _read_member(shard, end, links, len(members))
        if member is None:
            break
        members.append(member)
    closed = shard.read(end, 2 * _BLOCK) == 2 * _ZEROS
    closing = shard.size - end
    # Writers fill the tar with zeros up to a record of 20 blocks, or of as many as they were told.
    surplus = max(0, closing - 2 * _BLOCK - tarfile.RECORDSIZE) if closed else 0
    if surplus and not shard.read(end + 2 * _BLOCK, _MAX_EXTENSION).strip(b"\0"):
        surplus = 0
    return ShardIndex(tuple(members), tuple(links), closing, closed, surplus)


def member_name(key: str, field: str) -> str:
    """The name of a tar member."""
    return f"{key}.{field}"


def split_member(name: str) -> tuple[str, str]:
    """Split a tar member's name into key and field, at the first dot after its last slash.

    That is WebDataset's rule. A name without a dot is all key, with an empty field.
    """
    folder, slash, base = name.rpartition("/")
    stem, _, field = base.partition(".")
    return folder + slash + stem, field


def _read_member(
    shard: ByteRange, start: int, links: list[Link], place: int
) -> tuple[Member | None, int]:
    """The member whose first header is at `start`, None at the end of the archive, and where that
    end or the next header is.

    Headers that only extend the next one, and those of folders and links, count as the member's
    framing. Links are added to `links`.
    """
    position = start
    name: str | None = None
    target: str | None = None
    size: int | None = None
    while True:
        block = shard.read(position, _BLOCK)
        if position > shard.size:
            raise InputError(f"{shard.name}: {_CUT_OFF}.")
        if block == _ZEROS or not block:
            return None, position
        header = _parse_header(shard, block, position)
        content = position + _BLOCK
        if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE):
            extension = _read_extension(shard, content, header.size)
            if header.type == tarfile.GNUTYPE_LONGNAME:
                name = _text(extension)
            else:
                records = _parse_pax(shard, extension)
                name = records.get("path", name)
                target = records.get("linkpath", target)
                size = int(records["size"]) if "size" in records else size
            position = content + _padded(header.size)
        elif header.type == tarfile.GNUTYPE_LONGLINK:
            target = _text(_read_extension(shard, content, header.size))
            position = content + _padded(header.size)
        elif header.type == tarfile.XGLTYPE:
            position = content + _padded(header.size)
        elif header.isreg():
            size = header.size if size is None else size
            end = content + _padded(size)
            if end > shard.size:
                raise InputError(
                    f"{shard.name}: the tar is cut off within {name or header.name}; "
                    "copy or write the shard again."
                )
            return Member(name or header.name, content, size, end - size - start), end
        else:
            if header.islnk() or header.issym():
                whole = name or header.name
                links.append(Link(whole, target or header.linkname, header.type, place))
            position, name, size, target = content, None, None, None


def _parse_header(shard: ByteRange, block: bytes, position: int) -> tarfile.TarInfo:
    if len(block) < _BLOCK and position > 0:
        raise InputError(f"{shard.name}: {_CUT_OFF}.")
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        if block.startswith(_GZIP):
            raise InputError(f"{shard.name}: is compressed; unpack it with gunzip.") from error
        what = "is not a tar" if position == 0 else f"the tar is garbled at byte {position}"
        raise InputError(f"{shard.name}: {what}; copy or write the shard again.") from error
    if header.size < 0 or header.issparse():
        raise InputError(f"{shard.name}: the tar is garbled at byte {position}; write it again.")
    return header


def _read_extension(shard: ByteRange, offset: int, size: int) -> bytes:
    extension = shard.read(offset, min(size, _MAX_EXTENSION))
    if len(extension) < size:
        raise InputError(f"{shard.name}: the tar is garbled at byte {offset}; write it again.")
    return extension


def _parse_pax(shard: ByteRange, data: bytes) -> dict[str, str]:
    """The records of a pax header: each is its own length, a space, key=value and a newline."""
    records = {}
    position = 0
    while record := _PAX_RECORD.match(data, position):
        length = int(record[1])
        if length <= record.end() - position:
            break
        records[_text(record[2])] = _text(data[record.end() : position + length - 1])
        position += length
    if data[position:].strip(b"\0") or not records.get("size", "0").isdecimal():
        raise InputError(f"{shard.name}: the tar has a garbled pax header; write it again.")
    return records


def _text(data: bytes) -> str:
    """As Python writes bytes that are no UTF-8, so that a name is written again as it was."""
    return data.rstrip(b"\0").decode("utf-8", "surrogateescape")


def _padded(size: int) -> int:
    """Contents take whole blocks."""
    return -(-size // _BLOCK) * _BLOCK

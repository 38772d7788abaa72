"""The head of compressed latents: what they are and where their chunks lie.

The layout, all numbers little-endian:

- `LATC`, the version (uint16), two bytes of nothing, and the length of what follows of the head
  (uint64);
- the length of a JSON object (uint32) and the object, `{"codec", "parts", "dtype", "shape",
  "chunk_frames", "side"}` (`parts`: the name and the parameters of each part of the codec; `side`:
  bytes of side information); the side information; for each chunk the length and the CRC-32 of its
  bytes (uint32 each); then the CRC-32 of all before (uint32);
- after the head the chunks, one after the other.

A reader fetches the head, and of the chunks those that it needs. CRC-32 finds every error of up to
32 bits in a row, so each flipped byte, and all but one in 2^32 of others.

The first version had no `parts`: it is read by the codec's name.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.errors import InputError, NewerVersion
from analysis.io.byte_range import ByteRange

MAGIC: Final = b"LATC"
VERSION: Final = 2
DTYPE: Final = np.dtype("<f2")

_START: Final = struct.Struct("<4sHxxQ")
_UINT32: Final = struct.Struct("<I")
_CHUNK: Final = np.dtype([("bytes", "<u4"), ("crc", "<u4")])
# Head of an hour's latents in the usual chunks; a longer one takes a second read.
_READ_AHEAD: Final = 65_536
_MAX_HEAD: Final = 1 << 30


class Header(BaseModel):
    """What compressed latents say of themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    codec: str
    parts: tuple[dict[str, int | float | str], ...] = ()
    dtype: Literal["<f2"]
    shape: tuple[int, int, int, int]
    chunk_frames: int | None = Field(gt=0)
    side: int = Field(ge=0)


@dataclass(frozen=True)
class Head:
    """All that precedes the chunks.

    Args:
        header: what the latents are.
        side: side information for the codec.
        lengths: bytes of each chunk.
        checksums: CRC-32 of each chunk.
        size: bytes of the head, where the first chunk begins.
    """

    header: Header
    side: bytes
    lengths: tuple[int, ...]
    checksums: tuple[int, ...]
    size: int


def head_bytes(header: Header, side: bytes, chunks: Sequence[bytes]) -> bytes:
    """The head of these chunks, as it is stored."""
    table = np.array([(len(chunk), zlib.crc32(chunk)) for chunk in chunks], _CHUNK)
    text = header.model_dump_json().encode()
    body = b"".join((_UINT32.pack(len(text)), text, side, table.tobytes()))
    head = _START.pack(MAGIC, VERSION, len(body) + _UINT32.size) + body
    return head + _UINT32.pack(zlib.crc32(head))


def read_head(data: ByteRange) -> Head:
    """The head of compressed latents, of which nothing else is read.

    Raises:
        InputError: they are no compressed latents, of another version, or the head is damaged.
    """
    start = data.read(0, _READ_AHEAD)
    if len(start) < _START.size or not start.startswith(MAGIC):
        raise InputError(f"{data.name}: holds no compressed latents; check what it is.")
    _, version, length = _START.unpack_from(start)
    if not 1 <= version <= VERSION:
        raise NewerVersion(
            f"{data.name}: is of version {version} and this program reads {VERSION}; "
            "use the version of this program that wrote it."
        )
    damaged = InputError(
        f"{data.name}: its header is damaged; copy the file again or compress its latents anew."
    )
    size = _START.size + length
    if not 2 * _UINT32.size <= length <= min(data.size, _MAX_HEAD):
        raise damaged
    head = start if size <= len(start) else start + data.read(len(start), size - len(start))
    content, checksum = head[: size - _UINT32.size], head[size - _UINT32.size : size]
    if len(head) < size or zlib.crc32(content) != _UINT32.unpack(checksum)[0]:
        raise damaged
    (text_length,) = _UINT32.unpack_from(content, _START.size)
    text_end = _START.size + _UINT32.size + text_length
    try:
        header = Header.model_validate(json.loads(content[_START.size + _UINT32.size : text_end]))
    except (ValueError, ValidationError):
        raise damaged from None
    table = np.frombuffer(content[text_end + header.side :], _CHUNK)
    return Head(
        header=header,
        side=content[text_end : text_end + header.side],
        lengths=tuple(table["bytes"].tolist()),
        checksums=tuple(table["crc"].tolist()),
        size=size,
    )

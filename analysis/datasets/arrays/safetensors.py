"""The safetensors format: the one tensor of four dimensions of a file, read in pieces.

The layout is https://github.com/huggingface/safetensors: the length of a JSON object (uint64), the
object with dtype, shape and place of each tensor, then the tensors. It is read here and not by the
safetensors library, because that opens files by their paths, and latents lie in shards, too.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

import numpy as np

from analysis.datasets.arrays.header import ArrayHeader
from analysis.datasets.arrays.npy import NpyFrames
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange

SUFFIX: Final = ".safetensors"

_MAX_HEADER: Final = 1_000_000
_DTYPES: Final = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "V2"}
_NAMES: Final = {"F16": "float16", "F32": "float32", "F64": "float64", "BF16": "bfloat16"}


def read_header(data: ByteRange) -> ArrayHeader:
    """The shape and dtype of the tensor of four dimensions.

    Raises:
        InputError: it is no safetensors file, has no such tensor or several, or is cut off.
    """
    name, shape, _ = _tensor(data)
    return ArrayHeader(shape, _NAMES[name])


def open_frames(data: ByteRange) -> NpyFrames:
    """Latents that are read in pieces.

    Raises:
        InputError: as `read_header`.
    """
    name, shape, begin = _tensor(data)
    return NpyFrames(data, shape, np.dtype(_DTYPES[name]), begin)


def _tensor(data: ByteRange) -> tuple[str, tuple[int, ...], int]:
    """Its dtype, shape and the offset of its first value."""
    length = int.from_bytes(data.read(0, 8), "little")
    if not 2 <= length <= min(_MAX_HEADER, data.size - 8):
        raise InputError(f"{data.name}: is no safetensors file; write it again.")
    try:
        header = json.loads(data.read(8, length))
        entries = [entry for name, entry in header.items() if name != "__metadata__"]
        tensors = [_parse(entry) for entry in entries]
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{data.name}: is no safetensors file ({error}); write it again."
        ) from None
    found = [tensor for tensor in tensors if len(tensor[1]) == 4]
    if len(found) != 1:
        raise InputError(
            f"{data.name}: holds {len(found)} tensors of (frames, channels, rows, columns); "
            "save the latents as the only one."
        )
    dtype, shape, begin, end = found[0]
    if dtype not in _DTYPES:
        raise InputError(
            f"{data.name}: holds {dtype}; save latents as float16, float32 or bfloat16."
        )
    size = math.prod(shape) * np.dtype(_DTYPES[dtype]).itemsize
    if min(shape) < 0 or begin < 0 or end - begin != size or 8 + length + end > data.size:
        raise InputError(f"{data.name}: its tensor is cut off or garbled; write it again.")
    return dtype, shape, 8 + length + begin


def _parse(entry: dict[str, Any]) -> tuple[str, tuple[int, ...], int, int]:
    begin, end = entry["data_offsets"]
    return str(entry["dtype"]), tuple(int(side) for side in entry["shape"]), int(begin), int(end)

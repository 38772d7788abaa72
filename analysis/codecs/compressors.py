"""The general compressors that several methods are built on, as plain functions.

Threads may call them at the same time, which Zstandard's reusable contexts do not allow.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import pcodec.standalone
import zstandard
from numpy.typing import NDArray
from pcodec import ChunkConfig, DeltaSpec, ModeSpec


def to_zstd(content: bytes, level: int) -> bytes:
    """A Zstandard frame."""
    return zstandard.compress(content, level)


def from_zstd(data: bytes) -> bytes:
    """The content of a Zstandard frame."""
    return zstandard.decompress(data)


def to_pcodec(numbers: NDArray[Any], level: int) -> bytes:
    """A pcodec file of whole numbers (n,), each for itself: no mode, no differences."""
    contiguous = np.ascontiguousarray(numbers)
    return bytes(pcodec.standalone.simple_compress(contiguous, _config(level)))


def from_pcodec(data: bytes) -> NDArray[Any]:
    """The numbers, in one row, of a pcodec file."""
    numbers: NDArray[Any] | None = pcodec.standalone.simple_decompress(data)
    if numbers is None:
        raise ValueError("a pcodec file without numbers")
    return numbers


_PLAIN: Final = {"mode_spec": ModeSpec.classic(), "delta_spec": DeltaSpec.no_op()}


@cache
def _config(level: int) -> ChunkConfig:
    return ChunkConfig(compression_level=level, **_PLAIN)

"""The general compressors that several methods are built on, as plain functions.

Threads may call them at the same time, which Zstandard's reusable contexts do not allow. Each
imports its package when it is called: a codec may need one of them and not the other.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pcodec import ChunkConfig


def to_zstd(content: bytes, level: int) -> bytes:
    """A Zstandard frame."""
    import zstandard

    return zstandard.compress(content, level)


def from_zstd(data: bytes) -> bytes:
    """The content of a Zstandard frame."""
    import zstandard

    return zstandard.decompress(data)


def to_pcodec(numbers: NDArray[Any], level: int) -> bytes:
    """A pcodec file of whole numbers (n,), each for itself: no mode, no differences."""
    from pcodec import standalone

    contiguous = np.ascontiguousarray(numbers)
    return bytes(standalone.simple_compress(contiguous, _each_for_itself(level)))


def from_pcodec(data: bytes) -> NDArray[Any]:
    """The numbers, in one row, of a pcodec file."""
    from pcodec import standalone

    numbers: NDArray[Any] | None = standalone.simple_decompress(data)
    if numbers is None:
        raise ValueError("a pcodec file without numbers")
    return numbers


@cache
def _each_for_itself(level: int) -> ChunkConfig:
    from pcodec import ChunkConfig, DeltaSpec, ModeSpec

    return ChunkConfig(
        compression_level=level, mode_spec=ModeSpec.classic(), delta_spec=DeltaSpec.no_op()
    )

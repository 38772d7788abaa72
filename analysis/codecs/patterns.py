"""float16 as patterns of bits: rearrangements that lose nothing and compress better."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Patterns = NDArray[np.uint16]
"""The bits of float16 values as whole numbers, in the shape of the latents."""

_SIGN = np.uint16(0x8000)


def patterns(latents: NDArray[np.float16]) -> Patterns:
    """The bits of latents."""
    return np.ascontiguousarray(latents).view(np.uint16)


def values(bits: Patterns) -> NDArray[np.float16]:
    """The latents of these bits."""
    return bits.view(np.float16)


def ordered(bits: Patterns) -> Patterns:
    """Patterns as whole numbers in the order of their values, from the lowest negative one up.

    Differences of these are small where values are near; they are exact, as float16 differences
    are not.
    """
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def unordered(numbers: Patterns) -> Patterns:
    """The patterns that `ordered` made these numbers of."""
    return np.where(numbers & _SIGN, numbers ^ _SIGN, ~numbers)


def time_delta(numbers: Patterns) -> Patterns:
    """Each frame less the one before, modulo 2^16; the first one stays."""
    delta = numbers.copy()
    delta[1:] -= numbers[:-1]
    return delta


def undo_time_delta(delta: Patterns) -> Patterns:
    """The numbers that `time_delta` made these of."""
    return np.cumsum(delta, axis=0, dtype=np.uint16)


def time_xor(bits: Patterns) -> Patterns:
    """Each frame's patterns exclusive-or those of the one before; the first one stays."""
    delta = bits.copy()
    delta[1:] ^= bits[:-1]
    return delta


def undo_time_xor(delta: Patterns) -> Patterns:
    """The patterns that `time_xor` made these of."""
    return np.bitwise_xor.accumulate(delta, axis=0)


def zigzag(delta: Patterns) -> Patterns:
    """Differences modulo 2^16 so that those near 0, from either side, are small numbers."""
    signed = delta.view(np.int16)
    return ((signed << 1) ^ (signed >> 15)).view(np.uint16)


def undo_zigzag(numbers: Patterns) -> Patterns:
    """The differences that `zigzag` made these of."""
    one = np.uint16(1)
    return (numbers >> one) ^ -(numbers & one)


def byte_planes(bits: Patterns) -> bytes:
    """All high bytes, then all low bytes."""
    return b"".join(((bits >> 8).astype(np.uint8).tobytes(), bits.astype(np.uint8).tobytes()))


def undo_byte_planes(data: bytes) -> Patterns:
    """The numbers, in one row, that `byte_planes` made these bytes of."""
    high, low = np.frombuffer(data, np.uint8).reshape(2, -1).astype(np.uint16)
    return (high << np.uint16(8)) | low

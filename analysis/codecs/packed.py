"""Residuals of a whole chunk as one row of numbers, for a coder that takes such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.byte_coders import ByteCoder
from analysis.codecs.compressors import from_pcodec, to_pcodec
from analysis.codecs.prediction import Predictor
from analysis.codecs.symbols import Frame, SymbolCoder, Symbols


class NumberCoder(Protocol):
    """Whole numbers to bytes and back, in one row, without side information."""

    def pack(self, numbers: NDArray[Any]) -> bytes:
        """The bytes of at least one number."""

    def unpack(self, data: bytes) -> NDArray[Any]:
        """The numbers (n,), in whatever type holds them."""


@dataclass(frozen=True)
class Narrow:
    """The narrowest type of one, two or four bytes, which the first byte names, through a coder of
    bytes."""

    coder: ByteCoder

    def pack(self, numbers: NDArray[Any]) -> bytes:
        """The bytes of these numbers."""
        low, high = int(numbers.min()), int(numbers.max())
        kind = next(
            place
            for place, dtype in enumerate(_NARROW)
            if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max
        )
        content = numbers.astype(_NARROW[kind]).tobytes()
        return bytes([kind]) + self.coder.compress(content)

    def unpack(self, data: bytes) -> NDArray[Any]:
        """The numbers."""
        return np.frombuffer(self.coder.decompress(data[1:]), _NARROW[data[0]])


_NARROW: Final = tuple(np.dtype(name) for name in ("<i1", "<u1", "<i2", "<u2", "<i4"))


@dataclass(frozen=True)
class Pcodec:
    """Pcodec, whose bins fit any smooth distribution."""

    level: int

    def pack(self, numbers: NDArray[Any]) -> bytes:
        """The bytes of these numbers."""
        return to_pcodec(numbers.astype(np.int32).ravel(), self.level)

    def unpack(self, data: bytes) -> NDArray[Any]:
        """The numbers."""
        return from_pcodec(data)


@dataclass(frozen=True)
class Packed:
    """Residuals of a whole chunk, channel after channel, in one piece."""

    numbers: NumberCoder
    predictor: Predictor

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """The predictor's coefficients."""
        return self.predictor.fit(chunks)

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder with these coefficients."""
        return _PackedCoder(self, side, frame)


@dataclass(frozen=True)
class _PackedCoder:
    method: Packed
    side: bytes
    frame: Frame

    def encode(self, symbols: Symbols) -> bytes:
        residuals = self.method.predictor.residuals(symbols, self.side)
        return self.method.numbers.pack(np.moveaxis(residuals, 1, 0))

    def decode(self, data: bytes, frames: int) -> Symbols:
        channels, height, width = self.frame
        numbers = self.method.numbers.unpack(data).reshape(channels, frames, height, width)
        return self.method.predictor.undo(
            np.ascontiguousarray(np.moveaxis(numbers, 0, 1)), self.side
        )

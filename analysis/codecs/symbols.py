"""How whole numbers that stand for latents (symbols) become bytes, chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Symbols = NDArray[Any]
"""Whole numbers that stand for latents, (n, c, h, w), of any signed type."""

Frame = tuple[int, int, int]


class SymbolCoder(Protocol):
    """Codes the symbols of single chunks."""

    def encode(self, symbols: Symbols) -> bytes:
        """The bytes of symbols (n, c, h, w)."""

    def decode(self, data: bytes, frames: int) -> Symbols:
        """The symbols that `encode` made these bytes of."""


class SymbolMethod(Protocol):
    """How symbols become bytes."""

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """Side information from the symbols of all chunks of an array."""

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder that it describes, for frames of (c, h, w)."""


def summed(differences: Symbols) -> Symbols:
    """Running sums over the first axis, frame by frame: many times as fast as `cumsum`, which adds
    up one place after another. They wrap around at the ends of the type."""
    sums = np.empty_like(differences)
    sums[:1] = differences[:1]
    for number in range(1, len(sums)):
        np.add(sums[number - 1], differences[number], out=sums[number])
    return sums

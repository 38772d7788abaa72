"""Lossy methods: a quantiser, then symbols to bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from analysis.codecs.codec import CHUNK_FRAMES, ChunkCoder, Latents, Sensitivity, chunks_of
from analysis.codecs.quantise import Quantiser, Scale, finite
from analysis.codecs.symbols import SymbolCoder, SymbolMethod

_LENGTH: Final = struct.Struct("<I")


@dataclass(frozen=True)
class Quantised:
    """A quantiser and what codes its symbols, chunk by chunk."""

    quantiser: Quantiser
    symbols: SymbolMethod
    chunk_frames: int = CHUNK_FRAMES

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """The quantiser's parameters and the symbols' side information."""
        parameters = self.quantiser.fit(finite(latents), sensitivity)
        scale = self.quantiser.scale(parameters)
        chunks = [scale.symbols(chunk) for chunk in chunks_of(latents, self.chunk_frames)]
        return _LENGTH.pack(len(parameters)) + parameters + self.symbols.fit(chunks)

    def coder(self, side: bytes, frame: tuple[int, int, int]) -> ChunkCoder:
        """The coder that these describe."""
        (length,) = _LENGTH.unpack_from(side)
        start = _LENGTH.size
        scale = self.quantiser.scale(side[start : start + length])
        return _QuantisedCoder(scale, self.symbols.coder(side[start + length :], frame))


@dataclass(frozen=True)
class _QuantisedCoder:
    scale: Scale
    symbols: SymbolCoder

    def encode(self, chunk: Latents) -> bytes:
        return self.symbols.encode(self.scale.symbols(chunk))

    def decode(self, data: bytes, frames: int) -> Latents:
        return self.scale.values(self.symbols.decode(data, frames))

"""Lossless methods on single chunks: bits rearranged, then compressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.codecs import patterns
from analysis.codecs.byte_coders import ByteCoder
from analysis.codecs.codec import ChunkCoder, Latents, Sensitivity
from analysis.codecs.patterns import Patterns
from analysis.codecs.rearrangement import Rearrangement
from analysis.codecs.symbols import Frame


class PatternCoder(Protocol):
    """Codes the bits of float16 values."""

    def encode(self, bits: Patterns) -> bytes:
        """The bytes of patterns (n, c, h, w)."""

    def decode(self, data: bytes, shape: tuple[int, ...]) -> Patterns:
        """The patterns of these bytes, in that shape."""


@dataclass(frozen=True)
class PatternBytes:
    """Patterns as bytes, through a coder of such."""

    coder: ByteCoder

    def encode(self, bits: Patterns) -> bytes:
        """The bytes of patterns (n, c, h, w)."""
        return self.coder.compress(bits.tobytes())

    def decode(self, data: bytes, shape: tuple[int, ...]) -> Patterns:
        """The patterns of these bytes."""
        return np.frombuffer(self.coder.decompress(data), np.uint16).reshape(shape)


@dataclass(frozen=True)
class Lossless:
    """Rearrangements one after the other, then a coder; there is no side information."""

    rearrangements: tuple[Rearrangement, ...]
    patterns: PatternCoder

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """There is none."""
        return b""

    def coder(self, side: bytes, frame: Frame) -> ChunkCoder:
        """The coder for frames of this shape."""
        return _LosslessCoder(self, frame)


@dataclass(frozen=True)
class _LosslessCoder:
    method: Lossless
    frame: Frame

    def encode(self, chunk: Latents) -> bytes:
        bits = patterns.patterns(chunk)
        for rearrangement in self.method.rearrangements:
            bits = rearrangement.apply(bits)
        return self.method.patterns.encode(bits)

    def decode(self, data: bytes, frames: int) -> Latents:
        bits = self.method.patterns.decode(data, (frames, *self.frame))
        for rearrangement in reversed(self.method.rearrangements):
            bits = rearrangement.undo(bits)
        return patterns.values(bits)

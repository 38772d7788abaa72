"""Residuals by a range coder with a table of frequencies a channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import constriction
import numpy as np
from numpy.typing import NDArray

from analysis.codecs import tables
from analysis.codecs.prediction import NoPrediction, Predictor
from analysis.codecs.symbols import Frame, SymbolCoder, Symbols
from analysis.codecs.tables import Tables, read_tables, words


@dataclass(frozen=True)
class Ranged:
    """A range coder with a table of frequencies a channel; the first frame of a chunk has tables
    of its own where a predictor is at work."""

    predictor: Predictor

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """The predictor's coefficients and the tables."""
        coefficients = self.predictor.fit(chunks)
        channels = chunks[0].shape[1]
        pairs = (
            (
                _channels(residuals, first_apart=self._first_apart),
                residuals,
            )
            for residuals in (self.predictor.residuals(chunk, coefficients) for chunk in chunks)
        )
        found = tables.fit(2 * channels, pairs)
        return found.to_bytes() + coefficients

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder with these tables."""
        found, coefficients = read_tables(side)
        return _RangedCoder(found, self._first_apart, self.predictor, coefficients, frame)

    @property
    def _first_apart(self) -> bool:
        return not isinstance(self.predictor, NoPrediction)


def _channels(symbols: Symbols, *, first_apart: bool) -> NDArray[np.int32]:
    """The context of each symbol: its channel, in the first frame another one."""
    channels = np.arange(symbols.shape[1], dtype=np.int32).reshape(1, -1, 1, 1)
    contexts = np.broadcast_to(channels, symbols.shape).copy()
    if first_apart:
        contexts[0] += symbols.shape[1]
    return contexts


@dataclass(frozen=True)
class _RangedCoder:
    tables: Tables
    first_apart: bool
    predictor: Predictor
    side: bytes
    frame: Frame

    def encode(self, symbols: Symbols) -> bytes:
        residuals = self.predictor.residuals(symbols, self.side)
        encoder = constriction.stream.queue.RangeEncoder()
        for frames, offset in self._parts(len(symbols)):
            for channel in range(self.frame[0]):
                part = residuals[frames, channel].ravel()
                self.tables.encode(encoder, offset + channel, part)
        return words(encoder)

    def decode(self, data: bytes, frames: int) -> Symbols:
        residuals = np.empty((frames, *self.frame), np.int32)
        decoder = constriction.stream.queue.RangeDecoder(np.frombuffer(data, np.uint32))
        for span, offset in self._parts(frames):
            for channel in range(self.frame[0]):
                place = residuals[span, channel]
                part = self.tables.decode(decoder, offset + channel, place.size)
                residuals[span, channel] = part.reshape(place.shape)
        return self.predictor.undo(residuals, self.side)

    def _parts(self, frames: int) -> list[tuple[slice, int]]:
        if not self.first_apart:
            return [(slice(0, frames), 0)]
        return [(slice(0, 1), self.frame[0]), (slice(1, frames), 0)]

"""Symbols by a range coder whose tables depend on the symbol a frame earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import constriction
import numpy as np
from numpy.typing import NDArray

from analysis.codecs import tables
from analysis.codecs.symbols import Frame, SymbolCoder, Symbols
from analysis.codecs.tables import Tables, read_tables, words


@dataclass(frozen=True)
class GivenPrevious:
    """What a symbol is coded by: the level that the same place had a frame earlier.

    Args:
        levels: runs of symbols over six standard deviations of a channel.
    """

    levels: int


@dataclass(frozen=True)
class RangedGivenPrevious:
    """A range coder with a table a channel and level of the frame before."""

    context: GivenPrevious

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """The levels of each channel, and the tables."""
        axes = (0, 2, 3)
        sample = np.concatenate(chunks)
        middle, deviation = sample.mean(axes), sample.std(axes)
        count = self.context.levels
        width = np.maximum(np.rint(6 * deviation / count), 1)
        lowest = np.rint(middle - width * count / 2)
        levels = _Levels(count, lowest.astype(np.int32), width.astype(np.int32))
        pairs = ((levels.contexts(chunk), chunk) for chunk in chunks)
        found = tables.fit(len(width) * (count + 1), pairs)
        return found.to_bytes() + np.stack([levels.lowest, levels.width]).astype("<i4").tobytes()

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder with these tables."""
        found, rest = read_tables(side)
        lowest, width = np.frombuffer(rest, "<i4").astype(np.int32).reshape(2, -1)
        return _RangedGivenPreviousCoder(_Levels(self.context.levels, lowest, width), found, frame)


@dataclass(frozen=True)
class _Levels:
    """Where the levels of each channel begin, and how many symbols one holds: int32 (c,) each."""

    count: int
    lowest: NDArray[np.int32]
    width: NDArray[np.int32]

    def after(self, previous: Symbols | None, frame: Frame) -> NDArray[np.int32]:
        """The contexts (c, h, w) of the frame after `previous`; for None, of the first one."""
        contexts_a_channel = self.count + 1
        first = np.arange(frame[0], dtype=np.int32).reshape(-1, 1, 1) * contexts_a_channel
        if previous is None:
            return np.broadcast_to(first + self.count, frame)
        level = (previous - self.lowest.reshape(-1, 1, 1)) // self.width.reshape(-1, 1, 1)
        contexts: NDArray[np.int32] = first + level.clip(0, self.count - 1)
        return contexts

    def contexts(self, chunk: Symbols) -> NDArray[np.int32]:
        """The contexts of a chunk (n, c, h, w)."""
        _, channels, rows, columns = chunk.shape
        frame = channels, rows, columns
        return np.stack([self.after(previous, frame) for previous in (None, *chunk[:-1])])


@dataclass(frozen=True)
class _RangedGivenPreviousCoder:
    levels: _Levels
    tables: Tables
    frame: Frame

    def encode(self, symbols: Symbols) -> bytes:
        encoder = constriction.stream.queue.RangeEncoder()
        previous = None
        for current in symbols:
            order, groups = self._groups(previous)
            flat = current.ravel()[order]
            for context, start, stop in groups:
                self.tables.encode(encoder, context, flat[start:stop])
            previous = current
        return words(encoder)

    def decode(self, data: bytes, frames: int) -> Symbols:
        symbols = np.empty((frames, *self.frame), np.int32)
        decoder = constriction.stream.queue.RangeDecoder(np.frombuffer(data, np.uint32))
        previous = None
        for current in symbols:
            order, groups = self._groups(previous)
            flat = np.empty(current.size, np.int32)
            for context, start, stop in groups:
                flat[order[start:stop]] = self.tables.decode(decoder, context, stop - start)
            current[:] = flat.reshape(self.frame)
            previous = current
        return symbols

    def _groups(
        self, previous: Symbols | None
    ) -> tuple[NDArray[np.int64], list[tuple[int, int, int]]]:
        """The places of a frame in the order of their contexts, and where each context lies."""
        contexts = self.levels.after(previous, self.frame).ravel()
        order = np.argsort(contexts, kind="stable")
        sorted_contexts = contexts[order]
        starts = np.flatnonzero(np.diff(sorted_contexts, prepend=-1))
        stops = [*starts[1:].tolist(), len(order)]
        found = sorted_contexts[starts].tolist()
        return order, list(zip(found, starts.tolist(), stops, strict=True))

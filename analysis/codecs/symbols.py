"""Whole numbers to bytes: predicted in time or not, then an entropy coder.

Prediction is in a closed loop by construction. Quantised values lie on a lattice; the prediction
of a frame from reconstructed ones, rounded to that lattice, leaves a whole number, and adding it up
again gives the very symbols that the encoder had. No error can accumulate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import constriction
import numpy as np
from numpy.typing import NDArray

from analysis.codecs import tables
from analysis.codecs.compressors import from_pcodec, from_zstd, to_pcodec, to_zstd
from analysis.codecs.quantise import Symbols
from analysis.codecs.tables import Tables, read_tables

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


class Predictor(Protocol):
    """Predicts symbols from earlier frames of their chunk; the first frame stays as it is."""

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """Coefficients, as they are stored."""

    def residuals(self, symbols: Symbols, side: bytes) -> Symbols:
        """What is left of symbols (n, c, h, w)."""

    def undo(self, residuals: Symbols, side: bytes) -> Symbols:
        """The symbols of residuals."""


class Nothing:
    """No prediction."""

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """There are no coefficients."""
        return b""

    def residuals(self, symbols: Symbols, side: bytes) -> Symbols:
        """The symbols themselves."""
        return symbols

    def undo(self, residuals: Symbols, side: bytes) -> Symbols:
        """The residuals themselves."""
        return residuals


class Previous:
    """The frame before, without motion."""

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """There are no coefficients."""
        return b""

    def residuals(self, symbols: Symbols, side: bytes) -> Symbols:
        """Differences in time."""
        return np.diff(symbols, axis=0, prepend=np.zeros_like(symbols[:1]))

    def undo(self, residuals: Symbols, side: bytes) -> Symbols:
        """Sums in time."""
        return summed(residuals.astype(np.int32))


def summed(differences: Symbols) -> Symbols:
    """Running sums over the first axis, frame by frame: many times as fast as `cumsum`, which adds
    up one place after another. They wrap around at the ends of the type."""
    sums = np.empty_like(differences)
    sums[:1] = differences[:1]
    for number in range(1, len(sums)):
        np.add(sums[number - 1], differences[number], out=sums[number])
    return sums


class Linear:
    """Least squares, a channel: the two frames before at the same place, of the one before also
    the four places around it, and a constant.

    Coefficients are whole 4096ths and sums whole numbers, so that every machine predicts the same.
    """

    _BITS: Final = 12

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """Seven int32 a channel."""
        channels = chunks[0].shape[1]
        products = np.zeros((channels, 7, 7))
        wanted = np.zeros((channels, 7))
        for chunk in chunks:
            for features, target in self._pairs(chunk.astype(np.float64)):
                flat = features.reshape(7, channels, -1)
                products += np.einsum("icn,jcn->cij", flat, flat, optimize=True)
                wanted += np.einsum("icn,cn->ci", flat, target.reshape(channels, -1))
        # A channel that never changes leaves the equations without a single solution. The addition
        # grows with the symbols: beside large ones a small one would be lost to rounding.
        sizes = np.trace(products, axis1=1, axis2=2).reshape(-1, 1, 1)
        products += np.eye(7) * (1e-3 + 1e-9 * sizes)
        solved = np.linalg.solve(products, wanted[..., None])[..., 0]
        whole = np.rint(solved * (1 << self._BITS)).clip(-(1 << 20), 1 << 20).astype("<i4")
        return bytes(whole.tobytes())

    def residuals(self, symbols: Symbols, side: bytes) -> Symbols:
        """What the predictions leave."""
        left = symbols.copy()
        for number in range(1, len(symbols)):
            left[number] -= self._predict(symbols, number, side)
        return left

    def undo(self, residuals: Symbols, side: bytes) -> Symbols:
        """Predictions and residuals added up, frame by frame."""
        symbols = residuals.copy()
        for number in range(1, len(symbols)):
            symbols[number] += self._predict(symbols, number, side)
        return symbols

    def _predict(self, symbols: Symbols, number: int, side: bytes) -> Symbols:
        weights = np.frombuffer(side, "<i4").reshape(-1, 7).astype(np.int64)
        features = self._features(symbols, number).astype(np.int64)
        total = np.einsum("ichw,ci->chw", features, weights)
        rounded: Symbols = ((total + (1 << self._BITS - 1)) >> self._BITS).astype(np.int32)
        return rounded

    def _pairs(self, symbols: NDArray[np.float64]) -> Iterator[tuple[Any, Any]]:
        for number in range(1, len(symbols)):
            yield self._features(symbols, number), symbols[number]

    @staticmethod
    def _features(symbols: NDArray[Any], number: int) -> NDArray[Any]:
        """(7, c, h, w) of frame `number`."""
        before = symbols[number - 1]
        earlier = symbols[max(number - 2, 0)]
        around = np.pad(before, ((0, 0), (1, 1), (1, 1)), mode="edge")
        return np.stack(
            [
                before,
                earlier,
                around[:, 1:-1, :-2],
                around[:, 1:-1, 2:],
                around[:, :-2, 1:-1],
                around[:, 2:, 1:-1],
                np.ones_like(before),
            ]
        )


class Storage(Protocol):
    """Whole numbers to bytes and back, in one row, without side information."""

    def pack(self, numbers: NDArray[Any]) -> bytes:
        """The bytes of at least one number."""

    def unpack(self, data: bytes) -> NDArray[Any]:
        """The numbers (n,), in whatever type holds them."""


@dataclass(frozen=True)
class Narrow:
    """The narrowest type of one, two or four bytes, which the first byte names; in Zstandard, whose
    Huffman coder does the work, if a level is given."""

    level: int | None = None

    def pack(self, numbers: NDArray[Any]) -> bytes:
        """The bytes of these numbers."""
        low, high = int(numbers.min()), int(numbers.max())
        kind = next(
            place
            for place, dtype in enumerate(_NARROW)
            if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max
        )
        content = numbers.astype(_NARROW[kind]).tobytes()
        return bytes([kind]) + (content if self.level is None else to_zstd(content, self.level))

    def unpack(self, data: bytes) -> NDArray[Any]:
        """The numbers."""
        content = data[1:] if self.level is None else from_zstd(data[1:])
        return np.frombuffer(content, _NARROW[data[0]])


_NARROW: Final = tuple(np.dtype(name) for name in ("<i1", "<u1", "<i2", "<u2", "<i4"))


@dataclass(frozen=True)
class Pcodec:
    """Pcodec, whose bins fit any smooth distribution."""

    level: int = 8

    def pack(self, numbers: NDArray[Any]) -> bytes:
        """The bytes of these numbers."""
        return to_pcodec(numbers.astype(np.int32).ravel(), self.level)

    def unpack(self, data: bytes) -> NDArray[Any]:
        """The numbers."""
        return from_pcodec(data)


@dataclass(frozen=True)
class Packed:
    """Residuals of a whole chunk, channel after channel, in one piece."""

    storage: Storage
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
        return self.method.storage.pack(np.moveaxis(residuals, 1, 0))

    def decode(self, data: bytes, frames: int) -> Symbols:
        channels, height, width = self.frame
        numbers = self.method.storage.unpack(data).reshape(channels, frames, height, width)
        return self.method.predictor.undo(
            np.ascontiguousarray(np.moveaxis(numbers, 0, 1)), self.side
        )


class Ranged:
    """A range coder with a table of frequencies a channel; the first frame of a chunk has tables
    of its own where a predictor is at work."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """The predictor's coefficients and the tables."""
        coefficients = self._predictor.fit(chunks)
        channels = chunks[0].shape[1]
        pairs = (
            (_channels(residuals, first_apart=not isinstance(self._predictor, Nothing)), residuals)
            for residuals in (self._predictor.residuals(chunk, coefficients) for chunk in chunks)
        )
        found = tables.fit(2 * channels, pairs)
        return found.to_bytes() + coefficients

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder with these tables."""
        found, coefficients = read_tables(side)
        apart = not isinstance(self._predictor, Nothing)
        return _RangedCoder(found, apart, self._predictor, coefficients, frame)


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


def words(encoder: Any) -> bytes:
    """What a range encoder has written."""
    compressed: NDArray[np.uint32] = encoder.get_compressed()
    return compressed.astype("<u4").tobytes()


class GivenPrevious:
    """A range coder with a table a channel and level that the same place had a frame earlier.

    A level is a run of symbols, so that a channel has 25 of them over six standard deviations.
    """

    LEVELS: Final = 25

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """The levels of each channel, and the tables."""
        axes = (0, 2, 3)
        sample = np.concatenate(chunks)
        middle, spread = sample.mean(axes), sample.std(axes)
        width = np.maximum(np.rint(6 * spread / self.LEVELS), 1)
        lowest = np.rint(middle - width * self.LEVELS / 2)
        levels = _Levels(lowest.astype(np.int32), width.astype(np.int32))
        pairs = ((levels.contexts(chunk), chunk) for chunk in chunks)
        found = tables.fit(len(width) * (self.LEVELS + 1), pairs)
        return found.to_bytes() + np.stack([levels.lowest, levels.width]).astype("<i4").tobytes()

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder with these tables."""
        found, rest = read_tables(side)
        lowest, width = np.frombuffer(rest, "<i4").astype(np.int32).reshape(2, -1)
        return _GivenPreviousCoder(_Levels(lowest, width), found, frame)


@dataclass(frozen=True)
class _Levels:
    """Where the levels of each channel begin, and how many symbols one holds: int32 (c,) each."""

    lowest: NDArray[np.int32]
    width: NDArray[np.int32]

    def after(self, previous: Symbols | None, frame: Frame) -> NDArray[np.int32]:
        """The contexts (c, h, w) of the frame after `previous`; for None, of the first one."""
        count = GivenPrevious.LEVELS + 1
        first = np.arange(frame[0], dtype=np.int32).reshape(-1, 1, 1) * count
        if previous is None:
            return np.broadcast_to(first + GivenPrevious.LEVELS, frame)
        level = (previous - self.lowest.reshape(-1, 1, 1)) // self.width.reshape(-1, 1, 1)
        contexts: NDArray[np.int32] = first + level.clip(0, GivenPrevious.LEVELS - 1)
        return contexts

    def contexts(self, chunk: Symbols) -> NDArray[np.int32]:
        """The contexts of a chunk (n, c, h, w)."""
        _, channels, rows, columns = chunk.shape
        frame = channels, rows, columns
        return np.stack([self.after(previous, frame) for previous in (None, *chunk[:-1])])


@dataclass(frozen=True)
class _GivenPreviousCoder:
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

"""Whole numbers to bytes by how much happens at a place.

In a game most of a frame stands still while some of it moves, and which part that is changes all
the time. So each place of a frame, all its channels together, is put into one of a few classes by
the size of its differences to the frame before. The classes are stored, and the differences of each
class are coded with tables of their own: forward-adaptive classification, as in subband image
coders (Joshi, Fischer & Bamberger, "Comparison of different methods of classification in subband
coding of images", IEEE Trans. Image Processing 6(11), 1997).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import constriction
import numpy as np
from numpy.typing import NDArray

from analysis.codecs import tables
from analysis.codecs.compressors import from_pcodec, from_zstd, to_pcodec, to_zstd
from analysis.codecs.quantise import Symbols
from analysis.codecs.symbols import Frame, SymbolCoder, summed, words
from analysis.codecs.tables import Tables, read_tables

Classes = NDArray[np.uint8]
"""The class of each place, (n - 1, h, w), of a chunk of n frames: the first one has none."""

Number = TypeVar("Number", int, NDArray[np.int32])
"""A context or a part of it, of one symbol or of many."""

_SEEN_CHUNKS: Final = 16
"""Chunks, spread over the array, that the thresholds between classes are found from."""


@dataclass(frozen=True)
class Activity:
    """How a place is classed.

    Args:
        scale: float32 (c,), the usual size of a channel's differences.
        thresholds: float32 (classes - 1,), of the mean square of differences over their scale.
    """

    scale: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.thresholds) + 1

    def of(self, differences: Symbols) -> Classes:
        """The classes of differences (n - 1, c, h, w)."""
        return np.digitize(_energy(differences, self.scale), self.thresholds).astype(np.uint8)

    def to_bytes(self) -> bytes:
        """As it is stored."""
        return np.concatenate([self.thresholds, self.scale]).astype("<f4").tobytes()


def find_activity(chunks: Sequence[Symbols], classes: int) -> Activity:
    """Thresholds that put about as many places into each class."""
    step = -(-len(chunks) // _SEEN_CHUNKS)
    differences = np.concatenate([np.diff(chunk, axis=0) for chunk in chunks[::step]])
    if not len(differences):
        return Activity(np.ones(chunks[0].shape[1], np.float32), np.zeros(classes - 1, np.float32))
    mean_square = np.square(differences, dtype=np.float32).mean((0, 2, 3), dtype=np.float64)
    # Whole numbers round: a channel that hardly ever changes must not outweigh the others.
    scale = np.sqrt(mean_square + 0.01).astype(np.float32)
    shares = np.arange(1, classes) / classes
    thresholds = np.quantile(_energy(differences, scale), shares)
    return Activity(scale, thresholds.astype(np.float32))


def read_activity(data: bytes, channels: int) -> Activity:
    """The activity that these bytes hold."""
    numbers = np.frombuffer(data, "<f4").astype(np.float32)
    split = len(numbers) - channels
    return Activity(numbers[split:], numbers[:split])


def _energy(differences: Symbols, scale: NDArray[np.float32]) -> NDArray[np.float32]:
    relative = differences / scale.reshape(-1, 1, 1)
    mean: NDArray[np.float32] = np.square(relative, dtype=np.float32).mean(1)
    return mean


def rows_by_class(differences: Symbols, classes: Classes, count: int) -> Iterator[NDArray[Any]]:
    """For each class its places' differences, (c, places)."""
    channels = differences.shape[1]
    rows = np.moveaxis(differences, 1, -1).reshape(-1, channels)
    order, bounds = _sorted(classes, count)
    for start, stop in bounds:
        yield np.ascontiguousarray(rows[order[start:stop]].T)


def from_rows(parts: Sequence[NDArray[Any]], classes: Classes) -> Symbols:
    """The differences (n - 1, c, h, w) that `rows_by_class` took apart."""
    order, bounds = _sorted(classes, len(parts))
    frames, height, width = classes.shape
    channels = len(parts[0])
    rows = np.empty((classes.size, channels), parts[0].dtype)
    for part, (start, stop) in zip(parts, bounds, strict=True):
        rows[order[start:stop]] = part.T
    return np.moveaxis(rows.reshape(frames, height, width, channels), -1, 1)


def _sorted(classes: Classes, count: int) -> tuple[NDArray[np.intp], list[tuple[int, int]]]:
    """The places in the order of their classes, and where each class begins and ends in it."""
    flat = classes.ravel()
    stops = np.cumsum(np.bincount(flat, minlength=count)).tolist()
    return np.argsort(flat, kind="stable"), list(zip([0, *stops[:-1]], stops, strict=True))


@dataclass(frozen=True)
class ClassedRange:
    """Classes, and a range coder with a table a class and channel.

    Args:
        classes: how many.
    """

    classes: int

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """Tables of classes, of first frames and of differences; and the activity."""
        channels = chunks[0].shape[1]
        activity = find_activity(chunks, self.classes)
        found = tables.fit(
            self._contexts(channels),
            (pair for chunk in chunks for pair in self._pairs(chunk, activity)),
        )
        return found.to_bytes() + activity.to_bytes()

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder with these tables."""
        found, rest = read_tables(side)
        return _ClassedRangeCoder(self, found, read_activity(rest, frame[0]), frame)

    def _contexts(self, channels: int) -> int:
        return (self.classes + 1) * (channels + 1)

    def first_frame(self, channel: int) -> int:
        """The context of a channel in a chunk's first frame."""
        return channel

    def difference(self, channel: Number, of_class: Number, channels: int) -> Number:
        """The context of a channel in a class."""
        return channels * (of_class + 1) + channel

    def class_after(self, before: Number, channels: int) -> Number:
        """The context of a class after another one at the same place; `classes` for none."""
        return channels * (self.classes + 1) + before

    def _pairs(
        self, chunk: Symbols, activity: Activity
    ) -> Iterator[tuple[NDArray[np.int32], Symbols]]:
        """Contexts and symbols of a chunk."""
        channels = chunk.shape[1]
        numbers = np.arange(channels, dtype=np.int32).reshape(-1, 1, 1)
        yield np.broadcast_to(numbers, chunk.shape[1:]), chunk[0]
        if len(chunk) < 2:
            return
        differences = np.diff(chunk, axis=0)
        classes = activity.of(differences).astype(np.int32)
        yield self.difference(numbers, classes[:, None], channels), differences
        before = np.concatenate([np.full_like(classes[:1], self.classes), classes[:-1]])
        yield self.class_after(before, channels), classes


@dataclass(frozen=True)
class _ClassedRangeCoder:
    method: ClassedRange
    tables: Tables
    activity: Activity
    frame: Frame

    def encode(self, symbols: Symbols) -> bytes:
        channels = self.frame[0]
        encoder = constriction.stream.queue.RangeEncoder()
        for channel in range(channels):
            self.tables.encode(
                encoder, self.method.first_frame(channel), symbols[0, channel].ravel()
            )
        if len(symbols) > 1:
            differences = np.diff(symbols, axis=0)
            classes = self.activity.of(differences)
            self._encode_classes(encoder, classes)
            parts = rows_by_class(differences, classes, self.method.classes)
            for number, part in enumerate(parts):
                for channel in range(channels):
                    context = self.method.difference(channel, number, channels)
                    self.tables.encode(encoder, context, part[channel])
        return words(encoder)

    def decode(self, data: bytes, frames: int) -> Symbols:
        channels, height, width = self.frame
        decoder = constriction.stream.queue.RangeDecoder(np.frombuffer(data, np.uint32))
        differences = np.empty((frames, *self.frame), np.int32)
        for channel in range(channels):
            part = self.tables.decode(decoder, self.method.first_frame(channel), height * width)
            differences[0, channel] = part.reshape(height, width)
        if frames > 1:
            classes = self._decode_classes(decoder, frames - 1)
            counts = np.bincount(classes.ravel(), minlength=self.method.classes).tolist()
            parts = []
            for number, count in enumerate(counts):
                part = np.empty((channels, count), np.int32)
                for channel in range(channels):
                    context = self.method.difference(channel, number, channels)
                    part[channel] = self.tables.decode(decoder, context, count)
                parts.append(part)
            differences[1:] = from_rows(parts, classes)
        return summed(differences)

    def _encode_classes(self, encoder: Any, classes: Classes) -> None:
        previous = None
        for current in classes.reshape(len(classes), -1):
            for context, places in self._by_previous(previous):
                self.tables.encode(encoder, context, current[places].astype(np.int32))
            previous = current

    def _decode_classes(self, decoder: Any, frames: int) -> Classes:
        _, height, width = self.frame
        classes = np.empty((frames, height * width), np.uint8)
        previous = None
        for current in classes:
            for context, places in self._by_previous(previous):
                count = len(current[places])
                current[places] = self.tables.decode(decoder, context, count)
            previous = current
        return classes.reshape(frames, height, width)

    def _by_previous(self, previous: Classes | None) -> Iterator[tuple[int, Any]]:
        """Contexts of the classes of a frame, and the places of each."""
        channels = self.frame[0]
        if previous is None:
            yield self.method.class_after(self.method.classes, channels), slice(None)
            return
        for before in range(self.method.classes):
            yield self.method.class_after(before, channels), np.flatnonzero(previous == before)


@dataclass(frozen=True)
class ClassedPcodec:
    """Classes, and pcodec's tANS coder on runs of symbols that are about as large.

    Args:
        classes: how many.
        groups: of channels, by the size of their differences; each class and group is coded apart.
        level: of pcodec.
    """

    classes: int = 6
    groups: int = 2
    level: int = 8

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """The activity."""
        return find_activity(chunks, self.classes).to_bytes()

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder with it."""
        activity = read_activity(side, frame[0])
        channels = np.argsort(activity.scale, kind="stable")
        sizes = [len(part) for part in np.array_split(channels, self.groups) if len(part)]
        return _ClassedPcodecCoder(self, activity, channels, tuple(sizes), frame)


_WIDTHS: Final = (np.dtype("<i2"), np.dtype("<i4"))


@dataclass(frozen=True)
class _ClassedPcodecCoder:
    method: ClassedPcodec
    activity: Activity
    channels: NDArray[np.intp]
    """From the one with the smallest differences on."""
    sizes: tuple[int, ...]
    """Channels of each group, in that order."""
    frame: Frame

    def encode(self, symbols: Symbols) -> bytes:
        largest = int(np.abs(symbols).max())
        # In two bytes sums wrap around and still come out right: the symbols themselves fit.
        width = 0 if largest <= np.iinfo(np.int16).max else 1
        narrow = symbols.astype(_WIDTHS[width])
        differences = np.diff(narrow, axis=0)
        classes = self.activity.of(np.diff(symbols, axis=0))
        parts = [narrow[0].reshape(self.frame[0], -1)]
        parts.extend(rows_by_class(differences, classes, self.method.classes))
        starts = np.cumsum((0, *self.sizes[:-1]))
        pieces = [_classes_to_bytes(classes)]
        for part in parts:
            ordered = part[self.channels]
            for start, size in zip(starts, self.sizes, strict=True):
                group = ordered[start : start + size].ravel()
                pieces.append(to_pcodec(group, self.method.level) if group.size else b"")
        lengths = np.array([len(piece) for piece in pieces], "<u4")
        return b"".join((bytes([width]), lengths.tobytes(), *pieces))

    def decode(self, data: bytes, frames: int) -> Symbols:
        count, height, width = self.frame
        dtype = _WIDTHS[data[0]]
        pieces = self._pieces(data)
        classes = _classes_from_bytes(next(pieces), (frames - 1, height, width))
        places = np.bincount(classes.ravel(), minlength=self.method.classes).tolist()

        def part(length: int) -> NDArray[Any]:
            groups = [from_pcodec(piece) for _ in self.sizes if (piece := next(pieces))]
            joined = np.concatenate(groups) if groups else np.zeros(0, dtype)
            return joined.reshape(count, length)

        differences = np.empty((frames, *self.frame), dtype)
        differences[0, self.channels] = part(height * width).reshape(self.frame)
        rows = from_rows([part(length) for length in places], classes)
        differences[1:, self.channels] = rows
        return summed(differences)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        count = 1 + len(self.sizes) * (1 + self.method.classes)
        lengths = np.frombuffer(data, "<u4", count, 1)
        start = 1 + lengths.nbytes
        for length in lengths.tolist():
            yield data[start : start + length]
            start += length


def _classes_to_bytes(classes: Classes) -> bytes:
    return to_zstd(classes.tobytes(), 9)


def _classes_from_bytes(data: bytes, shape: tuple[int, int, int]) -> Classes:
    return np.frombuffer(from_zstd(data), np.uint8).reshape(shape)

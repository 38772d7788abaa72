"""Symbols by classes, and a range coder with a table a class and channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import constriction
import numpy as np
from numpy.typing import NDArray

from analysis.codecs import tables
from analysis.codecs.classes import (
    Activity,
    Classes,
    ClassMap,
    find_activity,
    from_rows,
    read_activity,
    rows_by_class,
)
from analysis.codecs.symbols import Frame, SymbolCoder, Symbols, summed
from analysis.codecs.tables import Tables, read_tables, words

Number = TypeVar("Number", int, NDArray[np.int32])
"""A context or a part of it, of one symbol or of many."""


@dataclass(frozen=True)
class ClassedRange:
    """Classes, and a range coder with a table a class and channel."""

    classes: Classes

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """Tables of classes, of first frames and of differences; and the activity."""
        channels = chunks[0].shape[1]
        activity = find_activity(chunks, self.classes.count)
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
        return (self.classes.count + 1) * (channels + 1)

    def first_frame(self, channel: int) -> int:
        """The context of a channel in a chunk's first frame."""
        return channel

    def difference(self, channel: Number, of_class: Number, channels: int) -> Number:
        """The context of a channel in a class."""
        return channels * (of_class + 1) + channel

    def class_after(self, before: Number, channels: int) -> Number:
        """The context of a class after another one at the same place; their count for none."""
        return channels * (self.classes.count + 1) + before

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
        before = np.concatenate([np.full_like(classes[:1], self.classes.count), classes[:-1]])
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
            parts = rows_by_class(differences, classes, self.method.classes.count)
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
            counts = np.bincount(classes.ravel(), minlength=self.method.classes.count).tolist()
            parts = []
            for number, count in enumerate(counts):
                part = np.empty((channels, count), np.int32)
                for channel in range(channels):
                    context = self.method.difference(channel, number, channels)
                    part[channel] = self.tables.decode(decoder, context, count)
                parts.append(part)
            differences[1:] = from_rows(parts, classes)
        return summed(differences)

    def _encode_classes(self, encoder: Any, classes: ClassMap) -> None:
        previous = None
        for current in classes.reshape(len(classes), -1):
            for context, places in self._by_previous(previous):
                self.tables.encode(encoder, context, current[places].astype(np.int32))
            previous = current

    def _decode_classes(self, decoder: Any, frames: int) -> ClassMap:
        _, height, width = self.frame
        classes = np.empty((frames, height * width), np.uint8)
        previous = None
        for current in classes:
            for context, places in self._by_previous(previous):
                count = len(current[places])
                current[places] = self.tables.decode(decoder, context, count)
            previous = current
        return classes.reshape(frames, height, width)

    def _by_previous(self, previous: ClassMap | None) -> Iterator[tuple[int, Any]]:
        """Contexts of the classes of a frame, and the places of each."""
        channels = self.frame[0]
        if previous is None:
            yield self.method.class_after(self.method.classes.count, channels), slice(None)
            return
        for before in range(self.method.classes.count):
            yield self.method.class_after(before, channels), np.flatnonzero(previous == before)

"""Symbols by classes, and pcodec on runs of symbols that are about as large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.classes import (
    Activity,
    Classes,
    ClassMap,
    find_activity,
    from_rows,
    read_activity,
    rows_by_class,
)
from analysis.codecs.compressors import from_pcodec, from_zstd, to_pcodec, to_zstd
from analysis.codecs.symbols import Frame, SymbolCoder, Symbols, summed


@dataclass(frozen=True)
class ClassedPcodec:
    """Classes, and pcodec's tANS coder on runs of symbols that are about as large.

    Args:
        classes: each group of channels of each is coded apart.
        level: of pcodec.
    """

    classes: Classes
    level: int

    def fit(self, chunks: Sequence[Symbols]) -> bytes:
        """The activity."""
        return find_activity(chunks, self.classes.count).to_bytes()

    def coder(self, side: bytes, frame: Frame) -> SymbolCoder:
        """The coder with it."""
        activity = read_activity(side, frame[0])
        channels = np.argsort(activity.scale, kind="stable")
        sizes = [len(part) for part in np.array_split(channels, self.classes.groups) if len(part)]
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
        parts.extend(rows_by_class(differences, classes, self.method.classes.count))
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
        places = np.bincount(classes.ravel(), minlength=self.method.classes.count).tolist()

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
        count = 1 + len(self.sizes) * (1 + self.method.classes.count)
        lengths = np.frombuffer(data, "<u4", count, 1)
        start = 1 + lengths.nbytes
        for length in lengths.tolist():
            yield data[start : start + length]
            start += length


def _classes_to_bytes(classes: ClassMap) -> bytes:
    return to_zstd(classes.tobytes(), 9)


def _classes_from_bytes(data: bytes, shape: tuple[int, int, int]) -> ClassMap:
    return np.frombuffer(from_zstd(data), np.uint8).reshape(shape)

"""Places of frames sorted into classes by how much happens there.

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
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.symbols import Symbols

ClassMap = NDArray[np.uint8]
"""The class of each place, (n - 1, h, w), of a chunk of n frames: the first one has none."""


@dataclass(frozen=True)
class Classes:
    """Into what symbols are sorted before they are coded.

    Args:
        count: of classes.
        groups: of channels, by the size of their differences: where symbols are coded in runs, each
            class and group is one.
    """

    count: int
    groups: int = 1


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

    def of(self, differences: Symbols) -> ClassMap:
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


def rows_by_class(differences: Symbols, classes: ClassMap, count: int) -> Iterator[NDArray[Any]]:
    """For each class its places' differences, (c, places)."""
    channels = differences.shape[1]
    rows = np.moveaxis(differences, 1, -1).reshape(-1, channels)
    order, bounds = _sorted(classes, count)
    for start, stop in bounds:
        yield np.ascontiguousarray(rows[order[start:stop]].T)


def from_rows(parts: Sequence[NDArray[Any]], classes: ClassMap) -> Symbols:
    """The differences (n - 1, c, h, w) that `rows_by_class` took apart."""
    order, bounds = _sorted(classes, len(parts))
    frames, height, width = classes.shape
    channels = len(parts[0])
    rows = np.empty((classes.size, channels), parts[0].dtype)
    for part, (start, stop) in zip(parts, bounds, strict=True):
        rows[order[start:stop]] = part.T
    return np.moveaxis(rows.reshape(frames, height, width, channels), -1, 1)


def _sorted(classes: ClassMap, count: int) -> tuple[NDArray[np.intp], list[tuple[int, int]]]:
    """The places in the order of their classes, and where each class begins and ends in it."""
    flat = classes.ravel()
    stops = np.cumsum(np.bincount(flat, minlength=count)).tolist()
    return np.argsort(flat, kind="stable"), list(zip([0, *stops[:-1]], stops, strict=True))

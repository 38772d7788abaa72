"""Tables of symbol frequencies by context, from which a range coder's models are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import constriction
import numpy as np
from numpy.typing import NDArray

from analysis.codecs.compressors import from_zstd, to_zstd
from analysis.codecs.patterns import byte_planes, undo_byte_planes

Integers = NDArray[np.int32]

_LARGEST: Final = 65_535
"""Of a stored frequency."""

_HEAD: Final = np.dtype("<u4")


@dataclass(frozen=True)
class Tables:
    """For each context the frequencies of the symbols from `lows` on.

    Args:
        lows: int32 (contexts,), the smallest symbol of each.
        frequencies: for each context uint16 (symbols,), at least 1 for each symbol that occurs.
    """

    lows: Integers
    frequencies: tuple[NDArray[np.uint16], ...]
    _models: dict[int, Any] = field(default_factory=dict)

    def encode(self, encoder: Any, context: int, symbols: Integers) -> None:
        """Encode symbols (n,), which `fit` has seen in that context."""
        if len(symbols):
            shifted = symbols - self.lows[context]
            encoder.encode(np.ascontiguousarray(shifted, np.int32), self._model(context))

    def decode(self, decoder: Any, context: int, count: int) -> Integers:
        """Decode `count` symbols of that context."""
        if not count:
            return np.zeros(0, np.int32)
        symbols: Integers = decoder.decode(self._model(context), count)
        shifted: Integers = symbols + self.lows[context]
        return shifted

    def _model(self, context: int) -> Any:
        if context not in self._models:
            # A model of one symbol is none: a second one that never comes costs next to nothing.
            frequencies = self.frequencies[context].astype(np.float64)
            if len(frequencies) < 2:
                frequencies = np.array([_LARGEST, 0.0])
            self._models[context] = constriction.stream.model.Categorical(
                frequencies / frequencies.sum(), perfect=False
            )
        return self._models[context]

    def to_bytes(self) -> bytes:
        """The tables as they are stored."""
        sizes = np.array([len(each) for each in self.frequencies], "<u4")
        joined = np.concatenate([*self.frequencies, np.zeros(0, np.uint16)])
        # High bytes apart: most frequencies are small.
        planes = byte_planes(joined)
        content = b"".join((self.lows.astype("<i4").tobytes(), sizes.tobytes(), planes))
        packed = to_zstd(content, 19)
        return np.array([len(sizes), len(packed)], _HEAD).tobytes() + packed


def read_tables(data: bytes) -> tuple[Tables, bytes]:
    """The tables that these bytes begin with, and the bytes after them."""
    contexts, length = np.frombuffer(data, _HEAD, 2).tolist()
    start = 2 * _HEAD.itemsize
    content = from_zstd(data[start : start + length])
    lows = np.frombuffer(content, "<i4", contexts).astype(np.int32)
    sizes = np.frombuffer(content, "<u4", contexts, 4 * contexts)
    joined = undo_byte_planes(content[8 * contexts :])
    parts = np.split(joined, np.cumsum(sizes.astype(np.int64))[:-1]) if contexts else []
    return Tables(lows, tuple(parts)), data[start + length :]


def fit(contexts: int, pairs: Iterable[tuple[NDArray[Any], Integers]]) -> Tables:
    """Count symbols by context.

    Args:
        contexts: how many there are.
        pairs: contexts and symbols, arrays of one shape each, of which there may be many.
    """
    counts = np.zeros((contexts, 1), np.int64)
    low = 0
    for context, symbols in pairs:
        if not symbols.size:
            continue
        lowest, highest = int(symbols.min()), int(symbols.max())
        before, after = max(low - lowest, 0), max(highest - low - counts.shape[1] + 1, 0)
        counts = np.pad(counts, ((0, 0), (before, after)))
        low -= before
        width = counts.shape[1]
        keys = context.astype(np.int64) * width + (symbols - low)
        counts += np.bincount(keys.ravel(), minlength=counts.size).reshape(counts.shape)
    lows, frequencies = [], []
    for row in counts:
        seen = np.flatnonzero(row)
        first, last = (int(seen[0]), int(seen[-1])) if len(seen) else (0, 0)
        part = row[first : last + 1]
        share = np.rint(part * (_LARGEST / max(int(part.max()), 1))).astype(np.uint16)
        lows.append(low + first)
        frequencies.append(np.where(part > 0, np.maximum(share, 1), 0).astype(np.uint16))
    return Tables(np.array(lows, np.int32), tuple(frequencies))


def words(encoder: Any) -> bytes:
    """What a range encoder has written."""
    compressed: NDArray[np.uint32] = encoder.get_compressed()
    return compressed.astype("<u4").tobytes()

"""Lossless in two layers: in which cell a value lies, and where in the cell.

Cells are of equal width, a power of two, so that a cell of float16 values next to zero holds 2^k
neighbouring patterns, k known from the cell. Which cell it is can be predicted, and is coded by
classes (`codecs.classes`); where in the cell is noise, and is stored in k bits.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.codecs import patterns
from analysis.codecs.codec import CHUNK_FRAMES, ChunkCoder, Latents, Sensitivity, chunks_of
from analysis.codecs.compressors import from_pcodec, from_zstd, to_pcodec, to_zstd
from analysis.codecs.patterns import Patterns
from analysis.codecs.symbols import SymbolCoder, SymbolMethod, Symbols

_SIDE: Final = struct.Struct("<b")
_LENGTH: Final = struct.Struct("<I")

_SIGN: Final = np.uint16(0x8000)
_MOST_CELLS: Final = 1 << 11
"""On either side of zero: float16 has 11 significant bits, so cells begin at float16 values."""

_PARTS: Final = 32
"""Cells in a standard deviation, about: finer ones cost tables, coarser ones what is predicted."""

_IN_CELLS, _AS_THEY_ARE = b"\0", b"\1"


@dataclass(frozen=True)
class Layered:
    """Cells coded as symbols, then the places of the values in them.

    A chunk that holds values beyond the cells, infinities or NaN is kept in byte planes instead.
    """

    symbols: SymbolMethod
    chunk_frames: int = CHUNK_FRAMES

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """The width of cells, and the symbols' side information."""
        bits = patterns.patterns(latents)
        exponent = _cell_exponent(latents)
        cells = _Cells(exponent)
        chunks = chunks_of(bits, self.chunk_frames)
        inside = [cells.symbols(chunk) for chunk in chunks if cells.hold(chunk)]
        # Something, where any chunk is in cells: also of a coder that needs to be told nothing.
        return _SIDE.pack(exponent) + (self.symbols.fit(inside) or b"\0" if inside else b"")

    def coder(self, side: bytes, frame: tuple[int, int, int]) -> ChunkCoder:
        """The coder with these cells."""
        (exponent,) = _SIDE.unpack_from(side)
        rest = side[_SIDE.size :]
        symbols = self.symbols.coder(rest, frame) if rest else None
        return _LayeredCoder(_Cells(exponent), symbols, frame)


def _cell_exponent(latents: Latents) -> int:
    """The power of two that cells are wide."""
    finite = latents[np.isfinite(latents)].astype(np.float32)
    deviation = float(finite.std()) if finite.size else 1.0
    # Narrower cells than the smallest normal numbers would hold less than one pattern.
    return int(np.clip(np.round(np.log2(max(deviation, 1e-9) / _PARTS)), -14, 4))


@dataclass(frozen=True)
class _Cells:
    """Cells of width 2^exponent: the first one from 0 on is cell 0, the first one below it -1."""

    exponent: int

    @property
    def end(self) -> int:
        """The pattern from which on a value is beyond the cells."""
        largest = np.float16(min(_MOST_CELLS * 2.0**self.exponent, 65504.0))
        return int(largest.view(np.uint16))

    def hold(self, bits: Patterns) -> bool:
        """Whether all of these values are in cells."""
        return bool(((bits & ~_SIGN) < self.end).all())

    def symbols(self, bits: Patterns) -> Symbols:
        """The cells of values."""
        numbers, _, _ = _cell_tables(self.exponent, self.end)
        cells = numbers.take(bits & ~_SIGN)
        return np.where(bits & _SIGN, ~cells, cells)

    def places(self, bits: Patterns) -> Patterns:
        """Where in their cells values lie: the number of the pattern, from zero outwards."""
        numbers, starts, _ = _cell_tables(self.exponent, self.end)
        magnitudes = bits & ~_SIGN
        return magnitudes - starts.take(numbers.take(magnitudes))

    def patterns(self, symbols: Symbols, places: Patterns) -> Patterns:
        """The values in these cells at these places."""
        _, starts, _ = _cell_tables(self.exponent, self.end)
        below = symbols < 0
        magnitudes = starts.take(np.where(below, ~symbols, symbols)) + places
        return np.where(below, magnitudes | _SIGN, magnitudes)

    def sizes(self, symbols: Symbols) -> NDArray[np.uint8]:
        """The bits that a place in each cell takes."""
        _, _, sizes = _cell_tables(self.exponent, self.end)
        return sizes.take(np.where(symbols < 0, ~symbols, symbols))


@cache
def _cell_tables(
    exponent: int, end: int
) -> tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.uint8]]:
    """The cell of each pattern without sign, and the first pattern and the size in bits of each
    cell."""
    magnitudes = np.arange(end, dtype=np.uint16).view(np.float16).astype(np.float64)
    numbers = np.floor(magnitudes * 2.0**-exponent).astype(np.int32)
    starts = np.searchsorted(numbers, np.arange(int(numbers[-1]) + 1)).astype(np.uint16)
    counts = np.diff(starts.astype(np.int64), append=end)
    sizes = np.ceil(np.log2(np.maximum(counts, 1))).astype(np.uint8)
    return numbers, starts, sizes


@dataclass(frozen=True)
class _LayeredCoder:
    cells: _Cells
    symbols: SymbolCoder | None
    frame: tuple[int, int, int]

    def encode(self, chunk: Latents) -> bytes:
        bits = patterns.patterns(chunk)
        if self.symbols is None or not self.cells.hold(bits):
            return _AS_THEY_ARE + to_zstd(patterns.byte_planes(bits), 3)
        symbols = self.cells.symbols(bits)
        first = self.symbols.encode(symbols)
        order, bounds = _by_size(self.cells.sizes(symbols).ravel())
        places = self.cells.places(bits).ravel()[order]
        parts = [_pack_places(places[start:stop]) for start, stop in bounds]
        return b"".join((_IN_CELLS, _joined([first, *parts])))

    def decode(self, data: bytes, frames: int) -> Latents:
        shape = (frames, *self.frame)
        if data.startswith(_AS_THEY_ARE):
            planes = from_zstd(data[1:])
            return patterns.values(patterns.undo_byte_planes(planes).reshape(shape))
        if self.symbols is None:
            raise ValueError("a chunk in cells, and no side information on how they are coded")
        first, *parts = _split(data[1:])
        symbols = self.symbols.decode(first, frames)
        order, bounds = _by_size(self.cells.sizes(symbols).ravel())
        places = np.zeros(symbols.size, np.uint16)
        if parts:
            places[order[bounds[0][0] :]] = np.concatenate([from_pcodec(part) for part in parts])
        return patterns.values(self.cells.patterns(symbols, places.reshape(shape)))


def _by_size(sizes: NDArray[np.uint8]) -> tuple[NDArray[np.intp], list[tuple[int, int]]]:
    """The values in the order of the bits that their places take, and where those of each size
    begin and end in it; those of no bits at all come first and have no place."""
    counts = np.bincount(sizes, minlength=1)
    stops = np.cumsum(counts).tolist()
    bounds = [(stop - count, stop) for stop, count in zip(stops, counts.tolist(), strict=True)]
    return np.argsort(sizes, kind="stable"), [(a, b) for a, b in bounds[1:] if a < b]


def _pack_places(places: NDArray[np.uint16]) -> bytes:
    # Where all are equally likely pcodec finds one bin, and stores the bits as they are.
    return to_pcodec(places, 4)


def _joined(parts: list[bytes]) -> bytes:
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def _split(data: bytes) -> list[bytes]:
    parts: list[bytes] = []
    start = 0
    while start < len(data):
        (length,) = _LENGTH.unpack_from(data, start)
        start += _LENGTH.size
        parts.append(data[start : start + length])
        start += length
    return parts

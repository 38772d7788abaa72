"""Quantisers that round to shorter float formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import ml_dtypes
import numpy as np

from analysis.catalog import NUMBER_FORMATS
from analysis.codecs.codec import Latents, Sensitivity
from analysis.codecs.quantise import Scale, to_float16
from analysis.codecs.symbols import Symbols

_FORMATS: Final = {entry.name.rpartition(" ")[2]: entry for entry in NUMBER_FORMATS.values()}


@dataclass(frozen=True)
class FloatFormat:
    """Values rounded to a shorter float format; symbols are in the order of the values.

    Values beyond its largest become that.

    Args:
        format: the last word of its name in the catalogue: `bf16`, `e4m3`, `e5m2`.
    """

    format: str

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """There are no parameters."""
        return b""

    def scale(self, parameters: bytes) -> Scale:
        """The format."""
        return _Rounded(np.dtype(_FORMATS[self.format].dtype))


@dataclass(frozen=True)
class _Rounded:
    dtype: np.dtype[np.generic]

    def symbols(self, latents: Latents) -> Symbols:
        largest = np.float32(ml_dtypes.finfo(self.dtype).max)  # type: ignore[no-untyped-call]
        rounded = latents.astype(np.float32).clip(-largest, largest).astype(self.dtype)
        bits = rounded.view(self._bits).astype(np.int32)
        magnitudes = bits & (self._sign - 1)
        return np.where(bits & self._sign, ~magnitudes, magnitudes)

    def values(self, symbols: Symbols) -> Latents:
        wide = symbols.astype(np.int32)
        bits = np.where(wide < 0, ~wide | self._sign, wide).astype(self._bits)
        values = bits.view(self.dtype).astype(np.float32)
        return to_float16(values)

    @property
    def _bits(self) -> type[np.unsignedinteger[Any]]:
        return np.uint8 if self.dtype.itemsize == 1 else np.uint16

    @property
    def _sign(self) -> int:
        """The bit that is the sign."""
        return 1 << (8 * self.dtype.itemsize - 1)

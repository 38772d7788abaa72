"""What a reader finds of latents that were stored in fewer bits.

Every format is a function from latents to the latents that come back, and a size. Values that a
format has no room for become its largest one (e4m3 ends at 448, fp16 at 65504), because that is
what a careful writer stores; infinities and NaN are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from analysis.catalog import NUMBER_FORMATS

Latents = NDArray[np.float32]
"""The latents of one episode's view: (L, c, h, w), L latent frames of c channels."""

_LEVELS: Final = 255


@dataclass(frozen=True)
class StoredFormat:
    """A number format for stored latents.

    Args:
        name: how runs and pages call it.
        bytes_per_value: of the values alone.
        side_bytes_per_channel: of what a reader needs besides, once a view and channel.
        rounded: finite latents as they come back.
    """

    name: str
    bytes_per_value: int
    side_bytes_per_channel: int
    rounded: Callable[[Latents], Latents]

    def read_back(self, latents: Latents) -> Latents:
        """The latents as a reader of the stored ones sees them, float32 (L, c, h, w).

        Raises:
            ValueError: a value is infinite or none at all.
        """
        if not np.isfinite(latents).all():
            raise ValueError("latents that are infinite or no numbers cannot be stored")
        return self.rounded(latents)

    def stored_bytes(self, shape: Sequence[int]) -> int:
        """Bytes of latents of this shape (L, c, h, w), side information counted."""
        return self.bytes_per_value * math.prod(shape) + self.side_bytes_per_channel * shape[1]


def _as(dtype: torch.dtype) -> Callable[[Latents], Latents]:
    """Round to the nearest value of a float format, ties to even, saturating."""
    limits = torch.finfo(dtype)

    def rounded(latents: Latents) -> Latents:
        values = torch.from_numpy(latents).clamp(limits.min, limits.max)
        result: Latents = values.to(dtype).float().numpy()
        return result

    return rounded


def _affine(latents: Latents) -> Latents:
    """256 even steps between the smallest and the largest value of each channel.

    The reader is given both as float32; they come back exactly.
    """
    axes = (0, 2, 3)
    values = latents.astype(np.float64)
    low, high = values.min(axes, keepdims=True), values.max(axes, keepdims=True)
    span = np.where(high > low, high - low, 1)
    codes = np.rint((values - low) / span * _LEVELS)
    stored: Latents = ((low * (_LEVELS - codes) + high * codes) / _LEVELS).astype(np.float32)
    return stored


STORED_FORMATS: Final = (
    *(
        StoredFormat(entry.name, entry.bytes_per_value, 0, _as(getattr(torch, entry.dtype)))
        for entry in NUMBER_FORMATS.values()
        if entry.name != "int8"
    ),
    StoredFormat("int8 per channel", NUMBER_FORMATS["int8"].bytes_per_value, 2 * 4, _affine),
)
"""The formats that `reconstruction` compares; the last one keeps two float32 a channel."""

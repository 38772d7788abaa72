"""One frame that is the same everywhere, and what an autoencoder makes of it: the right weights?

Two machines round the same network's arithmetic differently in the last bits: a digest that is
another one says little, a channel whose mean is another one says that the weights are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.catalog.fixed_frame import FixedFrameLatents
from analysis.errors import InputError

HEIGHT: Final = 480
WIDTH: Final = 640

TOLERANCE: Final = 0.01
"""Of a channel's deviation: above any machine's rounding, below what other weights give."""


def fixed_frame() -> NDArray[np.uint8]:
    """Uint8 (480, 640, 3): slopes, edges, stripes and a disc, by arithmetic of whole numbers."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    red = _triangle(columns, 512) // 2 + _triangle(rows, 960) // 4
    green = _triangle(rows + columns // 2, 384)
    blue = _triangle(columns - rows, 256) // 2 + 64
    frame = np.stack([red, green, blue], axis=2)
    disc = (columns - 400) ** 2 + (rows - 200) ** 2 < 110**2
    frame[disc] = frame[disc] // 4 + np.array([150, 40, 20])
    stripes = (rows > 400) & (columns // 6 % 2 == 0)
    frame[stripes] = (60, 60, 66)
    tiles = (rows // 24 + columns // 24) % 2 == 0
    frame[tiles & (rows < 120)] //= 2
    return frame.clip(0, 255).astype(np.uint8)


def fixed_frame_latents_of(autoencoder: Autoencoder) -> FixedFrameLatents:
    """What an autoencoder of single frames makes of it.

    Raises:
        InputError: it takes clips.
    """
    if autoencoder.latent.temporal > 1:
        raise InputError(
            f"{autoencoder.name} folds {autoencoder.latent.temporal} frames into a latent; "
            "the fixed frame is one. Give an autoencoder of single frames."
        )
    latents = autoencoder.encode_exactly(fixed_frame()[np.newaxis])[0]
    return FixedFrameLatents(
        id=autoencoder.encoder_name,
        sha256=hashlib.sha256(latents.astype("<f2").tobytes()).hexdigest(),
        mean=tuple(latents.mean((1, 2), dtype=np.float64).tolist()),
        deviation=tuple(latents.std((1, 2), dtype=np.float64).tolist()),
    )


@dataclass(frozen=True)
class Identity:
    """How near an autoencoder's latents of the fixed frame are to those that are known.

    Args:
        digest: whether they are the same to the last bit.
        off: the largest difference of a channel's mean or standard deviation, over the known
            deviation.
    """

    digest: bool
    off: float

    @property
    def same(self) -> bool:
        """Whether the weights are those that were known."""
        return self.off <= TOLERANCE


def identity(known: FixedFrameLatents, found: FixedFrameLatents) -> Identity:
    """Hold latents of the fixed frame against known ones.

    Raises:
        InputError: they have another number of channels.
    """
    if len(known.mean) != len(found.mean):
        raise InputError(
            f"{found.id} makes {len(found.mean)} channels of the fixed frame and {known.id} "
            f"{len(known.mean)}: these are not the same latents."
        )
    off = np.abs(
        [
            np.subtract(found.mean, known.mean),
            np.subtract(found.deviation, known.deviation),
        ]
    ) / np.maximum(known.deviation, 1e-6)
    return Identity(known.sha256 == found.sha256, float(off.max()))


def _triangle(values: NDArray[np.int64], period: int) -> NDArray[np.int64]:
    """Up from 0 to 255 and down again over a period."""
    place = values % period
    up = np.minimum(place, period - place)
    return up * 510 // period

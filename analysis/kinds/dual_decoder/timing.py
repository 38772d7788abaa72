"""How long it takes from a stored latent to a frame, by each decoder, side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.kinds.dual_decoder.record import Timing
from analysis.kinds.in_turn import time_in_turn

Latents = NDArray[np.float16]


def time_decoders(
    dual: DualAutoencoder,
    spatial: Autoencoder,
    latents: Latents,
    size: tuple[int, int],
    runs: int,
) -> Timing:
    """Time the decoders on one window.

    Args:
        dual: the dual decoder.
        spatial: the autoencoder of single frames that it is built on.
        latents: float16 (t, c, h, w), of the frames of the window.
        size: height and width of the frames.
        runs: of each, taken in turn after one that is not counted.
    """
    stored, one = dual.fold(latents), latents[:1]
    # Each gives 8-bit frames in memory: a GPU is waited for.
    taken = time_in_turn(
        {
            "per_frame": lambda: spatial.decode(one, size),
            "window": lambda: dual.decode(stored, size),
            "first_of_window": lambda: dual.decode(stored, size, 1),
            "single_frame": lambda: dual.decode_frame(stored, size),
        },
        runs,
    )
    return Timing(**taken)

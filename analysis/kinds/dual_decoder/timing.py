"""How long it takes from a stored latent to a frame, by each decoder, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.kinds.dual_decoder.record import Latency, Timing

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
    seconds = _in_turn(
        {
            "per_frame": lambda: spatial.decode(one, size),
            "window": lambda: dual.decode(stored, size),
            "first_of_window": lambda: dual.decode(stored, size, 1),
            "single_frame": lambda: dual.decode_frame(stored, size),
        },
        runs,
    )
    return Timing(**{name: _latency(taken) for name, taken in seconds.items()})


def _in_turn(decoders: Mapping[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    """Seconds of each run; what else the machine does falls on all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in decoders}
    for number in range(runs + 1):
        for name, decode in decoders.items():
            began = time.perf_counter()
            decode()  # gives 8-bit frames in memory: a GPU is waited for
            if number:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def _latency(seconds: list[float]) -> Latency:
    return Latency(
        median_ms=1e3 * median(seconds),
        fastest_ms=1e3 * min(seconds),
        slowest_ms=1e3 * max(seconds),
        n=len(seconds),
    )

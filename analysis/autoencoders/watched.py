"""PSNR of the frames that a training watches and never trains on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.catalog.screen import status_bar_row


@dataclass(frozen=True)
class ReconstructionPsnr:
    """In dB: of whole frames, of Doom's status bar, and of all but that."""

    whole: float
    hud: float
    rest: float


def reconstruction_psnr(
    frames: NDArray[np.uint8], decoded: Iterable[NDArray[np.uint8]]
) -> ReconstructionPsnr:
    """PSNR of the squared error of all frames together.

    Args:
        frames: uint8 (N, H, W, 3).
        decoded: what was made of each, uint8 (H, W, 3), in the same order.
    """
    bar = status_bar_row(frames.shape[1])
    errors = np.zeros(frames.shape[1])
    for frame, made in zip(frames, decoded, strict=True):
        errors += np.square(made.astype(np.float32) - frame).mean((1, 2), dtype=np.float64)
    errors /= len(frames)

    def psnr(rows: NDArray[np.float64]) -> float:
        return 10 * math.log10(255**2 / max(float(rows.mean()), 1e-9))

    return ReconstructionPsnr(psnr(errors), psnr(errors[bar:]), psnr(errors[:bar]))

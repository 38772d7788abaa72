"""The best linear autoencoder of square blocks: principal component analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.autoencoders.doom import SPATIAL, DoomAutoencoder

BLOCK_VALUES = 3 * SPATIAL * SPATIAL


@dataclass(frozen=True)
class LinearBlocks:
    """A block x is coded as z = encoder · (x - mean) and decoded as mean + decoderᵀ · z.

    Latents have unit variance over the blocks that it was fitted on.

    Args:
        mean: (3,), the mean colour in [-1, 1].
        encoder: float32 (c, 3, 32, 32).
        decoder: float32 (c, 3, 32, 32).
    """

    mean: Tensor
    encoder: Tensor
    decoder: Tensor


def fit_linear(frames: NDArray[np.uint8], channels: int) -> LinearBlocks:
    """Fit the linear autoencoder with the least squared error over all 32x32 blocks.

    Its codes are the `channels` leading eigenvectors of the blocks' covariance (Eckart & Young,
    1936), taken about the mean colour: over many frames the mean block has no other structure.

    Args:
        frames: uint8 (N, H, W, 3), H and W multiples of 32.
        channels: values a block.
    """
    first = torch.zeros(BLOCK_VALUES, dtype=torch.float64)
    second = torch.zeros(BLOCK_VALUES, BLOCK_VALUES, dtype=torch.float64)
    blocks = 0
    for start in range(0, len(frames), 16):
        part = _blocks(frames[start : start + 16]).flatten(1)
        first += part.sum(0, dtype=torch.float64)
        second += (part.T @ part).double()
        blocks += len(part)
    mean = first / blocks
    colour = mean.reshape(3, -1).mean(1)
    about = colour.repeat_interleave(SPATIAL**2)
    cross = torch.outer(mean, about)
    covariance = second / blocks - cross - cross.T + torch.outer(about, about)
    values, vectors = torch.linalg.eigh(covariance)
    leading = vectors[:, -channels:].flip(1).T.reshape(channels, 3, SPATIAL, SPATIAL)
    deviation = values[-channels:].flip(0).clamp(min=1e-12).sqrt().reshape(channels, 1, 1, 1)
    return LinearBlocks(
        colour.float(), (leading / deviation).float(), (leading * deviation).float()
    )


def linear_model(linear: LinearBlocks) -> DoomAutoencoder:
    """The linear autoencoder as a model: that of the project without its residual paths."""
    model: DoomAutoencoder = DoomAutoencoder(
        len(linear.encoder), encoder_widths=None, decoder_widths=None
    )
    model.set_linear(linear.mean, linear.encoder, linear.decoder)
    model.eval()
    return model


def _blocks(frames: NDArray[np.uint8]) -> Tensor:
    """Frames (N, H, W, 3) to blocks (N·H/32·W/32, 3, 32, 32) in [-1, 1]."""
    images = torch.from_numpy(frames).permute(0, 3, 1, 2).float().div(127.5).sub(1)
    rows = images.unfold(2, SPATIAL, SPATIAL).unfold(3, SPATIAL, SPATIAL)
    return rows.permute(0, 2, 3, 1, 4, 5).reshape(-1, 3, SPATIAL, SPATIAL)

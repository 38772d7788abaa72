"""Frames to train on and their latents, made once and kept in a file that is mapped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.lib.format import open_memmap
from numpy.typing import NDArray
from torch import Tensor

from analysis.autoencoders.autoencoder import Autoencoder, as_images
from analysis.autoencoders.training_loop import Progress

_BATCH = 8
"""Frames that are encoded at a time, and the first ones that a kept file is known by."""


@dataclass(frozen=True)
class EncodedFrames:
    """Frames and their latents.

    Args:
        frames: uint8 (N, H, W, 3).
        latents: float16 (N, c, h, w).
    """

    frames: NDArray[np.uint8]
    latents: NDArray[np.float16]

    def draw(self, seed: tuple[int, int], count: int, device: str) -> tuple[Tensor, Tensor]:
        """Some of them at random: images float32 (count, 3, H, W) and their latents, float32.

        Args:
            seed: of the training, and the number of the step.
            count: how many.
            device: where to.
        """
        drawn = np.random.default_rng(seed).integers(len(self.frames), size=count)
        images, latents = as_images(self.frames[drawn]), as_tensor(self.latents[drawn])
        return images.to(device), latents.to(device)


def as_tensor(latents: NDArray[np.float16]) -> Tensor:
    """Latents as they are computed with, float32."""
    return torch.from_numpy(latents.astype(np.float32))


def channel_moments(latents: NDArray[np.float16]) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation (c,) of the channels of latents (N, c, h, w)."""
    flat = latents.astype(np.float32).transpose(1, 0, 2, 3).reshape(latents.shape[1], -1)
    mean = torch.from_numpy(flat.mean(1, dtype=np.float64)).float()
    # A channel that never changes is not divided by 0.
    return mean, torch.from_numpy(flat.std(1, dtype=np.float64)).float().clamp(min=1e-6)


def kept_latents(
    autoencoder: Autoencoder,
    frames: NDArray[np.uint8],
    path: Path,
    progress: Progress = lambda what, done, total: None,
) -> NDArray[np.float16]:
    """Latents float16 (N, c, h, w) of frames (N, H, W, 3), mapped from `path`.

    Args:
        autoencoder: of single frames.
        frames: what to encode.
        path: a file of latents; made where it is not there, of other frames or by another model.
        progress: hears of the encoding.
    """
    shape = autoencoder.latent_shape(*frames.shape[:3])
    if path.exists():
        kept: NDArray[np.float16] = np.load(path, mmap_mode="c")
        first = autoencoder.encode(frames[:_BATCH])
        if kept.shape == shape and np.allclose(kept[:_BATCH], first, rtol=0.01, atol=0.01):
            return kept
    partial = path.with_name(f".{path.name}.tmp")
    encoded = open_memmap(partial, mode="w+", dtype=np.float16, shape=shape)
    for start in range(0, len(frames), _BATCH):
        part = slice(start, start + _BATCH)
        encoded[part] = autoencoder.encode(frames[part])
        progress(f"encoding {path.stem}", min(start + _BATCH, len(frames)), len(frames))
    encoded.flush()
    del encoded
    partial.replace(path)
    mapped: NDArray[np.float16] = np.load(path, mmap_mode="c")
    return mapped

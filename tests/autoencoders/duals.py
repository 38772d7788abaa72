"""A small autoencoder of single frames, and dual decoders on it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel
from analysis.autoencoders.doom import DoomAutoencoder
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.autoencoders.dual_decoder import DualDecoder
from analysis.autoencoders.runtime import Runtime
from tests.datasets.examples import moving_frames

CPU = Runtime("cpu", "fp32", 16)
CHANNELS = 32
"""Of the small autoencoder of single frames."""

_DOOM = {
    "latent_channels": CHANNELS,
    "encoder_widths": (8, 8, 8),
    "decoder_widths": (8, 8, 8),
    "decoder_blocks": (1, 1, 1),
    "refiner": (8, 1),
}

Module = TypeVar("Module", bound=nn.Module)


def small_doom(seed: int = 0) -> DoomAutoencoder:
    """s = 32, c = 32, in float32 the weights that float16 can have; the same for a seed."""
    model: DoomAutoencoder = DoomAutoencoder(**_DOOM)
    return nudged(model, seed)


def small_dual(
    temporal_factor: int = 4, stored_channels: int = CHANNELS, representative: str = "middle"
) -> DualDecoder:
    """A trained one, as far as anyone can tell: no path is zero."""
    model: DualDecoder = DualDecoder(
        temporal_factor,
        stored_channels,
        representative,
        width=16,
        blocks=(1, 1, 1),
        spatial={**_DOOM, "_class_name": "DoomAutoencoder"},
    )
    return nudged(model)


def nudged(model: Module, seed: int = 0) -> Module:
    """All weights drawn anew, none zero and none beyond float16's precision."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            drawn = torch.rand(weight.shape, generator=generator) - 0.5
            weight.copy_((drawn * 0.2).half())
    return model.eval()


def still(module: nn.Module) -> Autoencoder:
    """The interface to an autoencoder of single frames."""
    return Autoencoder("still", DiffusersModel(module), CPU)


def dual(module: DualDecoder) -> DualAutoencoder:
    """The interface to a dual decoder."""
    return DualAutoencoder("dual", DiffusersModel(module), CPU)


def frames(count: int, width: int = 96, height: int = 64) -> NDArray[np.uint8]:
    """Detail that moves."""
    return np.array(moving_frames(count, width, height))


def stored_latents(count: int, channels: int = CHANNELS) -> NDArray[np.float16]:
    """Random ones, of 96x64 pixels."""
    values = np.random.default_rng(0).standard_normal((count, channels, 2, 3))
    return values.astype(np.float16)


def saved(model: DoomAutoencoder, folder: Path) -> DoomAutoencoder:
    """Written as the package has its own."""
    nn.Module.half(model).save_pretrained(folder, variant="fp16")
    nn.Module.float(model)
    return model

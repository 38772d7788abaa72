"""Small frames with latents that say something of them, for trainings in a latent space."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import avg_pool2d

from analysis.autoencoders.autoencoder import Autoencoder, as_images
from analysis.autoencoders.diffusers_model import DiffusersModel, PairedAutoencoder
from analysis.autoencoders.latent_decoder import LatentDecoder
from analysis.autoencoders.runtime import Runtime
from analysis.autoencoders.tiny import TinyAutoencoder
from analysis.autoencoders.training_latents import EncodedFrames
from tests.datasets.examples import moving_frames

SPACE = "dc-ae-f32c32-sana"


def small_decoder(
    latent_channels: int = 3,
    spatial: int = 32,
    latent_space: str | None = None,
    widths: tuple[int, int, int] | None = (8, 8, 8),
) -> LatentDecoder:
    """A decoder with few weights."""
    decoder: LatentDecoder = LatentDecoder(
        latent_channels, spatial, latent_space, widths, (1, 1, 1), (8, 1)
    )
    return decoder


def averages(count: int = 6) -> EncodedFrames:
    """Frames of 64x96, of which a latent is the average colour of 32x32 pixels."""
    frames = np.array(moving_frames(count, 96, 64))
    latents = avg_pool2d(as_images(frames), 32).numpy().astype(np.float16)
    return EncodedFrames(frames, latents)


def encoder(channels: int = 3, space: str | None = SPACE) -> TinyAutoencoder:
    """An encoder alone, with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model: TinyAutoencoder = TinyAutoencoder(
            latent_channels=channels, parts=("encoder",), latent_space=space
        )
    return model.eval()


def pair(channels: int = 3) -> Autoencoder:
    """An encoder and a small decoder, with random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        decoder = small_decoder(channels, latent_space=SPACE).eval()
        torch.nn.init.normal_(decoder.linear.weight, std=0.1)
    module = PairedAutoencoder.of(encoder(channels), decoder)
    return Autoencoder("encoder+decoder", DiffusersModel(module), Runtime("cpu", "fp32", 2))

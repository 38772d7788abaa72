"""The tiny autoencoders of TAESD's family that diffusers has no class for.

Published by Ollin Boer Bohan (github.com/madebyollin/taesd): small convolutional networks,
distilled from the encoder and the decoder of a large autoencoder into its latent space. diffusers'
`AutoencoderTiny` is the first of them; the variants here have a spatial factor of 32 (TAESANA), or
blocks at the latent's resolution that see the whole picture through a group normalisation (TAEF2).
Layers are numbered as in the published files.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal, get_args

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.autoencoders.vae import DecoderOutput, EncoderOutput
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

Part = Literal["encoder", "decoder"]

_WIDTH: Final = 64
"""Channels of an encoder."""

_DECODER_WIDTHS: Final = {8: (64, 64, 64, 64), 32: (256, 128, 64, 64, 64, 64)}
"""By spatial factor, from the latents' resolution to that of the images."""

_LIMIT: Final = 3.0
"""Latents that a decoder is given are bent into ±3."""


def convolution(before: int, after: int, *, stride: int = 1, bias: bool = True) -> nn.Conv2d:
    """3x3, padded."""
    return nn.Conv2d(before, after, 3, stride, padding=1, bias=bias)


class Bend(nn.Module):
    """3·tanh(x / 3)."""

    def forward(self, latents: Tensor) -> Tensor:
        """Any shape."""
        return torch.tanh(latents / _LIMIT) * _LIMIT


class Block(nn.Module):
    """relu(x + three convolutions of x); where `pooled`, x first has added to it what a group
    normalisation over the whole picture makes of it.
    """

    def __init__(self, channels: int, *, pooled: bool = False) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            convolution(channels, channels),
            nn.ReLU(),
            convolution(channels, channels),
            nn.ReLU(),
            convolution(channels, channels),
        )
        wide = 4 * channels
        self.pool = (
            nn.Sequential(
                nn.Conv2d(channels, wide, 1, bias=False),
                nn.GroupNorm(4, wide),
                nn.ReLU(),
                nn.Conv2d(wide, channels, 1, bias=False),
            )
            if pooled
            else None
        )

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, channels, h, w), to the same shape."""
        if self.pool is not None:
            features = features + self.pool(features)
        return torch.relu(self.conv(features) + features)


def _encoder(channels: int, spatial: int, pooled: bool) -> nn.Sequential:
    """From the images down: to a quarter at once for a spatial factor of 32, then by halves."""
    half = _WIDTH // 2
    stem: tuple[nn.Module, ...] = (
        (
            *(convolution(3, half, stride=2), nn.ReLU()),
            *(convolution(half, _WIDTH, stride=2), nn.ReLU()),
        )
        if spatial == 32
        else (convolution(3, _WIDTH),)
    )
    layers = [*stem, Block(_WIDTH)]
    for last in (False, False, True):
        layers.append(convolution(_WIDTH, _WIDTH, stride=2, bias=False))
        layers += (Block(_WIDTH, pooled=pooled and last) for _ in range(3))
    return nn.Sequential(*layers, convolution(_WIDTH, channels))


def _decoder(channels: int, spatial: int, pooled: bool) -> nn.Sequential:
    """From the latents up, twice as large from each width to the next."""
    widths = _DECODER_WIDTHS[spatial]
    layers: list[nn.Module] = [Bend(), convolution(channels, widths[0]), nn.ReLU()]
    for number, (width, after) in enumerate(pairwise(widths)):
        layers += (Block(width, pooled=pooled and number == 0) for _ in range(3))
        layers += (nn.Upsample(scale_factor=2), convolution(width, after, bias=False))
    return nn.Sequential(*layers, Block(widths[-1]), convolution(widths[-1], 3))


class TinyAutoencoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Images (N, 3, H, W) in [-1, 1] to latents (N, c, H/s, W/s) and back.

    The networks themselves take colours from 0 to 1.

    Args:
        latent_channels: c.
        spatial: s, 8 or 32.
        pooled: whether the blocks at the latent's resolution see the whole picture.
        scaling_factor: what the distilled autoencoder's latents were multiplied by first; undone
            here, so that these are on its own scale.
        parts: encoder, decoder or both.
        latent_space: the entry of the catalogue that has the same latents, for weights that are
            not in the catalogue themselves.

    Raises:
        ValueError: another spatial factor, or no parts.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        latent_channels: int = 32,
        spatial: int = 32,
        pooled: bool = False,
        scaling_factor: float = 1.0,
        parts: Sequence[Part] = get_args(Part),
        latent_space: str | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if spatial not in _DECODER_WIDTHS or not set(parts) & set(get_args(Part)):
            raise ValueError(f"no tiny autoencoder has {parts} and a spatial factor of {spatial}")
        self.encoder = _encoder(latent_channels, spatial, pooled) if "encoder" in parts else None
        self.decoder = _decoder(latent_channels, spatial, pooled) if "decoder" in parts else None

    def encode(self, x: Tensor) -> EncoderOutput:
        """Images to latents, like `AutoencoderDC.encode`."""
        assert self.encoder is not None, "a decoder alone encodes nothing"
        return EncoderOutput(latent=self.encoder((x + 1) / 2) / self.config["scaling_factor"])

    def decode(self, z: Tensor) -> DecoderOutput:
        """Latents to images, like `AutoencoderDC.decode`."""
        assert self.decoder is not None, "an encoder alone decodes nothing"
        return DecoderOutput(sample=self.decoder(z * self.config["scaling_factor"]) * 2 - 1)

    def forward(self, sample: Tensor) -> DecoderOutput:
        """Images to images, through the latents."""
        return self.decode(self.encode(sample).latent)

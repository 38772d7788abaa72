"""The project's decoder of somebody else's latents: DC-AE f32c32's to frames of Doom.

The best linear decoder, which makes a block of an image of its latent and the eight around it, with
residual paths beside it that start at zero, as in `analysis.autoencoders.doom`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.autoencoders.vae import DecoderOutput
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle

from analysis.autoencoders.doom import DecoderResidual

NEIGHBOURHOOD = 3
"""Latents a side that a block is decoded from."""


@dataclass(frozen=True)
class LinearDecoder:
    """A block is bias + weight · its neighbourhood of latents, these less their mean and over their
    deviation; beyond the edge they are 0.

    Args:
        mean: (c,), of each channel.
        deviation: (c,), likewise.
        weight: float32 (3·s², c, 3, 3), a block's values in the order of `pixel_shuffle`.
        bias: float32 (3·s²,).
    """

    mean: Tensor
    deviation: Tensor
    weight: Tensor
    bias: Tensor


class LatentDecoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Latents (N, c, H/s, W/s) to images (N, 3, H, W) around [-1, 1]; it encodes nothing.

    Args:
        latent_channels: c.
        spatial: s, a power of two of at least 32.
        latent_space: the entry of the catalogue whose latents it decodes.
        widths: channels at 1/8, 1/16 and 1/32 of the image; none for the linear decoder alone.
        blocks: residual blocks there.
        refiner: channels and residual blocks at 1/4.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        latent_channels: int = 32,
        spatial: int = 32,
        latent_space: str | None = None,
        widths: tuple[int, int, int] | None = (96, 192, 256),
        blocks: tuple[int, int, int] = (3, 2, 3),
        refiner: tuple[int, int] = (48, 2),
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.register_buffer("mean", torch.zeros(latent_channels))
        self.register_buffer("deviation", torch.ones(latent_channels))
        self.linear = nn.Conv2d(
            latent_channels, 3 * spatial**2, NEIGHBOURHOOD, padding=NEIGHBOURHOOD // 2
        )
        self.residual = (
            DecoderResidual(widths, blocks, latent_channels, refiner) if widths else None
        )

    def set_linear(self, linear: LinearDecoder) -> None:
        """Give the linear path its weights."""
        assert self.linear.bias is not None
        with torch.no_grad():
            self.mean.copy_(linear.mean)
            self.deviation.copy_(linear.deviation)
            self.linear.weight.copy_(linear.weight)
            self.linear.bias.copy_(linear.bias)

    def decode(self, z: Tensor) -> DecoderOutput:
        """Latents to images, like `AutoencoderDC.decode`."""
        latents = (z - _by_channel(self.mean)) / _by_channel(self.deviation)
        images = pixel_shuffle(self.linear(latents), self.config["spatial"])
        if self.residual is not None:
            images = images + self.residual(latents, images).to(images.dtype)
        return DecoderOutput(sample=images)

    def forward(self, latents: Tensor) -> DecoderOutput:
        """Latents to images."""
        return self.decode(latents)


def _by_channel(values: Tensor) -> Tensor:
    return values.reshape(-1, 1, 1)

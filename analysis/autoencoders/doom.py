"""The project's own small autoencoder: DC-AE's latent shape, on Doom, within reach of two cores.

The best linear autoencoder of 32x32 blocks, a convolution with stride 32 each way, with residual
paths beside it that start at zero: an untrained model reconstructs as PCA does, and training can
only improve on that.
"""

from __future__ import annotations

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.autoencoders.vae import DecoderOutput, EncoderOutput
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle, silu

SPATIAL = 32


class ResidualBlock(nn.Module):
    """x + conv(silu(conv(silu(x)))), the identity at first. Without normalisation: it would cost
    more time than the convolutions here, and a block that starts as the identity trains without.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = zeroed(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, channels, h, w), to the same shape."""
        change: Tensor = self.second(silu(self.first(silu(features))))
        return features + change


class Down(nn.Module):
    """Half the height and width, by folding 2x2 positions into channels."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(4 * before, after, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, before, 2h, 2w) to (N, after, h, w)."""
        mixed: Tensor = self.mix(pixel_unshuffle(features, 2))
        return mixed


class Up(nn.Module):
    """Twice the height and width, by unfolding channels into 2x2 positions."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(before, 4 * after, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, before, h, w) to (N, after, 2h, 2w)."""
        return pixel_shuffle(self.mix(features), 2)


class Fold(nn.Module):
    """Patches into channels: (N, c, h·size, w·size) to (N, c·size², h, w)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, images: Tensor) -> Tensor:
        """Fold."""
        return pixel_unshuffle(images, self.size)


class EncoderResidual(nn.Module):
    """What is added to the linear latents: convolutions at 1/8, 1/16 and 1/32 of the size."""

    def __init__(self, widths: tuple[int, int, int], latent_channels: int) -> None:
        super().__init__()
        eighth, sixteenth, last = widths
        self.path = nn.Sequential(
            Fold(8),
            nn.Conv2d(3 * 8 * 8, eighth, 1),
            ResidualBlock(eighth),
            Down(eighth, sixteenth),
            ResidualBlock(sixteenth),
            Down(sixteenth, last),
            ResidualBlock(last),
            nn.SiLU(),
            zeroed(nn.Conv2d(last, latent_channels, 3, padding=1)),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) to (N, latent_channels, H/32, W/32)."""
        latents: Tensor = self.path(images)
        return latents


class DecoderResidual(nn.Module):
    """What is added to the linear image: from the latents up to 1/8, then at 1/4 with the linear
    image beside them.
    """

    def __init__(
        self,
        widths: tuple[int, int, int],
        blocks: tuple[int, int, int],
        latent_channels: int,
        refiner: tuple[int, int],
    ) -> None:
        super().__init__()
        eighth, sixteenth, last = widths
        quarter, quarter_blocks = refiner
        self.rise = nn.Sequential(
            nn.Conv2d(latent_channels, last, 3, padding=1),
            *(ResidualBlock(last) for _ in range(blocks[2])),
            Up(last, sixteenth),
            *(ResidualBlock(sixteenth) for _ in range(blocks[1])),
            Up(sixteenth, eighth),
            *(ResidualBlock(eighth) for _ in range(blocks[0])),
            Up(eighth, quarter),
        )
        self.look = nn.Sequential(Fold(4), nn.Conv2d(3 * 4 * 4, quarter, 3, padding=1))
        self.refine = nn.Sequential(
            *(ResidualBlock(quarter) for _ in range(quarter_blocks)),
            nn.SiLU(),
            zeroed(nn.Conv2d(quarter, 3 * 4 * 4, 3, padding=1)),
            nn.PixelShuffle(4),
        )

    def forward(self, latents: Tensor, linear: Tensor) -> Tensor:
        """Latents (N, c, h, w) and the linear image (N, 3, 32h, 32w) to what is added to it."""
        images: Tensor = self.refine(self.rise(latents) + self.look(linear))
        return images


class DoomAutoencoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Images (N, 3, H, W) in [-1, 1] to latents (N, c, H/32, W/32) and back.

    Args:
        latent_channels: c.
        encoder_widths: channels at 1/8, 1/16 and 1/32 of the image; none for the linear
            autoencoder alone.
        decoder_widths: likewise.
        decoder_blocks: residual blocks at 1/8, 1/16 and 1/32.
        refiner: channels and residual blocks at 1/4.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        latent_channels: int = 32,
        encoder_widths: tuple[int, int, int] | None = (128, 256, 256),
        decoder_widths: tuple[int, int, int] | None = (128, 256, 256),
        decoder_blocks: tuple[int, int, int] = (4, 1, 1),
        refiner: tuple[int, int] = (64, 2),
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.linear_encoder = nn.Conv2d(3, latent_channels, SPATIAL, stride=SPATIAL)
        self.linear_decoder = nn.ConvTranspose2d(latent_channels, 3, SPATIAL, stride=SPATIAL)
        self.encoder_residual = (
            EncoderResidual(encoder_widths, latent_channels) if encoder_widths else None
        )
        self.decoder_residual = (
            DecoderResidual(decoder_widths, decoder_blocks, latent_channels, refiner)
            if decoder_widths
            else None
        )

    def set_linear(self, mean: Tensor, encoder: Tensor, decoder: Tensor) -> None:
        """Give the linear paths their weights.

        Args:
            mean: (3,), the mean colour in [-1, 1].
            encoder: (c, 3, 32, 32); a latent is the inner product with a block less the mean.
            decoder: (c, 3, 32, 32); a block is the mean and the sum of these times the latents.
        """
        into, out_of = self.linear_encoder, self.linear_decoder
        assert into.bias is not None
        assert out_of.bias is not None
        with torch.no_grad():
            into.weight.copy_(encoder)
            into.bias.copy_(-torch.einsum("cklm,k->c", encoder, mean))
            out_of.weight.copy_(decoder)
            out_of.bias.copy_(mean)

    def encode(self, x: Tensor) -> EncoderOutput:
        """Images to latents, like `AutoencoderDC.encode`."""
        latents = self.linear_encoder(x)
        if self.encoder_residual is not None:
            latents = latents + self.encoder_residual(x).to(latents.dtype)
        return EncoderOutput(latent=latents)

    def decode(self, z: Tensor) -> DecoderOutput:
        """Latents to images, like `AutoencoderDC.decode`."""
        images = self.linear_decoder(z)
        if self.decoder_residual is not None:
            images = images + self.decoder_residual(z, images).to(images.dtype)
        return DecoderOutput(sample=images)

    def forward(self, sample: Tensor) -> DecoderOutput:
        """Images to images, through the latents."""
        return self.decode(self.encode(sample).latent)


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """The layer with weights and bias of zero."""
    nn.init.zeros_(layer.weight)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer

"""Small models of diffusers with random weights."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import AutoencoderDC, AutoencoderKL, AutoencoderKLCogVideoX, AutoencoderKLWan


def small_dc() -> Any:
    """s = 8, c = 4, with attention and convolutions."""
    return AutoencoderDC(
        latent_channels=4,
        attention_head_dim=4,
        encoder_block_types=["ResBlock", "ResBlock", "EfficientViTBlock", "EfficientViTBlock"],
        decoder_block_types=["ResBlock", "ResBlock", "EfficientViTBlock", "EfficientViTBlock"],
        encoder_block_out_channels=(8, 8, 16, 16),
        decoder_block_out_channels=(8, 8, 16, 16),
        encoder_layers_per_block=(1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        encoder_qkv_multiscales=((), (), (5,), (5,)),
        decoder_qkv_multiscales=((), (), (5,), (5,)),
    )


def small_dc_f32() -> Any:
    """s = 32, c = 32."""
    return AutoencoderDC(
        latent_channels=32,
        encoder_block_types=["ResBlock"] * 6,
        decoder_block_types=["ResBlock"] * 6,
        encoder_block_out_channels=(8, 8, 8, 8, 16, 32),
        decoder_block_out_channels=(8, 8, 8, 8, 16, 32),
        encoder_layers_per_block=(1,) * 6,
        decoder_layers_per_block=(1,) * 6,
        encoder_qkv_multiscales=((),) * 6,
        decoder_qkv_multiscales=((),) * 6,
    )


def small_kl() -> Any:
    """s = 8, c = 4; `encode` gives a distribution."""
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        norm_num_groups=4,
    )


def small_wan() -> Any:
    """s = 8, t = 4, c = 4, causal."""
    return AutoencoderKLWan(
        base_dim=4,
        z_dim=4,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        latents_mean=[0.0] * 4,
        latents_std=[1.0] * 4,
    )


def small_cogvideox() -> Any:
    """s = 8, t = 4, c = 4, causal; decodes an even number of latents to t images each."""
    return AutoencoderKLCogVideoX(
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=4,
    )


MAKERS = {"dc": small_dc, "kl": small_kl, "wan": small_wan, "cogvideox": small_cogvideox}


def small(name: str) -> Any:
    """The model of this name, with the same weights every time."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return MAKERS[name]().eval()

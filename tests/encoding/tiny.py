"""A real `AutoencoderDC`, tiny, with random weights: 32 times smaller, 32 channels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import diffusers
import torch


def save_tiny(folder: Path, seed: int = 0) -> Path:
    """Save it with `save_pretrained`; the same weights for the same seed."""
    channels = (8, 8, 8, 8, 16, 32)
    sides: dict[str, Any] = {}
    for side in ("encoder", "decoder"):
        sides[f"{side}_block_types"] = "ResBlock"
        sides[f"{side}_block_out_channels"] = channels
        sides[f"{side}_layers_per_block"] = (1,) * len(channels)
        sides[f"{side}_qkv_multiscales"] = ((),) * len(channels)
    make: Any = diffusers.AutoencoderDC
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        make(in_channels=3, latent_channels=32, attention_head_dim=8, **sides).save_pretrained(
            folder
        )
    return folder

"""An autoencoder whose images and convolutions lie in memory in a layout of choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel
from analysis.kinds.encode_throughput.record import Layout

_FORMATS: Final[Mapping[Layout, torch.memory_format]] = {
    "contiguous": torch.contiguous_format,
    "channels-last": torch.channels_last,
}


def layout_of(autoencoder: Autoencoder) -> Layout:
    """The layout of its convolutions, which their output follows."""
    kernels = (weights for weights in autoencoder.module.parameters() if weights.dim() == 4)
    # Those of one row and column, or of one channel, are in both layouts at once.
    last = any(
        kernel.is_contiguous(memory_format=torch.channels_last) and not kernel.is_contiguous()
        for kernel in kernels
    )
    return "channels-last" if last else "contiguous"


def in_layout(autoencoder: Autoencoder, layout: Layout) -> Autoencoder:
    """The same autoencoder, for encoding in a layout; itself where that is the layout it has."""
    if layout_of(autoencoder) == layout:
        return autoencoder
    model = _InLayout(autoencoder.module, _FORMATS[layout])
    changed = Autoencoder(autoencoder.name, model, autoencoder.runtime)
    # Whatever layout it was given when it was put on its device.
    torch.nn.Module.to(model.module, memory_format=_FORMATS[layout])  # type: ignore[call-overload]
    return changed


class _InLayout(DiffusersModel):
    """A model that is given its images in one layout."""

    def __init__(self, module: torch.nn.Module, memory_format: torch.memory_format) -> None:
        super().__init__(module)
        self._format = memory_format

    def encode(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) to latents (L, c, h, w)."""
        return super().encode(images.contiguous(memory_format=self._format))

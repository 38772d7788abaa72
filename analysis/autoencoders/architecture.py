"""Architectures without weights: what an autoencoder of the catalogue does with a clip, counted.

Nothing is computed: on torch's meta device tensors have a shape and no values.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.utils.flop_counter import FlopCounterMode

from analysis.autoencoders.diffusers_model import DiffusersModel, class_of, kind_of
from analysis.catalog import Autoencoder
from analysis.errors import InputError


@dataclass(frozen=True)
class Clip:
    """A clip that went through an architecture."""

    frames: int
    """That went in."""
    latents: tuple[int, ...]
    """(L, c, h, w)."""
    images: tuple[int, ...]
    """(frames, 3, H, W) that came out."""
    encode_flop: int
    """Multiplications and additions of convolutions and matrix products."""
    decode_flop: int


def build(entry: Autoencoder) -> DiffusersModel:
    """The architecture of an entry of the catalogue, by its class and configuration.

    Raises:
        InputError: a class that is not known, or that takes no such configuration.
    """
    name = str(entry.model_class)
    kind_of(name)
    # Imported before the device is switched: a module may make tensors when it is imported.
    architecture = class_of(name)
    try:
        with torch.device("meta"):
            module = architecture(**entry.config)
    except (TypeError, ValueError, IndexError, ZeroDivisionError, AssertionError) as error:
        raise InputError(
            f"{entry.id} in autoencoders.toml: {name} takes no such config ({error}); correct it."
        ) from None
    return DiffusersModel(module.to("meta").eval())


def run(model: DiffusersModel, frames: int, size: tuple[int, int]) -> Clip:
    """Encode and decode frames of `size` = (H, W), which the spatial factor has to divide.

    Raises:
        RuntimeError: its layers do not fit each other.
    """
    with torch.device("meta"), torch.inference_mode():
        with FlopCounterMode(display=False) as encoding:
            latents = model.encode(torch.empty(frames, 3, *size))
        with FlopCounterMode(display=False) as decoding:
            images = model.decode_all(latents)
    return Clip(
        frames,
        tuple(latents.shape),
        tuple(images.shape),
        encoding.get_total_flops(),
        decoding.get_total_flops(),
    )


def parameters(model: DiffusersModel, *parts: str) -> int:
    """Parameters of these parts of the module; of all of it when none is named."""
    return sum(
        parameter.numel()
        for name, parameter in model.module.named_parameters()
        if not parts or name.partition(".")[0] in parts
    )

"""An autoencoder with two decoders: one for clips, one that shows a frame from a single latent.

An image autoencoder makes one latent of each frame. A temporal compressor folds those of t
consecutive frames into one, which is what is stored. The full decoder unfolds it again and decodes
t frames; the single-frame decoder makes one frame of the window, its representative, of the stored
latent alone.

All three start as what needs no training: the representative's latent is stored, and held for the
whole window. What they learn is added to that, as in `analysis.autoencoders.doom`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args

import safetensors.torch
import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.autoencoders.vae import DecoderOutput, EncoderOutput
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn
from torch.nn.functional import pad, silu

from analysis import storage
from analysis.autoencoders.diffusers_model import class_of, kind_of, made_with
from analysis.autoencoders.doom import zeroed
from analysis.io.files import appearing_whole
from analysis.storage import Latent

Representative = Literal["first", "middle", "last"]
"""Which frame of a window the single-frame decoder shows."""

SPATIAL_MODEL: Final = "spatial_model"
"""The part of a `DualDecoder` that encodes and decodes single frames."""

VARIANT: Final = "fp16"
"""What weights are written in."""


def representative_frame(temporal_factor: int, representative: Representative) -> int:
    """Its number in the window, counted from 0; of an even window the middle is the later one."""
    return {"first": 0, "middle": temporal_factor // 2, "last": temporal_factor - 1}[representative]


def weights_sha256(weights: Mapping[str, Tensor]) -> str:
    """A digest of weights by name, rounded to float16: the same for every file they come in."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].detach().cpu().half().numpy().tobytes())
    return digest.hexdigest()


class Block(nn.Module):
    """x + what a depthwise and two pointwise convolutions make of it, the identity at first; after
    ConvNeXt (Liu et al., 2022) without its normalisation.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.look = nn.Conv2d(channels, channels, 5, padding=2, groups=channels)
        self.widen = nn.Conv2d(channels, 2 * channels, 1)
        self.narrow = zeroed(nn.Conv2d(2 * channels, channels, 1))

    def forward(self, features: Tensor) -> Tensor:
        """Features (N, channels, h, w), to the same shape."""
        change: Tensor = self.narrow(silu(self.widen(self.look(features))))
        return features + change


class LatentNetwork(nn.Module):
    """Latents (N, before, h, w) to (N, after, h, w), zero at first."""

    def __init__(self, before: int, after: int, width: int, blocks: int) -> None:
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv2d(before, width, 1),
            *(Block(width) for _ in range(blocks)),
            zeroed(nn.Conv2d(width, after, 1)),
        )

    def forward(self, latents: Tensor) -> Tensor:
        """What is added to the latents."""
        change: Tensor = self.path(latents)
        return change


class DualDecoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Clips to stored latents, and these to clips or to one frame each.

    A stored latent is (ĉ, H/s, W/s); s is that of the spatial model, whose own latents have c
    channels.

    Args:
        temporal_factor: t, frames a stored latent.
        stored_channels: ĉ, at least c.
        representative: the frame of a window that the single-frame decoder shows.
        width: channels of the temporal compressor, the decompressor and the single-frame decoder.
        blocks: how many blocks each of these three has.
        spatial: configuration of the spatial model, its class as `_class_name`; the project's own
            when not given.
        spatial_name: of the spatial model, where the files leave its weights to it.
        spatial_sha256: of that model's weights.

    Raises:
        ValueError: a temporal factor below 2, fewer stored channels than the spatial model has, a
            frame of no such name, or a spatial model that is temporal itself.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        temporal_factor: int = 4,
        stored_channels: int = 32,
        representative: Representative = "middle",
        width: int = 192,
        blocks: tuple[int, int, int] = (3, 3, 1),
        spatial: dict[str, Any] | None = None,
        spatial_name: str | None = None,
        spatial_sha256: str | None = None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        config = dict(spatial or {"_class_name": "DoomAutoencoder"})
        name = config["_class_name"]
        if name == type(self).__name__:
            raise ValueError(f"{name} folds frames itself; take an autoencoder of single frames")
        self._kind = kind_of(name)
        self.spatial_model = class_of(name).from_config(config)
        still = self._kind.latent(self.spatial_model)
        if still.temporal > 1:
            raise ValueError(f"{name} folds frames itself; take an autoencoder of single frames")
        if temporal_factor < 2:
            raise ValueError(
                f"a temporal factor of {temporal_factor} folds nothing; take 2 or more"
            )
        if stored_channels < still.channels:
            raise ValueError(
                f"{stored_channels} stored channels are fewer than the {still.channels} of {name}"
            )
        if representative not in get_args(Representative):
            raise ValueError(f"{representative!r} is none of {', '.join(get_args(Representative))}")
        self.latent = Latent(still.spatial, stored_channels, temporal_factor)
        self._channels = still.channels
        self._shown = representative_frame(temporal_factor, representative)
        folded = temporal_factor * still.channels
        compressor, decompressor, single = blocks
        self.compressor = LatentNetwork(folded, stored_channels, width, compressor)
        self.decompressor = LatentNetwork(stored_channels, folded, width, decompressor)
        self.single_frame = LatentNetwork(stored_channels, still.channels, width, single)

    @property
    def representative_frame(self) -> int:
        """The number in its window of the frame that `decode_frame` shows."""
        return self._shown

    # On latents of single frames

    def fold(self, latents: Tensor) -> Tensor:
        """Latents of the frames of windows (N, t, c, h, w) to stored ones (N, ĉ, h, w)."""
        kept = pad(latents[:, self._shown], (0, 0, 0, 0, 0, self.latent.channels - self._channels))
        change: Tensor = self.compressor(latents.flatten(1, 2))
        return kept + change

    def unfold(self, stored: Tensor) -> Tensor:
        """Stored latents (N, ĉ, h, w) to those of the frames of their windows (N, t, c, h, w)."""
        changes: Tensor = self.decompressor(stored).unflatten(
            1, (self.latent.temporal, self._channels)
        )
        return stored[:, None, : self._channels] + changes

    def shown(self, stored: Tensor) -> Tensor:
        """Stored latents (N, ĉ, h, w) to that of the representative frame (N, c, h, w)."""
        change: Tensor = self.single_frame(stored)
        return stored[:, : self._channels] + change

    # On images

    def encode_images(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W), each by itself, to latents (N, c, h, w)."""
        latents: Tensor = self._kind.raw(self.spatial_model.encode(images))
        return latents

    def decode_images(self, latents: Tensor) -> Tensor:
        """Latents (N, c, h, w), each by itself, to images (N, 3, H, W)."""
        images: Tensor = self.spatial_model.decode(latents).sample
        return images

    def encode_clip(self, images: Tensor) -> Tensor:
        """A clip (N, 3, H, W) in [-1, 1] to its stored latents (⌈N/t⌉, ĉ, H/s, W/s); a last window
        that is not full repeats the last frame.
        """
        latents = self.encode_images(images)
        count = storage.latent_frames(self.latent, len(latents))
        missing = storage.most_frames(self.latent, count) - len(latents)
        latents = torch.cat([latents, latents[-1:].expand(missing, -1, -1, -1)])
        return self.fold(latents.unflatten(0, (count, self.latent.temporal)))

    def decode_clip(self, stored: Tensor, frames: int | None = None) -> Tensor:
        """Stored latents (L, ĉ, h, w) to a clip (`frames`, 3, H, W), as many as they can stand for
        when not given.
        """
        latents = self.unfold(stored).flatten(0, 1)
        return self.decode_images(latents[:frames])

    def decode_frame(self, stored: Tensor) -> Tensor:
        """Stored latents (L, ĉ, h, w), each by itself, to the representative frame of each window
        (L, 3, H, W).
        """
        return self.decode_images(self.shown(stored))

    # As diffusers' video autoencoders

    def encode(self, x: Tensor) -> EncoderOutput:
        """Clips (B, 3, N, H, W) to stored latents (B, ĉ, ⌈N/t⌉, H/s, W/s)."""
        stored = [self.encode_clip(clip.transpose(0, 1)).transpose(0, 1) for clip in x]
        return EncoderOutput(latent=torch.stack(stored))

    def decode(self, z: Tensor) -> DecoderOutput:
        """Stored latents (B, ĉ, L, h, w) to clips (B, 3, Lt, H, W)."""
        clips = [self.decode_clip(stored.transpose(0, 1)).transpose(0, 1) for stored in z]
        return DecoderOutput(sample=torch.stack(clips))

    def forward(self, sample: Tensor) -> DecoderOutput:
        """Clips to clips, through the stored latents."""
        return self.decode(self.encode(sample).latent)


def new_dual_decoder(
    spatial: nn.Module,
    temporal_factor: int,
    stored_channels: int | None = None,
    representative: Representative = "middle",
) -> DualDecoder:
    """An untrained one on an autoencoder of single frames, whose weights it takes over.

    Args:
        spatial: the autoencoder.
        temporal_factor: t.
        stored_channels: ĉ; as many as the autoencoder's latents have when None.
        representative: the frame that is shown from one latent.

    Raises:
        ValueError: they do not go together.
    """
    name = type(spatial).__name__
    channels = kind_of(name).latent(spatial).channels
    model: DualDecoder = DualDecoder(
        temporal_factor,
        stored_channels or channels,
        representative,
        spatial={**made_with(spatial), "_class_name": name},
    )
    model.spatial_model.load_state_dict(spatial.state_dict())
    return model


def save_dual_decoder(
    model: DualDecoder, folder: Path, spatial_name: str, spatial: nn.Module
) -> Path:
    """Write a dual decoder as `load` reads it, in float16; the model then has these weights.

    Weights that are still those of the spatial model are left to it, by its name and a digest.
    """
    # Not the model's own `half` and `float`: those of diffusers speak of modules it has none of.
    weights, kept = torch.nn.Module.half(model).state_dict(), spatial.state_dict()
    own = {
        name: value.contiguous()
        for name, value in weights.items()
        if not _same(value, kept.get(name.removeprefix(f"{SPATIAL_MODEL}.")))
    }
    model.register_to_config(spatial_name=spatial_name, spatial_sha256=weights_sha256(kept))  # type: ignore[no-untyped-call]
    model.save_config(folder)
    with appearing_whole(folder / f"diffusion_pytorch_model.{VARIANT}.safetensors") as file:
        file.write(safetensors.torch.save(own, {"format": "pt"}))
    torch.nn.Module.float(model)
    return folder


def _same(value: Tensor, other: Tensor | None) -> bool:
    return other is not None and torch.equal(value, other.half())

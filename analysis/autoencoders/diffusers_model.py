"""Any autoencoder of diffusers as a `Model`: a table of the few things in which classes differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import diffusers
import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.autoencoders.vae import DecoderOutput, EncoderOutput
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor

from analysis import storage
from analysis.autoencoders import doom, latent_decoder, tiny
from analysis.autoencoders.doom import SPATIAL
from analysis.errors import InputError
from analysis.storage import Latent

Size = tuple[int, int, int]
"""Frames, height and width of a clip."""


# What a module stores, by its configuration


def _by_blocks(module: Any) -> Latent:
    """Each block but the last halves height and width."""
    return Latent(2 ** (len(module.config.block_out_channels) - 1), module.config.latent_channels)


def _tiny(module: Any) -> Latent:
    """As `_by_blocks`, under another name."""
    blocks = len(module.config.encoder_block_out_channels)
    return Latent(2 ** (blocks - 1), module.config.latent_channels)


def _image(module: Any) -> Latent:
    """The module says its factor."""
    return Latent(
        _declared_factor("spatial_compression_ratio", module), module.config.latent_channels
    )


def _doom(module: Any) -> Latent:
    """The factor is a constant."""
    return Latent(SPATIAL, module.config.latent_channels)


def _configured(module: Any) -> Latent:
    """Its configuration says it."""
    return Latent(module.config.spatial, module.config.latent_channels)


def _of_the_encoder(module: Any) -> Latent:
    """As its encoder alone."""
    return kind_of(type(module.encoder).__name__).latent(module.encoder)


def _itself(module: Any) -> Latent:
    """The module keeps it."""
    latent: Latent = module.latent
    return latent


def _chunked(module: Any) -> Latent:
    """The module says both factors."""
    spatial, temporal = (_declared_factor(f"{axis}_compression_ratio", module) for axis in _AXES)
    return Latent(spatial, module.config.latent_channels, temporal)


def _causal(module: Any) -> Latent:
    """The module says both factors; the first frame stands alone."""
    spatial, temporal = (_declared_factor(f"{axis}_compression_ratio", module) for axis in _AXES)
    return Latent(spatial, module.config.latent_channels, temporal, causal=True)


def _cogvideox(module: Any) -> Latent:
    """As `_by_blocks` in space."""
    still, temporal = _by_blocks(module), module.config.temporal_compression_ratio
    return Latent(still.spatial, still.channels, temporal, causal=True)


def _wan(module: Any) -> Latent:
    """What it says of its factors may be wrong for other depths; its blocks are not."""
    halvings, patch = module.config.temperal_downsample, module.config.patch_size or 1
    return Latent(2 ** len(halvings) * patch, module.config.z_dim, 2 ** sum(halvings), causal=True)


_AXES = ("spatial", "temporal")


def _declared_factor(name: str, module: Any) -> int:
    """In its configuration, or else worked out from it as an attribute."""
    return int(getattr(module.config, name, None) or getattr(module, name))


# How it takes its tensors


def _mode(output: Any) -> Tensor:
    """The most probable latent, where `encode` gives a distribution."""
    mode: Tensor = output.latent_dist.mode()
    return mode


def _as_it_is(module: Any, size: Size) -> None:
    """Nothing to be done."""


def _whole(module: Any, size: Size) -> None:
    """Take a clip as one piece: how long clips are is for the caller to say."""
    module.use_framewise_encoding = module.use_framewise_decoding = False


def _one_tile(module: Any, size: Size) -> None:
    """Work in one tile as large as the clip: this class has nothing but tiles, and leaves out
    what whole ones do not cover.
    """
    module.use_tiling = True
    module.kernel = module.stride = size


def _nothing_more(module: Any, latents: Tensor) -> dict[str, Any]:
    """Decoding takes the latents alone."""
    return {}


def _noise_level(module: Any, latents: Tensor) -> dict[str, Any]:
    """A decoder that takes out noise as well is told that there is none."""
    return {"temb": latents.new_zeros(1)} if module.config.timestep_conditioning else {}


@dataclass(frozen=True)
class Kind:
    """What differs from one class to the next."""

    latent: Callable[[Any], Latent]
    raw: Callable[[Any], Tensor] = _mode
    """The latents in what `encode` gives."""
    prepare: Callable[[Any, Size], None] = _as_it_is
    """To be done to the module before a clip of this size goes in or comes out."""
    decoder_arguments: Callable[[Any, Tensor], dict[str, Any]] = _nothing_more
    decoded_frame_axis: int = 2
    """Which axis of what `decode` gives counts the frames of a clip."""


KINDS: Final[Mapping[str, Kind]] = {
    "AutoencoderDC": Kind(_image, raw=lambda output: output.latent),
    "AutoencoderKL": Kind(_by_blocks),
    "AutoencoderKLAllegro": Kind(_chunked, prepare=_one_tile, decoded_frame_axis=1),
    "AutoencoderKLCogVideoX": Kind(_cogvideox),
    "AutoencoderKLCosmos": Kind(_causal),
    "AutoencoderKLFlux2": Kind(_by_blocks),
    "AutoencoderKLHunyuanImage": Kind(_image),
    "AutoencoderKLHunyuanVideo": Kind(_causal, prepare=_whole),
    "AutoencoderKLHunyuanVideo15": Kind(_causal),
    "AutoencoderKLLTX2Video": Kind(_causal, decoder_arguments=_noise_level),
    "AutoencoderKLLTXVideo": Kind(_causal, decoder_arguments=_noise_level),
    "AutoencoderKLMochi": Kind(_causal),
    "AutoencoderKLWan": Kind(_wan),
    "AutoencoderTiny": Kind(_tiny, raw=lambda output: output.latents),
    "LatentDecoder": Kind(_configured),
    "PairedAutoencoder": Kind(_of_the_encoder, raw=lambda output: output.latent),
    "TinyAutoencoder": Kind(_configured, raw=lambda output: output.latent),
    "DualDecoder": Kind(_itself, raw=lambda output: output.latent),
    "DoomAutoencoder": Kind(_doom, raw=lambda output: output.latent),
}
"""By the name of the class."""


def class_of(name: str) -> Any:
    """The class of this name: one of the project's for single frames, or one of diffusers."""
    if name == PairedAutoencoder.__name__:
        return PairedAutoencoder
    own = (module for module in (doom, latent_decoder, tiny) if hasattr(module, name))
    return getattr(next(own, diffusers), name)


def made_with(module: Any) -> dict[str, Any]:
    """The arguments that a module of diffusers was made with."""
    return {key: value for key, value in dict(module.config).items() if key[0] != "_"}


def kind_of(name: str) -> Kind:
    """How the class of this name takes its tensors.

    Raises:
        InputError: the table does not have it.
    """
    if name not in KINDS:
        raise InputError(
            f"{name} is no autoencoder that this program can use; choose weights of one of "
            f"{', '.join(KINDS)}."
        )
    return KINDS[name]


class PairedAutoencoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """An encoder, and a decoder of its latents that was trained apart from it, both of single
    frames.

    Args:
        encoder_config: of the encoder, with its class as `_class_name`.
        decoder_config: of the decoder, likewise.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, encoder_config: dict[str, Any], decoder_config: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.encoder = class_of(encoder_config["_class_name"]).from_config(encoder_config)
        self.decoder = class_of(decoder_config["_class_name"]).from_config(decoder_config)

    @classmethod
    def of(cls, encoder: torch.nn.Module, decoder: torch.nn.Module) -> PairedAutoencoder:
        """The pair of these two, with their weights."""
        pair: PairedAutoencoder = cls(
            *(
                {**made_with(part), "_class_name": type(part).__name__}
                for part in (encoder, decoder)
            )
        )
        pair.encoder, pair.decoder = encoder, decoder
        return pair

    def encode(self, x: Tensor) -> EncoderOutput:
        """Images to latents, like `AutoencoderDC.encode`."""
        raw = kind_of(type(self.encoder).__name__).raw
        return EncoderOutput(latent=raw(self.encoder.encode(x)))

    def decode(self, z: Tensor) -> DecoderOutput:
        """Latents to images, like `AutoencoderDC.decode`."""
        return DecoderOutput(sample=self.decoder.decode(z).sample)

    def forward(self, sample: Tensor) -> DecoderOutput:
        """Images to images, through the latents."""
        return self.decode(self.encode(sample).latent)


class DiffusersModel:
    """A diffusers autoencoder as a `Model`.

    A clip whose length does not fit the temporal factor is made longer by repeating its last
    frame: to 1 + kt frames for a causal model, else to kt. Decoding crops to the frames wanted.

    Raises:
        InputError: a class that the table does not have.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self._kind = kind_of(type(module).__name__)
        self._module = module
        self._latent = self._kind.latent(module)

    @property
    def latent(self) -> Latent:
        """Its factors, channels and whether it is causal, by its configuration."""
        return self._latent

    @property
    def module(self) -> torch.nn.Module:
        """The weights."""
        return self._module

    @property
    def decodes(self) -> bool:
        """Whether it has a decoder."""
        return getattr(self._module, "decoder", True) is not None

    def encode(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) to latents (L, c, h, w)."""
        module: Any = self._module
        if self._latent.temporal == 1:
            return self._kind.raw(module.encode(images)).contiguous()
        fitting = storage.most_frames(
            self._latent, storage.latent_frames(self._latent, len(images))
        )
        clip = _lengthened(images, fitting).transpose(0, 1).unsqueeze(0)
        self._kind.prepare(module, (fitting, *images.shape[2:]))
        return self._kind.raw(module.encode(clip))[0].transpose(0, 1).contiguous()

    def decode(self, latents: Tensor, frames: int) -> Tensor:
        """Latents (L, c, h, w) to `frames` images (frames, 3, H, W)."""
        images = self.decode_all(latents)
        # For some numbers of latents, CogVideoX makes t images of the first one as well, though
        # it stands for one frame: the last of these.
        surplus = len(images) - storage.most_frames(self._latent, len(latents))
        return images[surplus:][:frames]

    def decode_all(self, latents: Tensor) -> Tensor:
        """Latents (L, c, h, w) to all the images that the module makes of them."""
        module, latent = self._module, self._latent
        decode: Any = module.decode
        arguments = self._kind.decoder_arguments(module, latents)
        if latent.temporal == 1:
            images: Tensor = decode(latents, **arguments).sample
            return images
        count, _, rows, columns = latents.shape
        size = (count * latent.temporal, rows * latent.spatial, columns * latent.spatial)
        self._kind.prepare(module, size)
        decoded: Tensor = decode(latents.transpose(0, 1).unsqueeze(0), **arguments).sample
        return decoded.movedim(self._kind.decoded_frame_axis, 1)[0]


def _lengthened(images: Tensor, frames: int) -> Tensor:
    missing = frames - len(images)
    return torch.cat([images, images[-1:].expand(missing, -1, -1, -1)]) if missing else images

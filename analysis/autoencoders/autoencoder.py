"""One interface to every autoencoder: uint8 frames to float16 latents, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from analysis import storage
from analysis.autoencoders.runtime import Runtime
from analysis.catalog import JOIN, encoder_of
from analysis.errors import BeyondFloat16, EncoderOnly
from analysis.storage import Latent


class Model(Protocol):
    """What differs from one class of model to the next: how tensors go in and come out.

    Images are (N, 3, H, W) in [-1, 1], H and W multiples of the spatial factor; latents are
    (L, c, h, w), raw: neither scaled nor shifted. A temporal model takes the images as one clip,
    of any length, and `L` is `storage.latent_frames` of it.
    """

    @property
    def latent(self) -> Latent:
        """Its spatial and temporal factor, its channels and whether it is causal."""

    @property
    def module(self) -> torch.nn.Module:
        """The weights, for moving and counting."""

    @property
    def decodes(self) -> bool:
        """Whether it has a decoder: some were published without."""

    def encode(self, images: Tensor) -> Tensor:
        """Images (N, 3, H, W) to latents (L, c, h, w)."""

    def decode(self, latents: Tensor, frames: int) -> Tensor:
        """Latents (L, c, h, w) to `frames` images (frames, 3, H, W)."""


@dataclass(frozen=True)
class PendingLatents:
    """Latents that the device may still be working on."""

    values: Tensor
    ready: torch.cuda.Event | None
    name: str

    def numpy(self) -> NDArray[np.float16]:
        """Wait for them: float16 (L, c, h, w).

        Raises:
            InputError: a value is infinite or none at all.
        """
        if self.ready is not None:
            self.ready.synchronize()
        values: NDArray[np.float16] = self.values.numpy()
        if not np.isfinite(values).all():
            raise BeyondFloat16(
                f"{self.name}: some latents are beyond float16; encode in bf16 or fp32, "
                "and if that does not help check the weights."
            )
        return values


class Autoencoder:
    """A model on a device.

    Frames are uint8 RGB (N, H, W, 3), at any H and W: they are padded at the right and the bottom
    to a multiple of the spatial factor by repeating the edge, mapped from [0, 255] to [-1, 1], and
    cropped again after decoding. Latents are float16 (L, c, h, w), raw as the encoder gives them
    (the mode, where the encoder gives a distribution), not multiplied by a scaling factor.
    """

    def __init__(
        self,
        name: str,
        model: Model,
        runtime: Runtime,
        clip_frames: int = 17,
        *,
        latent_space: str | None = None,
    ) -> None:
        self.name = name
        """What it is loaded by: with a decoder of its own, ENCODER+DECODER."""
        self.latent_space = latent_space
        """The entry of the catalogue that has the same latents, where one has."""
        self.latent = model.latent
        self.runtime = runtime
        # As many as the latents of a clip can stand for: nothing is repeated to fill the last one.
        clip_frames = storage.most_frames(
            self.latent, storage.latent_frames(self.latent, clip_frames)
        )
        self.frames_per_call = runtime.batch_size if self.latent.temporal == 1 else clip_frames
        """Frames to give `encode` at a time: a batch of frames, or for a temporal model a clip,
        which it encodes by itself."""
        self._model = model
        self._device = torch.device(runtime.device)
        # On a CPU convolutions of images are up to twice as fast with the channels of a pixel side
        # by side; of clips there is no such layout.
        still_on_cpu = self._device.type == "cpu" and self.latent.temporal == 1
        self._memory_format = torch.channels_last if still_on_cpu else torch.contiguous_format
        # Not the module's own `to`: that of diffusers warns of modules kept in float32, of which
        # no autoencoder here has any.
        torch.nn.Module.to(model.module, self._device, runtime.dtype)
        torch.nn.Module.to(model.module, memory_format=self._memory_format)  # type: ignore[call-overload]
        model.module.eval().requires_grad_(False)
        self._encode = torch.compile(model.encode) if runtime.compile else model.encode

    @property
    def encoder_name(self) -> str:
        """What `ae_model` of an encoded episode says: latents know nothing of a decoder."""
        return encoder_of(self.name)

    def same_latents(self, other: Autoencoder) -> bool:
        """Whether what one encodes the other decodes: they are known to have one latent space."""
        return self.latent_space is not None and self.latent_space == other.latent_space

    @property
    def module(self) -> torch.nn.Module:
        """The weights."""
        return self._model.module

    def latent_shape(self, frames: int, height: int, width: int) -> tuple[int, int, int, int]:
        """The shape of the latents of a video: (L, c, h, w), its clips one after the other."""
        step = frames if self.latent.temporal == 1 else self.frames_per_call
        whole, rest = divmod(frames, step) if frames else (0, 0)
        count = whole * storage.latent_frames(self.latent, step)
        count += storage.latent_frames(self.latent, rest)
        return count, self.latent.channels, *storage.latent_grid(self.latent, height, width)

    def encode(self, frames: NDArray[np.uint8]) -> NDArray[np.float16]:
        """Frames (N, H, W, 3) to latents (L, c, h, w); a temporal model takes them as one clip."""
        return self.begin_encoding(frames).numpy()

    def begin_encoding(self, frames: NDArray[np.uint8]) -> PendingLatents:
        """Like `encode`, without waiting: on a GPU the next batch can be prepared meanwhile."""
        with computing(self.runtime):
            return self._fetch(self._latents(frames, torch.float16))

    def encode_exactly(self, frames: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Like `encode`, in float32: what other formats than float16 are to be rounded from."""
        with computing(self.runtime):
            latents: NDArray[np.float32] = self._latents(frames, torch.float32).cpu().numpy()
            return latents

    def decode(
        self,
        latents: NDArray[np.float16] | NDArray[np.float32],
        size: tuple[int, int],
        frames: int | None = None,
    ) -> NDArray[np.uint8]:
        """Latents (L, c, h, w) to frames (N, H, W, 3) of `size` = (H, W).

        `frames` is N; as many as the latents can stand for when left out.

        Raises:
            EncoderOnly: it has no decoder.
        """
        self.require_decoder()
        height, width = size
        count = frames or storage.most_frames(self.latent, len(latents))
        step = self.runtime.batch_size if self.latent.temporal == 1 else len(latents)
        step = 1 if self.latent.temporal == 1 and self.runtime.deterministic else step
        decoded = np.empty((count, height, width, 3), np.uint8)
        with computing(self.runtime):
            for start in range(0, len(latents), step):
                part = torch.from_numpy(latents[start : start + step])
                part = part.to(self._device, self.runtime.dtype)
                wanted = len(part) if self.latent.temporal == 1 else count
                images = self._model.decode(part, wanted)
                decoded[start : start + wanted] = as_frames(images, size)
        return decoded

    def decoded_images(self, latents: Tensor, frames: int) -> Tensor:
        """Latents (L, c, h, w) to images (`frames`, 3, H, W) around [-1, 1], padding included, in
        such a way that gradients reach the latents.

        Raises:
            EncoderOnly: it has no decoder.
        """
        self.require_decoder()
        images = self._model.decode(latents.to(self._device, self.runtime.dtype), frames)
        return images.float()

    @property
    def decodes(self) -> bool:
        """Whether it has a decoder."""
        return self._model.decodes

    def require_decoder(self) -> None:
        """Refuse to go on without a decoder.

        Raises:
            EncoderOnly: it has none.
        """
        if not self.decodes:
            raise EncoderOnly(
                f"{self.name} is an encoder alone and decodes nothing; name a decoder of its "
                f"latents after it, as in {self.name}{JOIN}DECODER."
            )

    def _latents(self, frames: NDArray[np.uint8], dtype: torch.dtype) -> Tensor:
        images = self._images(frames)
        whole = not self.runtime.deterministic or self.latent.temporal > 1
        parts = [images] if whole else images.split(1)
        return torch.cat([self._encode(part).to(dtype) for part in parts])

    def _images(self, frames: NDArray[np.uint8]) -> Tensor:
        """Frames on the device as (N, 3, H', W') in [-1, 1], padded."""
        pixels = torch.from_numpy(frames)
        if self._device.type == "cuda":
            pixels = pixels.pin_memory()
        pixels = pixels.to(self._device, non_blocking=True).permute(0, 3, 1, 2)
        images = pixels.to(self.runtime.dtype).div(127.5).sub(1)
        height, width = frames.shape[1:3]
        rows, columns = storage.latent_grid(self.latent, height, width)
        below, right = rows * self.latent.spatial - height, columns * self.latent.spatial - width
        if below or right:
            images = functional.pad(images, (0, right, 0, below), mode="replicate")
        return images.contiguous(memory_format=self._memory_format)

    def _fetch(self, latents: Tensor) -> PendingLatents:
        if self._device.type != "cuda":
            return PendingLatents(latents.cpu(), None, self.name)
        values = torch.empty(latents.shape, dtype=latents.dtype, pin_memory=True)
        values.copy_(latents, non_blocking=True)
        ready = torch.cuda.Event()
        ready.record(torch.cuda.current_stream(self._device))
        return PendingLatents(values, ready, self.name)


def as_images(frames: NDArray[np.uint8]) -> Tensor:
    """Frames (N, H, W, 3) as float32 images (N, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous().float().div(127.5).sub(1)


def as_frames(images: Tensor, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Images (N, 3, H', W') around [-1, 1] as frames (N, H, W, 3) of `size` = (H, W), H ≤ H'."""
    height, width = size
    cropped = images[:, :, :height, :width].float()
    pixels = (cropped.clamp(-1, 1) + 1).mul(127.5).round().to(torch.uint8)
    frames: NDArray[np.uint8] = pixels.permute(0, 2, 3, 1).cpu().numpy()
    return frames


@contextmanager
def computing(runtime: Runtime) -> Iterator[None]:
    """No gradients; in fp32 deterministic kernels and no TF32 for the length of the block."""
    before = torch.are_deterministic_algorithms_enabled()
    matmul, convolution = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    if runtime.deterministic:
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.use_deterministic_algorithms(before, warn_only=True)
        torch.backends.cuda.matmul.allow_tf32 = matmul
        torch.backends.cudnn.allow_tf32 = convolution

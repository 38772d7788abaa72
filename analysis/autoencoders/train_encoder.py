"""Trains a tiny encoder to make the latents of another one, on frames of recorded games."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.autoencoders.autoencoder import Autoencoder, as_images
from analysis.autoencoders.diffusers_model import made_with
from analysis.autoencoders.tiny import TinyAutoencoder
from analysis.autoencoders.training_latents import EncodedFrames, channel_moments
from analysis.autoencoders.training_loop import (
    CHECKPOINT_EVERY_S,
    LogRow,
    Progress,
    Schedule,
    optimizer_of,
    take_step,
    train,
)
from analysis.autoencoders.watched import ReconstructionPsnr, reconstruction_psnr


@dataclass(frozen=True)
class EncoderOptions(Schedule):
    """How to train, besides the schedule."""

    steps: int = 3600
    frames: int = 4
    """A step, whole."""
    decoded_frames: int = 1
    """Of these, so many are decoded too."""
    decoded_weight: float = 10.0
    """Of the squared error of decoded frames, next to that of latents over their variance: the two
    are then about as large at the end of a training."""
    device: str = "cpu"


@dataclass(frozen=True)
class TrainedEncoder:
    """What training gives."""

    model: TinyAutoencoder
    log: tuple[LogRow, ...]
    seconds: float


def train_encoder(
    teacher: Autoencoder,
    training: EncodedFrames,
    held_out: EncodedFrames,
    folder: Path,
    options: EncoderOptions,
    progress: Progress = lambda what, done, total: None,
    checkpoint_every_s: float = CHECKPOINT_EVERY_S,
    build: Callable[..., TinyAutoencoder] = TinyAutoencoder,
) -> TrainedEncoder:
    """Train on frames, keeping a checkpoint in `folder` and going on from one that is there.

    The loss is the squared error of the latents, over the variance of their channel, and that of
    frames decoded from them, against those decoded from the teacher's latents.

    Args:
        teacher: what made the latents, with a decoder of them; on the device of the training.
        training: frames to train on.
        held_out: frames of other episodes; watched, never trained on.
        folder: where the checkpoint is.
        options: how to train.
        progress: hears of the steps.
        checkpoint_every_s: seconds between checkpoints.
        build: makes the encoder, of `latent_channels`, `spatial` and `parts`.

    Raises:
        InputError: the checkpoint cannot be read, or is of another training.
    """
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    latent = teacher.latent
    model = build(latent_channels=latent.channels, spatial=latent.spatial, parts=("encoder",))
    task = _Task(model, teacher, training, held_out, options)
    done = train(task, folder, options, progress, checkpoint_every_s)
    torch.nn.Module.to(model, "cpu")
    return TrainedEncoder(model, tuple(done.log), done.seconds)


def encoded(model: TinyAutoencoder, frames: NDArray[np.uint8]) -> NDArray[np.float16]:
    """Latents (N, c, h, w) of frames (N, H, W, 3), as they are stored."""
    with torch.inference_mode():
        latents = [
            model.encode(as_images(frame[np.newaxis]).to(model.device)).latent.cpu()
            for frame in frames
        ]
    stored: NDArray[np.float16] = torch.cat(latents).numpy().astype(np.float16)
    return stored


def decoded_psnr(teacher: Autoencoder, encoded: EncodedFrames) -> ReconstructionPsnr:
    """PSNR of 8-bit frames that the teacher's decoder makes of latents, of the squared error of
    all together.
    """
    size = encoded.frames.shape[1], encoded.frames.shape[2]
    decoded = (teacher.decode(latent[np.newaxis], size)[0] for latent in encoded.latents)
    return reconstruction_psnr(encoded.frames, decoded)


class _Task:
    def __init__(
        self,
        model: TinyAutoencoder,
        teacher: Autoencoder,
        training: EncodedFrames,
        held_out: EncodedFrames,
        options: EncoderOptions,
    ) -> None:
        self.model = model
        self._teacher, self._options = teacher, options
        self._training, self._held_out = training, held_out
        mean, deviation = channel_moments(training.latents)
        # What it begins with has the right mean and spread.
        assert model.encoder is not None
        last = model.encoder[-1]
        assert isinstance(last, torch.nn.Conv2d)
        assert last.bias is not None
        with torch.no_grad():
            last.bias.copy_(mean)
            last.weight.mul_(deviation.reshape(-1, 1, 1, 1))
        self._deviation = deviation.reshape(-1, 1, 1).to(options.device)
        torch.nn.Module.to(model, options.device)
        # On a CPU a step takes half the time with the channels of a pixel side by side.
        torch.nn.Module.to(model, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = optimizer_of(model, options)

    @property
    def identity(self) -> Mapping[str, object]:
        """The configuration, and whose latents they are."""
        return {"config": repr(sorted(made_with(self.model).items())), "of": self._teacher.name}

    def step(self, number: int) -> float:
        """The loss of some frames."""
        options = self._options
        images, wanted = self._training.draw((options.seed, number), options.frames, options.device)
        with torch.autocast(torch.device(options.device).type, torch.bfloat16):
            latents: Tensor = self.model.encode(images).latent.float()
            shown = self._decode(latents[: options.decoded_frames])
            with torch.no_grad():
                to_show = self._decode(wanted[: options.decoded_frames])
        error = ((latents - wanted) / self._deviation).square().mean()
        seen = (shown - to_show).square().mean()
        return take_step(self, error + options.decoded_weight * seen, options.gradient_norm)

    def evaluate(self) -> Mapping[str, float]:
        """PSNR of whole frames through the teacher's decoder."""
        latents = encoded(self.model, self._held_out.frames)
        made = EncodedFrames(self._held_out.frames, latents)
        return {"frames": decoded_psnr(self._teacher, made).whole}

    def _decode(self, latents: Tensor) -> Tensor:
        module: Any = self._teacher.module
        images: Tensor = module.decode(latents).sample.float()
        return images

"""Trains the project's own autoencoder on frames of recorded games."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.autoencoders.autoencoder import as_frames, as_images
from analysis.autoencoders.crops import crop_start
from analysis.autoencoders.diffusers_model import made_with
from analysis.autoencoders.doom import SPATIAL, DoomAutoencoder
from analysis.autoencoders.linear import LinearBlocks, fit_linear, linear_model
from analysis.autoencoders.training_loop import (
    CHECKPOINT_EVERY_S,
    LogRow,
    Progress,
    Schedule,
    optimizer_of,
    read_checkpoint,
    take_step,
    train,
)
from analysis.autoencoders.watched import ReconstructionPsnr, reconstruction_psnr
from analysis.io.files import appearing_whole


@dataclass(frozen=True)
class TrainingOptions(Schedule):
    """How to train, besides the schedule."""

    crops: int = 16
    """A step."""
    crop_size: int = 128
    """Pixels a side."""


@dataclass(frozen=True)
class Trained:
    """What training gives."""

    model: DoomAutoencoder
    linear: DoomAutoencoder
    log: tuple[LogRow, ...]
    seconds: float


def train_autoencoder(
    frames: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    folder: Path,
    options: TrainingOptions,
    progress: Progress = lambda what, done, total: None,
    checkpoint_every_s: float = CHECKPOINT_EVERY_S,
    build: Callable[[], DoomAutoencoder] = DoomAutoencoder,
) -> Trained:
    """Train on `frames`, keeping a checkpoint in `folder` and going on from one that is there.

    Args:
        frames: uint8 (N, H, W, 3), H and W multiples of 32 and at least the size of a crop.
        held_out: likewise, of games that are not trained on; watched, never trained on.
        folder: where the checkpoint is.
        options: how to train.
        progress: hears of the steps.
        checkpoint_every_s: seconds between checkpoints.
        build: makes the model, of as many latent channels as the default one has.

    Raises:
        InputError: the checkpoint cannot be read, or is of another training.
    """
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    progress("fitting the linear autoencoder", 0, options.steps)
    linear = _linear(folder, frames)
    model = build()
    done = train(
        _Task(model, linear, frames, held_out, options),
        folder,
        options,
        progress,
        checkpoint_every_s,
    )
    return Trained(model, linear_model(linear), tuple(done.log), done.seconds)


def autoencoder_psnr(model: DoomAutoencoder, frames: NDArray[np.uint8]) -> ReconstructionPsnr:
    """PSNR of 8-bit reconstructions, of the squared error of all frames together.

    Args:
        model: any; it is left in the mode that it was in.
        frames: uint8 (N, H, W, 3), H and W multiples of 32.
    """
    return reconstruction_psnr(frames, _reconstructed(model, frames))


class _Task:
    def __init__(
        self,
        model: DoomAutoencoder,
        linear: LinearBlocks,
        frames: NDArray[np.uint8],
        held_out: NDArray[np.uint8],
        options: TrainingOptions,
    ) -> None:
        self.model = model
        self._frames, self._held_out, self._options = frames, held_out, options
        model.set_linear(linear.mean, linear.encoder, linear.decoder)
        # The linear paths stay as they are: the steps of Adam, made for the residual paths, are as
        # large as their weights.
        model.linear_encoder.requires_grad_(False)
        model.linear_decoder.requires_grad_(False)
        self.optimizer = optimizer_of(model, options)

    @property
    def identity(self) -> Mapping[str, object]:
        """The configuration."""
        return {"config": repr(sorted(made_with(self.model).items()))}

    def step(self, number: int) -> float:
        """The mean squared error of some crops."""
        images = self._crops(number)
        with torch.autocast("cpu", torch.bfloat16):
            decoded = self.model(images).sample
        loss = (decoded.float() - images).square().mean()
        return take_step(self, loss, self._options.gradient_norm)

    def evaluate(self) -> Mapping[str, float]:
        """PSNR of whole frames."""
        return {"frames": autoencoder_psnr(self.model, self._held_out).whole}

    def _crops(self, number: int) -> Tensor:
        """The crops of a step."""
        options = self._options
        generator = np.random.default_rng((options.seed, number))
        size = options.crop_size
        height, width = self._frames.shape[1:3]
        crops = []
        for _ in range(options.crops):
            frame = self._frames[generator.integers(len(self._frames))]
            top, left = (
                SPATIAL * crop_start(generator, length // SPATIAL, size // SPATIAL)
                for length in (height, width)
            )
            crops.append(frame[top : top + size, left : left + size])
        return as_images(np.stack(crops))


def _reconstructed(
    model: DoomAutoencoder, frames: NDArray[np.uint8]
) -> Iterator[NDArray[np.uint8]]:
    with torch.inference_mode():
        for frame in frames:
            image = as_images(frame[np.newaxis])
            yield as_frames(model(image).sample, frame.shape[:2])[0]


def _linear(folder: Path, frames: NDArray[np.uint8]) -> LinearBlocks:
    """The linear autoencoder, kept in the folder: fitting it takes minutes."""
    kept = folder / "linear.pt"
    if kept.exists():
        return LinearBlocks(**read_checkpoint(kept))
    linear = fit_linear(frames, DoomAutoencoder().config["latent_channels"])
    with appearing_whole(kept) as file:
        torch.save(
            {"mean": linear.mean, "encoder": linear.encoder, "decoder": linear.decoder}, file
        )
    return linear

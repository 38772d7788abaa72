"""Trains a `LatentDecoder` on frames of recorded games and their latents by a given encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import pixel_unshuffle, unfold

from analysis.autoencoders.autoencoder import as_frames, as_images
from analysis.autoencoders.diffusers_model import made_with
from analysis.autoencoders.latent_decoder import NEIGHBOURHOOD, LatentDecoder, LinearDecoder
from analysis.autoencoders.training_latents import EncodedFrames, as_tensor, channel_moments
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

_BATCH = 16


@dataclass(frozen=True)
class DecoderOptions(Schedule):
    """How to train, besides the schedule."""

    steps: int = 4500
    frames: int = 4
    """A step, whole."""
    device: str = "cpu"


@dataclass(frozen=True)
class TrainedDecoder:
    """What training gives: the decoder, and the linear one that it began as."""

    model: LatentDecoder
    linear: LatentDecoder
    log: tuple[LogRow, ...]
    seconds: float


def train_decoder(
    training: EncodedFrames,
    held_out: EncodedFrames,
    folder: Path,
    options: DecoderOptions,
    progress: Progress = lambda what, done, total: None,
    checkpoint_every_s: float = CHECKPOINT_EVERY_S,
    build: Callable[..., LatentDecoder] = LatentDecoder,
) -> TrainedDecoder:
    """Train on frames, keeping a checkpoint in `folder` and going on from one that is there.

    The loss is the mean squared error of whole frames.

    Args:
        training: frames to train on.
        held_out: frames of other episodes; watched, never trained on.
        folder: where the checkpoint is.
        options: how to train.
        progress: hears of the steps.
        checkpoint_every_s: seconds between checkpoints.
        build: makes the decoder, of `latent_channels`, `spatial` and, for the linear one, `widths`.

    Raises:
        InputError: the checkpoint cannot be read, or is of another training.
    """
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    progress("fitting the linear decoder", 0, options.steps)
    linear = _linear(folder, training)
    channels, rows = training.latents.shape[1:3]
    shape = {"latent_channels": channels, "spatial": training.frames.shape[1] // rows}
    model, untrained = build(**shape), build(**shape, widths=None)
    model.set_linear(linear)
    untrained.set_linear(linear)
    untrained.eval()
    task = _Task(model, training, held_out, options)
    done = train(task, folder, options, progress, checkpoint_every_s)
    return TrainedDecoder(model.cpu(), untrained, tuple(done.log), done.seconds)


def decoded_psnr(model: LatentDecoder, encoded: EncodedFrames) -> ReconstructionPsnr:
    """PSNR of 8-bit frames decoded from their latents, of the squared error of all together."""
    return reconstruction_psnr(encoded.frames, _decoded(model, encoded))


def fit_linear_decoder(encoded: EncodedFrames) -> LinearDecoder:
    """The linear decoder from 3x3 latents with the least squared error over all blocks."""
    latents = encoded.latents
    mean, deviation = channel_moments(latents)
    spatial = encoded.frames.shape[1] // latents.shape[2]
    inputs = latents.shape[1] * NEIGHBOURHOOD**2 + 1
    squares = torch.zeros(inputs, inputs, dtype=torch.float64)
    products = torch.zeros(inputs, 3 * spatial**2, dtype=torch.float64)
    for start in range(0, len(latents), _BATCH):
        part = slice(start, start + _BATCH)
        normal = (as_tensor(latents[part]) - mean.reshape(-1, 1, 1)) / deviation.reshape(-1, 1, 1)
        places = unfold(normal, NEIGHBOURHOOD, padding=NEIGHBOURHOOD // 2)
        places = torch.cat([places, torch.ones_like(places[:, :1])], 1)
        places = places.transpose(1, 2).flatten(0, 1)
        blocks = pixel_unshuffle(as_images(encoded.frames[part]), spatial)
        blocks = blocks.flatten(2).transpose(1, 2).flatten(0, 1)
        squares += places.T @ places
        products += places.T @ blocks
    # A channel that says nothing new gets no weight instead of an arbitrary one.
    solved = torch.linalg.lstsq(squares, products, driver="gelsd").solution.float()
    weight = solved[:-1].T.reshape(-1, latents.shape[1], NEIGHBOURHOOD, NEIGHBOURHOOD)
    return LinearDecoder(mean, deviation, weight.contiguous(), solved[-1].clone())


class _Task:
    def __init__(
        self,
        model: LatentDecoder,
        training: EncodedFrames,
        held_out: EncodedFrames,
        options: DecoderOptions,
    ) -> None:
        self.model = model
        self._training, self._held_out, self._options = training, held_out, options
        torch.nn.Module.to(model, options.device)
        # On a CPU a step takes a sixth less with the channels of a pixel side by side.
        torch.nn.Module.to(model, memory_format=torch.channels_last)  # type: ignore[call-overload]
        # As in `analysis.autoencoders.train`, for the same reason.
        model.linear.requires_grad_(False)
        self.optimizer = optimizer_of(model, options)

    @property
    def identity(self) -> Mapping[str, object]:
        """The configuration."""
        return {"config": repr(sorted(made_with(self.model).items()))}

    def step(self, number: int) -> float:
        """The mean squared error of some frames."""
        options = self._options
        images, latents = self._training.draw(
            (options.seed, number), options.frames, options.device
        )
        with torch.autocast(torch.device(options.device).type, torch.bfloat16):
            decoded: Tensor = self.model(latents).sample
        loss = (decoded.float() - images).square().mean()
        return take_step(self, loss, options.gradient_norm)

    def evaluate(self) -> Mapping[str, float]:
        """PSNR of whole frames."""
        return {"frames": decoded_psnr(self.model, self._held_out).whole}


def _decoded(model: LatentDecoder, encoded: EncodedFrames) -> Iterator[NDArray[np.uint8]]:
    size = encoded.frames.shape[1], encoded.frames.shape[2]
    with torch.inference_mode():
        for latent in encoded.latents:
            images = model(as_tensor(latent[np.newaxis]).to(model.device)).sample
            yield as_frames(images, size)[0]


def _linear(folder: Path, training: EncodedFrames) -> LinearDecoder:
    """The linear decoder, kept in the folder: fitting it takes a minute."""
    kept = folder / "linear.pt"
    if kept.exists():
        return LinearDecoder(**read_checkpoint(kept))
    linear = fit_linear_decoder(training)
    with appearing_whole(kept) as file:
        torch.save(asdict(linear), file)
    return linear

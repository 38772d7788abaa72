"""Trains a `DualDecoder` on clips of recorded games, both decoders together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.autoencoders.autoencoder import Autoencoder, as_frames, as_images
from analysis.autoencoders.crops import crop_start
from analysis.autoencoders.diffusers_model import made_with
from analysis.autoencoders.dual_decoder import DualDecoder, weights_sha256
from analysis.autoencoders.sensitivity import channel_sensitivity
from analysis.autoencoders.training_latents import kept_latents
from analysis.autoencoders.training_loop import (
    CHECKPOINT_EVERY_S,
    LogRow,
    Progress,
    Schedule,
    take_step,
    train,
)
from analysis.errors import InputError
from analysis.video.quality import psnr_db

CLIP_FRAMES: Final = 8
"""Of a clip that is trained on, and judged: a window of the largest temporal factor."""

_PEAK: Final = 2.0  # images go from -1 to 1
_PROBED: Final = 8  # clips, for the sensitivity of the channels


@dataclass(frozen=True)
class DualDecoderOptions(Schedule):
    """How to train, besides the schedule."""

    learning_rate: float = 2e-3
    evaluate_every: int = 400
    clips: int = 16
    """A step."""
    crop_size: int = 128
    """Pixels a side of what is decoded of a frame, for the loss of its pixels."""
    release_after: int | None = None
    """Steps after which the spatial decoder learns too; never if None. The spatial encoder never
    does: latents of single frames that are stored already can so be folded."""
    released_rate: float = 0.3
    """Its learning rate relative to the others'."""
    frame_weight: float = 1.0
    """Of the single-frame decoder's loss relative to the full decoder's."""


@dataclass(frozen=True)
class Clips:
    """Clips and the latents of their frames by the spatial model.

    Args:
        frames: uint8 (N, CLIP_FRAMES, H, W, 3).
        latents: float16 (N, CLIP_FRAMES, c, h, w).
    """

    frames: NDArray[np.uint8]
    latents: NDArray[np.float16]


def clips_of(
    autoencoder: Autoencoder,
    frames: NDArray[np.uint8],
    path: Path,
    progress: Progress = lambda what, done, total: None,
) -> Clips:
    """Frames (N·CLIP_FRAMES, H, W, 3) as clips with their latents, which are kept at `path`.

    Args:
        autoencoder: the spatial model.
        frames: clips, one after the other.
        path: a file of latents; made where it is not there, of other frames or by another model.
        progress: hears of the encoding.
    """
    latents = kept_latents(autoencoder, frames, path, progress)
    clips = -1, CLIP_FRAMES
    return Clips(
        frames.reshape(*clips, *frames.shape[1:]), latents.reshape(*clips, *latents.shape[1:])
    )


@dataclass(frozen=True)
class TrainedDualDecoder:
    """What training gives."""

    model: DualDecoder
    log: tuple[LogRow, ...]
    seconds: float


def train_dual_decoder(
    model: DualDecoder,
    spatial: Autoencoder,
    training: Clips,
    held_out: Clips,
    folder: Path,
    options: DualDecoderOptions,
    progress: Progress = lambda what, done, total: None,
    checkpoint_every_s: float = CHECKPOINT_EVERY_S,
) -> TrainedDualDecoder:
    """Train on clips, keeping a checkpoint in `folder` and going on from one that is there.

    Two losses are added up for each decoder, both in the squared error of pixels: that of its
    latents over whole frames, each channel weighted by what an error in it does to the picture
    (`channel_sensitivity`), and that of the pixels of a crop. Once the spatial decoder learns too,
    the pixels' alone.

    Args:
        model: a new one, its `spatial_model` with the weights of `spatial`.
        spatial: the autoencoder of single frames.
        training: clips to train on.
        held_out: clips of other episodes; watched, never trained on.
        folder: where the checkpoint is.
        options: how to train.
        progress: hears of the steps.
        checkpoint_every_s: seconds between checkpoints.

    Raises:
        InputError: the checkpoint cannot be read, or is of another training; windows or crops are
            larger than clips and frames are.
    """
    height, width = training.frames.shape[2:4]
    if model.latent.temporal > CLIP_FRAMES or options.crop_size > min(height, width):
        raise InputError(
            f"Windows of {model.latent.temporal} frames and crops of {options.crop_size} pixels do "
            f"not fit clips of {CLIP_FRAMES} frames of {width}x{height}; take smaller ones."
        )
    torch.set_num_threads(options.threads)
    probed = training.latents[:: max(1, len(training.latents) // _PROBED)][:_PROBED, 0]
    weights = channel_sensitivity(spatial, [np.array(probed)]) * _PEAK**2
    task = _Task(model, training, held_out, options, torch.from_numpy(weights).float())
    done = train(task, folder, options, progress, checkpoint_every_s)
    return TrainedDualDecoder(model, tuple(done.log), done.seconds)


def held_out_psnr_db(model: DualDecoder, held_out: Clips) -> dict[str, float]:
    """PSNR of the squared error of the first window of every clip together: `clip` of the full
    decoder, `frame` of the single-frame decoder on its frame.
    """
    temporal = model.latent.temporal
    errors: dict[str, list[float]] = {"clip": [], "frame": []}
    with torch.inference_mode():
        for frames, latents in zip(held_out.frames, held_out.latents, strict=True):
            window, shown = frames[:temporal], model.representative_frame
            stored = model.fold(torch.from_numpy(latents[None, :temporal]).float())
            for name, images, wanted in (
                ("clip", model.decode_clip(stored), window),
                ("frame", model.decode_frame(stored), window[shown : shown + 1]),
            ):
                decoded = as_frames(images, wanted.shape[1:3])
                errors[name].append(float(np.square(decoded - wanted.astype(float)).mean()))
    return {name: psnr_db(sum(each) / len(each)) for name, each in errors.items()}


class _Task:
    def __init__(
        self,
        model: DualDecoder,
        training: Clips,
        held_out: Clips,
        options: DualDecoderOptions,
        weights: Tensor,
    ) -> None:
        self.model = model
        self._training, self._held_out, self._options = training, held_out, options
        self._weights = weights.reshape(-1, 1, 1)
        self._spatial_sha256 = weights_sha256(model.spatial_model.state_dict())
        self._released = [
            weight for name, weight in model.spatial_model.named_parameters() if "decoder" in name
        ]
        model.spatial_model.requires_grad_(False)
        temporal = [weight for weight in model.parameters() if weight.requires_grad]
        groups: list[dict[str, Any]] = [
            {"params": temporal},
            {"params": self._released, "part_of_rate": options.released_rate},
        ]
        self.optimizer = torch.optim.AdamW(
            groups,
            lr=options.learning_rate,
            betas=options.betas,
            weight_decay=options.weight_decay,
        )

    @property
    def identity(self) -> Mapping[str, object]:
        """The configuration, and which spatial model it began with."""
        return {
            "config": repr(sorted(made_with(self.model).items())),
            "spatial": self._spatial_sha256,
        }

    def step(self, number: int) -> float:
        """Both decoders on some windows: all of their latents, and a crop of their pixels."""
        options, model = self._options, self.model
        released = options.release_after is not None and number >= options.release_after
        for weight in self._released:
            weight.requires_grad_(released)
        windows, drawn = self._windows(number)
        with torch.autocast("cpu", torch.bfloat16):
            stored = model.fold(windows)
            unfolded, shown = model.unfold(stored), model.shown(stored)
            decoded = model.decode_images(torch.cat([drawn.of_windows(unfolded), drawn.of(shown)]))
        errors = (decoded.float() - drawn.pixels).square().mean((1, 2, 3))
        clip, frame = errors.split(options.clips)
        loss = clip.mean() + options.frame_weight * frame.mean()
        if not released:
            target = windows[:, model.representative_frame]
            loss = loss + self._in_pixels(unfolded.float() - windows)
            loss = loss + options.frame_weight * self._in_pixels(shown.float() - target)
        return take_step(self, loss, options.gradient_norm)

    def evaluate(self) -> Mapping[str, float]:
        """PSNR of both decoders."""
        return held_out_psnr_db(self.model, self._held_out)

    def _in_pixels(self, error: Tensor) -> Tensor:
        """The squared error of pixels that an error (..., c, h, w) of latents stands for."""
        return (error.square() * self._weights).mean((-1, -2)).sum(-1).mean()

    def _windows(self, number: int) -> tuple[Tensor, _Drawn]:
        """Latents (clips, t, c, h, w) of some windows, and what of their pixels is decoded."""
        options, model = self._options, self.model
        generator = np.random.default_rng((options.seed, number))
        temporal, spatial = model.latent.temporal, model.latent.spatial
        cells = options.crop_size // spatial
        rows, columns = self._training.latents.shape[-2:]
        latents, offsets, chosen, pixels, shown = [], [], [], [], []
        for _ in range(options.clips):
            clip = generator.integers(len(self._training.latents))
            start = generator.integers(CLIP_FRAMES - temporal + 1)
            frame = generator.integers(temporal)
            row = crop_start(generator, rows, cells)
            column = crop_start(generator, columns, cells)
            area = (
                slice(spatial * row, spatial * (row + cells)),
                slice(spatial * column, spatial * (column + cells)),
            )
            latents.append(self._training.latents[clip, start : start + temporal])
            offsets.append((row, column))
            chosen.append(int(frame))
            frames = self._training.frames[clip]
            pixels.append(frames[start + frame][area])
            shown.append(frames[start + model.representative_frame][area])
        images = as_images(np.stack([*pixels, *shown]))
        drawn = _Drawn(tuple(offsets), cells, tuple(chosen), images)
        return torch.from_numpy(np.stack(latents)).float(), drawn


@dataclass(frozen=True)
class _Drawn:
    """Crops of a batch of windows: where they are, of which frame, and their pixels."""

    offsets: tuple[tuple[int, int], ...]
    cells: int
    chosen: tuple[int, ...]
    """The frame of each window that the full decoder is judged by."""
    pixels: Tensor
    """(2N, 3, crop_size, crop_size) in [-1, 1]: the chosen frames, then the representatives."""

    def of_windows(self, latents: Tensor) -> Tensor:
        """The chosen frame's crop of (N, t, c, h, w)."""
        frames = torch.arange(len(self.chosen)), torch.tensor(self.chosen)
        return self.of(latents[frames])

    def of(self, latents: Tensor) -> Tensor:
        """The crop of (N, c, h, w)."""
        size = self.cells
        return torch.stack(
            [
                each[:, row : row + size, column : column + size]
                for each, (row, column) in zip(latents, self.offsets, strict=True)
            ]
        )

"""Trains the project's own autoencoder on frames of recorded games.

Training goes on from its checkpoint, whatever ended it: every step draws its crops from a generator
seeded with the step, so that an interrupted training meets the same losses as an undisturbed one.
"""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.autoencoders.doom import SPATIAL, DoomAutoencoder
from analysis.autoencoders.linear import LinearBlocks, fit_linear, linear_model
from analysis.catalog.screen import status_bar_row
from analysis.errors import InputError
from analysis.files import appearing_whole

CHECKPOINT: Final = "checkpoint.pt"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class TrainingOptions:
    """How to train. The rate rises over `warmup` steps, stays, and falls to 0 over the last part:
    a training that was stopped can so be given more steps, or fewer.
    """

    steps: int = 3600
    crops: int = 16
    crop_size: int = 128
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.95)
    gradient_norm: float = 0.01
    """Longer gradients are cut to this length: a few times that of an ordinary one. Without, and
    with a slower second moment, training at this rate was thrown back to the beginning."""
    warmup: int = 100
    decay: float = 0.4
    """Part of the steps over which the rate falls."""
    seed: int = 1
    threads: int = 2
    """Threads of torch; sums differ with their number in the last bits."""
    evaluate_every: int = 250

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        falling = max(1.0, self.decay * self.steps)
        return self.learning_rate * min(
            1.0, (step + 1) / self.warmup, max(0.0, self.steps - step) / falling
        )


@dataclass(frozen=True)
class LogRow:
    """Where training stood: the mean squared error of the crops since the row before, and the PSNR
    of the frames it never sees.
    """

    step: int
    seconds: float
    loss: float
    held_out_psnr_db: float


@dataclass(frozen=True)
class ReconstructionPsnr:
    """In dB: of whole frames, of Doom's status bar, and of all but that."""

    whole: float
    hud: float
    rest: float


@dataclass(frozen=True)
class Trained:
    """What training gives."""

    model: DoomAutoencoder
    linear: DoomAutoencoder
    log: tuple[LogRow, ...]
    seconds: float


@dataclass
class _State:
    """What a checkpoint holds."""

    model: DoomAutoencoder
    optimizer: torch.optim.Optimizer
    step: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    log: list[LogRow] = field(default_factory=list)


def train_autoencoder(
    frames: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    folder: Path,
    options: TrainingOptions,
    progress: Progress = lambda what, done, total: None,
    checkpoint_every_s: float = 60.0,
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
    state = _start(build(), linear, options)
    _resume(state, folder, options)
    began, saved = time.monotonic() - state.seconds, time.monotonic()
    state.model.train()
    while state.step < options.steps:
        for group in state.optimizer.param_groups:
            group["lr"] = options.rate(state.step)
        state.losses.append(
            _step(state, _crops(frames, options, state.step), options.gradient_norm)
        )
        state.step += 1
        state.seconds = time.monotonic() - began
        if state.step % options.evaluate_every == 0 or state.step == options.steps:
            psnr = reconstruction_psnr(state.model, held_out).whole
            loss = sum(state.losses) / len(state.losses)
            state.log.append(LogRow(state.step, state.seconds, loss, psnr))
            state.losses.clear()
        if time.monotonic() - saved > checkpoint_every_s or state.step == options.steps:
            _save(state, folder, options)
            saved = time.monotonic()
        latest = f", {state.log[-1].held_out_psnr_db:.2f} dB" if state.log else ""
        progress(f"training{latest}", state.step, options.steps)
    state.model.eval()
    return Trained(state.model, linear_model(linear), tuple(state.log), state.seconds)


def reconstruction_psnr(model: DoomAutoencoder, frames: NDArray[np.uint8]) -> ReconstructionPsnr:
    """PSNR of 8-bit reconstructions, of the squared error of all frames together.

    Args:
        model: any; it is left in the mode that it was in.
        frames: uint8 (N, H, W, 3), H and W multiples of 32.
    """
    bar = status_bar_row(frames.shape[1])
    errors = np.zeros(frames.shape[1])
    with torch.inference_mode():
        for frame in frames:
            image = _to_images(frame[np.newaxis])
            decoded = (model(image).sample.clamp(-1, 1) + 1).mul(127.5).round()
            errors += (decoded - (image + 1) * 127.5).square().mean((0, 1, 3)).numpy()
    errors /= len(frames)

    def psnr(rows: NDArray[np.float64]) -> float:
        return 10 * math.log10(255**2 / max(float(rows.mean()), 1e-9))

    return ReconstructionPsnr(psnr(errors), psnr(errors[bar:]), psnr(errors[:bar]))


def _to_images(frames: NDArray[np.uint8]) -> Tensor:
    """uint8 (N, H, W, 3) to float32 (N, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous().float().div(127.5).sub(1)


def _crops(frames: NDArray[np.uint8], options: TrainingOptions, step: int) -> Tensor:
    """The crops of a step: on the grid of blocks, the edges of the frame as often as its middle."""
    generator = np.random.default_rng((options.seed, step))
    size = options.crop_size
    height, width = frames.shape[1:3]
    margin = size // SPATIAL - 1

    def offset(length: int) -> int:
        # Offsets beyond the edge are drawn back to it: otherwise the bottom rows, where the status
        # bar is, would be in fewer crops than any others.
        drawn = int(generator.integers(-margin, length // SPATIAL)) * SPATIAL
        return min(max(drawn, 0), length - size)

    crops = []
    for _ in range(options.crops):
        frame = frames[generator.integers(len(frames))]
        top, left = offset(height), offset(width)
        crops.append(frame[top : top + size, left : left + size])
    return _to_images(np.stack(crops))


def _step(state: _State, images: Tensor, gradient_norm: float) -> float:
    with torch.autocast("cpu", torch.bfloat16):
        decoded = state.model(images).sample
    loss = (decoded.float() - images).square().mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(state.model.parameters(), gradient_norm)
    state.optimizer.step()
    state.optimizer.zero_grad()
    return float(loss.detach())


def _start(model: DoomAutoencoder, linear: LinearBlocks, options: TrainingOptions) -> _State:
    model.set_linear(linear.mean, linear.encoder, linear.decoder)
    # The linear paths stay as they are: the steps of Adam, made for the residual paths, are as
    # large as their weights.
    model.linear_encoder.requires_grad_(False)
    model.linear_decoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(
        [weight for weight in model.parameters() if weight.requires_grad],
        lr=options.learning_rate,
        betas=options.betas,
        weight_decay=options.weight_decay,
    )
    return _State(model, optimizer)


def _linear(folder: Path, frames: NDArray[np.uint8]) -> LinearBlocks:
    """The linear autoencoder, kept in the folder: fitting it takes minutes."""
    kept = folder / "linear.pt"
    if kept.exists():
        return LinearBlocks(**_load(kept))
    linear = fit_linear(frames, DoomAutoencoder().config["latent_channels"])
    with appearing_whole(kept) as file:
        torch.save(
            {"mean": linear.mean, "encoder": linear.encoder, "decoder": linear.decoder}, file
        )
    return linear


def _load(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = torch.load(path, weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError):
        raise InputError(f"{path}: is no checkpoint; remove it to begin anew.") from None
    return content


def _of_the_training(options: TrainingOptions) -> dict[str, Any]:
    """What has to be the same for a training to go on: all but how long and on how many threads."""
    return asdict(replace(options, steps=0, evaluate_every=0, decay=0, threads=0))


def _save(state: _State, folder: Path, options: TrainingOptions) -> None:
    with appearing_whole(folder / CHECKPOINT) as file:
        torch.save(
            {
                "options": _of_the_training(options),
                "model": state.model.state_dict(),
                "optimizer": state.optimizer.state_dict(),
                "step": state.step,
                "seconds": state.seconds,
                "losses": state.losses,
                "log": [asdict(row) for row in state.log],
            },
            file,
        )


def _resume(state: _State, folder: Path, options: TrainingOptions) -> None:
    path = folder / CHECKPOINT
    if not path.exists():
        return
    content = _load(path)
    try:
        if content["options"] != _of_the_training(options):
            raise InputError(
                f"{path}: is of a training with other options; give another folder, or remove it."
            )
        state.model.load_state_dict(content["model"])
        state.optimizer.load_state_dict(content["optimizer"])
        state.step, state.seconds = content["step"], content["seconds"]
        state.losses[:] = content["losses"]
        state.log[:] = [LogRow(**row) for row in content["log"]]
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{path}: does not fit this program ({str(error).splitlines()[0]}); "
            "remove it to begin anew."
        ) from None

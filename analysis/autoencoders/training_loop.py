"""The loop that every training here runs in: steps, a falling rate, a log and a checkpoint.

Training goes on from its checkpoint, whatever ended it: a step is to draw all that it draws at
random from a generator seeded with its number, so that an interrupted training meets the same
losses as an undisturbed one.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol

import torch

from analysis.errors import InputError
from analysis.io.files import appearing_whole

CHECKPOINT: Final = "checkpoint.pt"

CHECKPOINT_EVERY_S: Final = 60.0
"""Seconds between checkpoints, when not said otherwise."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Schedule:
    """How long and how fast. The rate rises over `warmup` steps, stays, and falls to 0 over the
    last part: a training that was stopped can so be given more steps, or fewer.
    """

    steps: int = 3600
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
    """Where training stood: the mean loss of the steps since the row before, and the PSNR of what
    it never trains on, by what was judged.
    """

    step: int
    seconds: float
    loss: float
    held_out_psnr_db: Mapping[str, float]


class Task(Protocol):
    """What is trained."""

    @property
    def model(self) -> torch.nn.Module:
        """All that is saved."""

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """Of the weights that learn."""

    @property
    def identity(self) -> Mapping[str, object]:
        """What tells it from another one whose weights have the same shapes; of plain values."""

    def step(self, number: int) -> float:
        """Take a step, counted from 0, and say its loss."""

    def evaluate(self) -> Mapping[str, float]:
        """PSNR in dB of what is held out."""


@dataclass
class Progressed:
    """How far a training is."""

    step: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    """Since the last row of the log."""
    log: list[LogRow] = field(default_factory=list)


def train(
    task: Task,
    folder: Path,
    schedule: Schedule,
    progress: Progress,
    checkpoint_every_s: float = CHECKPOINT_EVERY_S,
) -> Progressed:
    """Take the steps of a schedule, going on from the checkpoint in `folder` where there is one.

    Raises:
        InputError: the checkpoint cannot be read, or is of another training.
    """
    done = _resume(task, folder, schedule)
    began, saved = time.monotonic() - done.seconds, time.monotonic()
    task.model.train()
    while done.step < schedule.steps:
        for group in task.optimizer.param_groups:
            group["lr"] = schedule.rate(done.step) * group.get("part_of_rate", 1)
        done.losses.append(task.step(done.step))
        done.step += 1
        done.seconds = time.monotonic() - began
        last = done.step == schedule.steps
        if last or done.step % schedule.evaluate_every == 0:
            loss = sum(done.losses) / len(done.losses)
            done.log.append(LogRow(done.step, done.seconds, loss, dict(task.evaluate())))
            done.losses.clear()
        if last or time.monotonic() - saved > checkpoint_every_s:
            _save(task, done, folder, schedule)
            saved = time.monotonic()
        progress(f"training{_latest(done.log)}", done.step, schedule.steps)
    task.model.eval()
    return done


def optimizer_of(model: torch.nn.Module, schedule: Schedule) -> torch.optim.Optimizer:
    """AdamW of the weights that learn."""
    return torch.optim.AdamW(
        [weight for weight in model.parameters() if weight.requires_grad],
        lr=schedule.learning_rate,
        betas=schedule.betas,
        weight_decay=schedule.weight_decay,
    )


def take_step(task: Task, loss: torch.Tensor, gradient_norm: float) -> float:
    """Follow the gradient of a loss, cut to a length; returns the loss."""
    loss.backward()
    torch.nn.utils.clip_grad_norm_(task.model.parameters(), gradient_norm)
    task.optimizer.step()
    task.optimizer.zero_grad()
    return float(loss.detach())


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What `torch.save` wrote.

    Raises:
        InputError: it is no such file.
    """
    try:
        content: dict[str, Any] = torch.load(path, weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError):
        raise InputError(f"{path}: is no checkpoint; remove it to begin anew.") from None
    return content


def _latest(log: list[LogRow]) -> str:
    return "".join(
        f", {name} {db:.2f} dB" for row in log[-1:] for name, db in row.held_out_psnr_db.items()
    )


def _of_the_training(schedule: Schedule) -> dict[str, Any]:
    """What has to be the same for a training to go on: all but how long and on how many threads."""
    return asdict(replace(schedule, steps=0, evaluate_every=0, decay=0, threads=0))


def _save(task: Task, done: Progressed, folder: Path, schedule: Schedule) -> None:
    with appearing_whole(folder / CHECKPOINT) as file:
        torch.save(
            {
                "options": _of_the_training(schedule),
                "task": dict(task.identity),
                "model": task.model.state_dict(),
                "optimizer": task.optimizer.state_dict(),
                "step": done.step,
                "seconds": done.seconds,
                "losses": done.losses,
                "log": [asdict(row) for row in done.log],
            },
            file,
        )


def _resume(task: Task, folder: Path, schedule: Schedule) -> Progressed:
    path = folder / CHECKPOINT
    if not path.exists():
        return Progressed()
    content = read_checkpoint(path)
    try:
        if content["options"] != _of_the_training(schedule):
            raise InputError(
                f"{path}: is of a training with other options; give another folder, or remove it."
            )
        if content["task"] != dict(task.identity):
            raise InputError(
                f"{path}: is of a training of another model; give another folder, or remove it."
            )
        task.model.load_state_dict(content["model"])
        task.optimizer.load_state_dict(content["optimizer"])
        log = [LogRow(**row) for row in content["log"]]
        return Progressed(content["step"], content["seconds"], content["losses"], log)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{path}: does not fit this program ({str(error).splitlines()[0]}); "
            "remove it to begin anew."
        ) from None

"""A training, as the ledger has it: its schedule, its log, what it came to, and its weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch

from analysis.autoencoders.training_loop import LogRow, Schedule
from analysis.autoencoders.watched import ReconstructionPsnr
from analysis.kinds.trained import PartsPsnr, ScheduleParameters, TrainingStep

_VARIANT: Final = "fp16"


def schedule_parameters(schedule: Schedule, every: int) -> ScheduleParameters:
    """What the ledger says of a schedule."""
    return ScheduleParameters(
        steps=schedule.steps,
        learning_rate=schedule.learning_rate,
        weight_decay=schedule.weight_decay,
        gradient_norm=schedule.gradient_norm,
        warmup_steps=schedule.warmup,
        decay=schedule.decay,
        seed=schedule.seed,
        threads=schedule.threads,
        frame_interval=every,
    )


def training_steps(log: Sequence[LogRow]) -> tuple[TrainingStep, ...]:
    """The log of a training that is judged by frames."""
    return tuple(
        TrainingStep(
            step=row.step,
            seconds=row.seconds,
            loss=row.loss,
            held_out_psnr_db=row.held_out_psnr_db["frames"],
        )
        for row in log
    )


def parts_psnr(psnr: ReconstructionPsnr) -> PartsPsnr:
    """What the ledger says of a reconstruction."""
    return PartsPsnr(whole_db=psnr.whole, hud_db=psnr.hud, rest_db=psnr.rest)


def parameter_count(model: torch.nn.Module) -> int:
    """Weights of a model."""
    return sum(weight.numel() for weight in model.parameters())


def save_weights(model: Any, folder: Path) -> Path:
    """Write a model of diffusers as `load` reads it, in float16; it then has these weights."""
    torch.nn.Module.half(model).save_pretrained(folder, variant=_VARIANT)
    torch.nn.Module.float(model)
    return folder

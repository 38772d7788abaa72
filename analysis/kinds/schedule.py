"""The schedule of a training, as the ledger has it."""

from __future__ import annotations

from analysis.autoencoders.training_loop import Schedule
from analysis.kinds.trained import ScheduleParameters


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

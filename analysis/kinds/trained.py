"""What trainings of autoencoders have in common: their schedule, and the weights they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from analysis.ledger import provenance
from analysis.ledger.records import Record


class ScheduleParameters(Record):
    """How long and how fast."""

    steps: int
    learning_rate: float
    weight_decay: float
    gradient_norm: float = Field(description="longer gradients are cut to this length")
    warmup_steps: int
    decay: float = Field(description="part of the steps over which the rate falls to 0")
    seed: int
    threads: int
    frame_interval: int = Field(
        description="N: every N-th frame of a view is trained on, or one clip of every N frames"
    )


class WeightFile(Record):
    """A file that training wrote."""

    name: str
    bytes: int
    sha256: str


class TrainingStep(Record):
    """Where training stood after a number of steps."""

    identified_by = ("step",)

    step: int
    seconds: float = Field(description="of training, interruptions not counted")
    loss: float = Field(description="mean since the row before")
    held_out_psnr_db: float = Field(description="squared error of all watched frames together")


class PartsPsnr(Record):
    """PSNR of the squared error of all watched frames together, 8 bits per colour."""

    whole_db: float
    hud_db: float = Field(description="Doom's status bar")
    rest_db: float = Field(description="all but the status bar")


class TrainedOnFrames(Record):
    """What came of a training on frames that is judged by frames."""

    parameters: int = Field(description="of what was trained")
    training_frames: int
    training_episodes: int
    held_out_frames: int = Field(description="watched, never trained on")
    held_out_episodes: int
    seconds: float = Field(description="of training, interruptions not counted")
    log: tuple[TrainingStep, ...]
    trained: PartsPsnr = Field(description="with the weights as stored")
    files: tuple[WeightFile, ...]


@dataclass(frozen=True)
class TrainingRun:
    """What a training left: a folder of weights for each autoencoder, and its measurement."""

    weights: tuple[Path, ...]
    measurement: Path


def weight_files(folders: Sequence[Path]) -> tuple[WeightFile, ...]:
    """The weights in these folders."""
    return tuple(
        WeightFile(
            name=f"{folder.name}/{path.name}",
            bytes=path.stat().st_size,
            sha256=provenance.sha256(path),
        )
        for folder in folders
        for path in sorted(folder.glob("*.safetensors"))
    )

"""Kind `training`: how the project's own autoencoder came to be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.kinds.trained import ScheduleParameters, WeightFile
from analysis.ledger.records import Measurement, Record


class TrainingParameters(ScheduleParameters):
    """What was asked for."""

    name: str = Field(description="what the trained autoencoder is called")
    crops: int = Field(description="crops per training step")
    crop_size: int = Field(description="width and height in pixels")


class TrainingStep(Record):
    """Where training stood after a number of steps."""

    identified_by = ("step",)

    step: int
    seconds: float = Field(description="of training, interruptions not counted")
    loss: float = Field(description="mean squared error of crops in [-1, 1] since the row before")
    held_out_psnr_db: float = Field(description="squared error of all watched frames together")


class PartsPsnr(Record):
    """PSNR of the squared error of all watched frames together, 8 bits per colour."""

    whole_db: float
    hud_db: float = Field(description="Doom's status bar")
    rest_db: float = Field(description="all but the status bar")


class TrainingResults(Record):
    """What came of it."""

    parameters: int = Field(description="of the autoencoder, encoder and decoder together")
    training_frames: int
    training_episodes: int
    held_out_frames: int = Field(description="watched, never trained on")
    held_out_episodes: int
    seconds: float = Field(description="of training, interruptions not counted")
    log: tuple[TrainingStep, ...]
    linear: PartsPsnr = Field(description="the best linear autoencoder of the same latent size")
    trained: PartsPsnr = Field(description="with the weights as stored")
    files: tuple[WeightFile, ...]

    @property
    def gain_db(self) -> float:
        """What training adds to the linear autoencoder's PSNR, over whole frames."""
        return self.trained.whole_db - self.linear.whole_db


class Training(Measurement):
    """A `training` file."""

    schema_: Literal["training/1.0"] = Field(alias="schema")
    parameters: TrainingParameters
    results: TrainingResults

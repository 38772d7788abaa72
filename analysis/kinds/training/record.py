"""Kind `training`: how the project's own autoencoder came to be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.kinds.trained import PartsPsnr, ScheduleParameters, TrainedOnFrames
from analysis.ledger.records import Measurement


class TrainingParameters(ScheduleParameters):
    """What was asked for."""

    name: str = Field(description="what the trained autoencoder is called")
    crops: int = Field(description="crops per training step")
    crop_size: int = Field(description="width and height in pixels")


class TrainingResults(TrainedOnFrames):
    """What came of it."""

    linear: PartsPsnr = Field(description="the best linear autoencoder of the same latent size")

    @property
    def gain_db(self) -> float:
        """What training adds to the linear autoencoder's PSNR, over whole frames."""
        return self.trained.whole_db - self.linear.whole_db


class Training(Measurement):
    """A `training` file."""

    schema_: Literal["training/1.0"] = Field(alias="schema")
    parameters: TrainingParameters
    results: TrainingResults

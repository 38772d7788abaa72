"""Kind `decoder-training`: how the project's decoder of somebody else's latents came to be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.kinds.trained import PartsPsnr, ScheduleParameters, TrainedOnFrames
from analysis.ledger.records import Measurement


class DecoderTrainingParameters(ScheduleParameters):
    """What was asked for."""

    name: str = Field(description="what the trained decoder is called")
    encoder: str = Field(description="the autoencoder whose latents are decoded")
    latent_space: str | None = Field(
        default=None, description="the entry of the catalogue that has the same latents"
    )
    frames: int = Field(description="whole frames per training step")
    device: str = Field(description="that it was trained on")


class DecoderTrainingResults(TrainedOnFrames):
    """What came of it."""

    linear: PartsPsnr = Field(description="the best linear decoder from 3x3 latents")

    @property
    def gain_db(self) -> float:
        """What training adds to the linear decoder's PSNR, over whole frames."""
        return self.trained.whole_db - self.linear.whole_db


class DecoderTraining(Measurement):
    """A `decoder-training` file."""

    schema_: Literal["decoder-training/1.0"] = Field(alias="schema")
    parameters: DecoderTrainingParameters
    results: DecoderTrainingResults

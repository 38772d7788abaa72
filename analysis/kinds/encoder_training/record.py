"""Kind `encoder-training`: how the project's encoder of somebody else's latents came to be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.kinds.trained import PartsPsnr, ScheduleParameters, TrainedOnFrames
from analysis.ledger.records import Measurement, Record


class EncoderTrainingParameters(ScheduleParameters):
    """What was asked for."""

    name: str = Field(description="what the trained encoder is called")
    teacher: str = Field(description="the encoder whose latents it is to make, and their decoder")
    latent_space: str | None = Field(
        default=None, description="the entry of the catalogue that has the same latents"
    )
    frames: int = Field(description="whole frames per training step")
    decoded_frames: int = Field(description="of these, so many are decoded too")
    decoded_weight: float = Field(
        description="of the squared error of decoded frames relative to that of latents over "
        "the variance of their channel"
    )
    device: str = Field(description="that it was trained on")


class Agreement(Record):
    """How near its latents of the watched frames are to the teacher's."""

    identified_by = ("channel",)

    channel: int | None = Field(default=None, description="absent: all together")
    teacher_mean: float
    teacher_deviation: float = Field(description="standard deviation")
    correlation: float | None = Field(default=None, description="absent where one is constant")
    error: float = Field(description="root mean square of the difference")

    @property
    def relative_error(self) -> float:
        """The error over the deviation of the teacher's latents."""
        return self.error / self.teacher_deviation


class EncoderTrainingResults(TrainedOnFrames):
    """What came of it; frames are those that the teacher's decoder makes of latents."""

    teacher: PartsPsnr = Field(description="of the teacher's own latents")
    latents: Agreement
    channels: tuple[Agreement, ...]

    @property
    def loss_db(self) -> float:
        """What the teacher's latents show more of whole frames."""
        return self.teacher.whole_db - self.trained.whole_db


class EncoderTraining(Measurement):
    """An `encoder-training` file."""

    schema_: Literal["encoder-training/1.0"] = Field(alias="schema")
    parameters: EncoderTrainingParameters
    results: EncoderTrainingResults

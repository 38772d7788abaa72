"""Kind `dual-decoder-training`: how one of the project's dual decoders came to be."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.kinds.trained import ScheduleParameters, WeightFile
from analysis.ledger.records import Measurement, Record


class DualDecoderTrainingParameters(ScheduleParameters):
    """What was asked for."""

    name: str = Field(description="what the trained dual decoder is called")
    spatial_model: str = Field(description="the autoencoder of single frames that it is built on")
    latents_of: str | None = Field(
        default=None,
        description="the encoder whose latents were trained on; absent: the spatial model's own",
    )
    temporal_factor: int
    stored_channels: int
    representative: str = Field(description="the frame of a window that is shown from one latent")
    clips: int = Field(description="clips per training step")
    crop_size: int = Field(description="width and height in pixels of what is decoded of a frame")
    release_after: int | None = Field(
        description="steps after which the spatial decoder learns too; absent where it never does"
    )
    released_rate: float = Field(
        description="its learning rate relative to that of the other parts"
    )
    frame_weight: float = Field(
        description="of the single-frame decoder's loss relative to that of the full decoder"
    )
    clip_frames: int = Field(description="of a clip that windows are taken from")


class DecodersPsnr(Record):
    """PSNR of the squared error of all watched windows together, 8 bits per colour."""

    clip_db: float = Field(description="of the full decoder, over whole windows")
    frame_db: float = Field(description="of the single-frame decoder, over representative frames")


class DualDecoderStep(Record):
    """Where training stood after a number of steps."""

    identified_by = ("step",)

    step: int
    seconds: float = Field(description="of training, interruptions not counted")
    loss: float = Field(description="of both decoders since the row before")
    held_out: DecodersPsnr


class DualDecoderTrainingResults(Record):
    """What came of it."""

    parameters: int = Field(description="of all parts, the spatial model's too")
    own_parameters: int = Field(description="in its files: what is not left to the spatial model")
    training_clips: int
    training_episodes: int
    held_out_clips: int = Field(description="watched, never trained on")
    held_out_episodes: int
    seconds: float = Field(description="of training, interruptions not counted")
    log: tuple[DualDecoderStep, ...]
    untrained: DecodersPsnr = Field(
        description="before the first step: the representative frame's latent, held for its window"
    )
    trained: DecodersPsnr = Field(description="with the weights as stored")
    files: tuple[WeightFile, ...]


class DualDecoderTraining(Measurement):
    """A `dual-decoder-training` file."""

    schema_: Literal["dual-decoder-training/1.1"] = Field(alias="schema")
    parameters: DualDecoderTrainingParameters
    results: DualDecoderTrainingResults

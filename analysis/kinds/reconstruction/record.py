"""Kind `reconstruction`: how near video and decoded latents come to the frames they stand for.

Where a set has games, they are rendered again and are the reference, so that the losses of the
video and of latents made of it both count; elsewhere the reference is the decoded video. `shown`
are frames at the 10th, 50th and 90th percentile of the PSNR of the first autoencoder's decode in
fp16.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement, Record

Reference = Literal["rendered frames", "recording"]
"""What quality is measured against: the frames that the video was made from, rendered again from
their games, or the video itself, where there are no games."""

Shows = Literal["source", "video", "decoded"]
"""The frame as rendered, as the video has it, and as latents of that came back."""


class ReconstructionParameters(Record):
    """What was compared, and how densely."""

    study: str = Field(description="the study file")
    sets: tuple[str, ...] = Field(description="names of the sets of recordings, as in the study")
    autoencoders: tuple[str, ...] = Field(description="as `encode_with` of the study names them")
    precision: str = Field(description="of the autoencoder's own arithmetic")
    device: str
    episodes_a_split: int = Field(description="at most, spread evenly over the split's")
    views_an_episode: int = Field(description="at most")
    frames_a_view: int = Field(description="at most, spread evenly over the view")


class Quality(Record):
    """Of whole frames or of a part of them, against the set's reference; intervals over episodes.

    The squared error of a frame is taken over red, green and blue together.
    """

    psnr_db: Estimate = Field(description="the mean over frames of each frame's PSNR")
    pooled_psnr_db: Estimate = Field(description="PSNR of the squared error of all frames together")
    ssim: Estimate = Field(description="as ffmpeg's ssim filter, mean over the planes R, G and B")
    ms_ssim: Estimate | None = Field(
        description="absent for parts less than 161 pixels high or wide"
    )


class Reproduction(Record):
    """One way of storing a split's frames: the video itself, or latents in one number format."""

    name: str
    kind: Literal["video", "latents"]
    autoencoder: str | None = Field(description="absent for the video")
    format: str | None = Field(description="number format of the stored latents")
    bytes_per_value: float | None = Field(description="of the latents, side information counted")
    bits_per_pixel: Estimate
    mb_per_min: Estimate = Field(description="per minute of one view, 1 MB = 10^6 bytes")
    whole: Quality
    hud: Quality | None = Field(description="Doom's status bar; absent where there is none")
    rest: Quality | None = Field(description="all but the status bar")


class Split(Record):
    """The measured episodes that an autoencoder may have been trained on, or those held out."""

    name: str = Field(description="training or held-out, or all where the recordings do not say")
    maps: tuple[str, ...]
    episodes: int
    views: int
    frames: int = Field(description="compared, of all views")
    reproductions: tuple[Reproduction, ...]


class ReconstructedSet(Record):
    """One set of recordings."""

    name: str
    recipe: str | None
    reference: Reference
    codecs: tuple[str, ...]
    width: int
    height: int
    fps: float
    splits: tuple[Split, ...]


class Picture(Record):
    """A picture of a shown frame: lossless WebP below `media/reconstruction/<run id>/`."""

    identified_by = ("shows",)

    shows: Shows
    file: str
    bytes: int
    sha256: str
    psnr_db: float | None = Field(description="against the reference; absent for the reference")
    hud_psnr_db: float | None


class ShownFrame(Record):
    """A frame chosen by rule: at a percentile of the decoded frames' PSNR, held-out ones first."""

    identified_by = ("set", "split", "percentile")

    percentile: int
    set: str
    split: str
    episode: str
    player: str
    frame: int = Field(description="counted from 0")
    autoencoder: str
    format: str
    width: int
    height: int
    hud_row: int | None = Field(description="the first row of the status bar")
    pictures: tuple[Picture, ...]


class ReconstructionResults(Record):
    """Every set of recordings of the study, and pictures of the first."""

    sets: tuple[ReconstructedSet, ...]
    shown: tuple[ShownFrame, ...]


class Reconstruction(Measurement):
    """A `reconstruction` file."""

    schema_: Literal["reconstruction/1.0"] = Field(alias="schema")
    parameters: ReconstructionParameters
    results: ReconstructionResults

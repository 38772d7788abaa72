"""Kind `rate-distortion`: codecs and autoencoders on the same frames, bits against quality.

The codecs' curves are those of a `video-bitrate` run; the same frames are rendered again for the
autoencoders. `equal_quality` gives what a codec takes at the quality of decoded latents,
`equal_bytes` what quality it has at their bytes. `shown` is one frame as each way of storing gives
it back.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement, Record

Metric = Literal["psnr_db", "psnr_y_db", "ssim", "vmaf"]

Reach = Literal["within", "below the curve", "above the curve"]
"""Where a quality lies: among the codec's measured ones for every game, or beyond them for one."""


class RateDistortionParameters(Record):
    """What was compared, and how."""

    study: str = Field(description="the study file")
    video_run: str = Field(description="the video-bitrate run that the codecs' points are of")
    resolution: str
    autoencoders: tuple[str, ...] = Field(description="as `encode_with` of the study names them")
    dual_decoders: tuple[str, ...] = Field(
        default=(), description="whose decodes of the shown frame there are; none in older runs"
    )
    precision: str = Field(description="of the autoencoder's own arithmetic")
    device: str
    quality_every: int = Field(description="N: every N-th frame of a clip is compared")
    fewest_points: int = Field(description="of a codec's curve")
    interpolation: str


class ClipPoint(Record):
    """One clip stored in one way. Quality is the mean over the compared frames."""

    identified_by = ("clip",)

    clip: str
    bits_per_pixel: float
    psnr_db: float
    psnr_y_db: float
    ssim: float
    vmaf: float | None


class RatePoint(Record):
    """One way of storing the clips; estimates are over clips, one of each game."""

    bits_per_pixel: Estimate
    psnr_db: Estimate
    psnr_y_db: Estimate
    ssim: Estimate
    vmaf: Estimate | None
    clips: tuple[ClipPoint, ...]


class CurvePoint(RatePoint):
    """A codec at one quality."""

    identified_by = ("quality",)

    quality: int


class Curve(Record):
    """A codec with its other settings fixed, from its best quality down."""

    name: str
    codec: str
    encoder: str
    preset: str | None
    quality_scale: str
    gop: int
    pixel_format: str
    points: tuple[CurvePoint, ...]


class LatentPoint(RatePoint):
    """An autoencoder's latents of the same frames, in one number format."""

    name: str
    autoencoder: str
    format: str
    bytes_per_value: float = Field(description="side information counted")


class EqualQuality(Record):
    """What a codec takes at the quality of decoded latents, game by game."""

    name: str
    autoencoder: str
    format: str
    curve: str
    metric: Metric
    reach: Reach
    bits_per_pixel: Estimate | None = Field(
        description="of the codec at that quality; absent where its curve does not reach it"
    )
    ratio: Estimate | None = Field(description="R: the latents' bytes over the codec's")
    beyond: float | None = Field(
        description="where it is not reached: the codec's bits per pixel at the end of its curve, "
        "an upper bound below the curve and a lower bound above it"
    )


class EqualBytes(Record):
    """What quality a codec has at the bytes of latents, game by game."""

    name: str
    autoencoder: str
    format: str
    curve: str
    metric: Metric
    quality: Estimate = Field(description="of the codec, at the latents' bits per pixel")
    lacking: Estimate = Field(description="the codec's quality less that of the decoded latents")


class BdRate(Record):
    """Bjøntegaard delta rate of a curve against another: mean change of bits at equal quality."""

    name: str
    reference: str
    curve: str
    metric: Metric
    percent: Estimate = Field(description="negative: the curve needs fewer bits")


class ShownWindow(Record):
    """How a dual decoder made a picture of a stored latent."""

    dual_decoder: str
    decoder: Literal["full", "single-frame"]
    temporal_factor: int = Field(description="t, frames of the window that the latent stands for")
    first_frame: int = Field(
        description="of the window, in the clip; the shown frame is its representative"
    )


class ShownPicture(Record):
    """A picture of the shown frame: lossless WebP in `media/rate-distortion/<run id>/`."""

    identified_by = ("shows",)

    shows: str = Field(
        description="source, a curve at a quality, an autoencoder, or a decoder of a dual decoder"
    )
    title: str
    file: str
    bytes: int
    sha256: str
    bits_per_pixel: float | None = Field(description="of the whole clip; absent for the source")
    psnr_db: float | None
    hud_psnr_db: float | None
    curve: str | None = Field(
        default=None, description="the curve of whose codec it is; absent in older runs"
    )
    quality: int | None = Field(default=None, description="of that codec")
    window: ShownWindow | None = Field(default=None, description="where a dual decoder made it")


class ShownFrame(Record):
    """The frame whose decode by the first autoencoder has the median PSNR; held-out games first.

    Frames too near to an end of the clip for a whole window of each dual decoder are left out.
    """

    clip: str
    split: str
    frame: int = Field(description="in the clip, counted from 0")
    width: int
    height: int
    hud_row: int
    pictures: tuple[ShownPicture, ...]


class RateDistortionResults(Record):
    """Curves, points, and what follows from both."""

    clips: tuple[str, ...]
    width: int
    height: int
    curves: tuple[Curve, ...]
    latents: tuple[LatentPoint, ...]
    equal_quality: tuple[EqualQuality, ...]
    equal_bytes: tuple[EqualBytes, ...] = Field(
        description="where the codec's curve reaches the latents' bytes for every game"
    )
    bd_rates: tuple[BdRate, ...]
    shown: ShownFrame


class RateDistortion(Measurement):
    """A `rate-distortion` file."""

    schema_: Literal["rate-distortion/1.1"] = Field(alias="schema")
    parameters: RateDistortionParameters
    results: RateDistortionResults

"""Kind `dual-decoder`: temporally compressed latents, decoded as clips and one frame at a time.

A dual decoder is a temporal compressor with a decoder of whole windows and one of single frames.
All ways to show a window of t frames are judged on the same clips of held-out games; clips are
weighted by how many of their view they stand for, so that figures are of whole videos.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.kinds.trained import WeightFile
from analysis.ledger.estimate import Estimate
from analysis.ledger.latency import Latency
from analysis.ledger.records import Measurement, Record

Decoding = Literal["per-frame", "full", "single-frame", "held", "held-first", "mean"]
"""What a window of t frames is shown as. per-frame: each frame from its own latent, t times the
bytes; full: t frames from the stored latent; single-frame: one, from the stored latent alone; held:
the per-frame decode of the representative frame's latent, the only one stored; held-first: of the
first frame's; mean: the per-frame decode of the mean of the t latents."""

Motion = Literal["static", "moving", "turning", "fighting"]
"""What the player does in a clip, by the recorded actions."""


class DualDecoderParameters(Record):
    """What was compared, and how densely."""

    study: str = Field(description="the study file")
    recordings: str = Field(description="the set, as in the study")
    dual_decoders: tuple[str, ...]
    precision: str = Field(description="of the arithmetic; latents are stored in float16")
    device: str
    threads: int = Field(description="of torch")
    clip_frames: int = Field(description="frames of a clip; its windows are all judged")
    episodes: int = Field(description="at most; held-out ones where the recordings say which")
    clips_a_motion: int = Field(description="of each view, at most, spread evenly")
    turning_degrees_a_frame: float = Field(description="a clip that turns faster is turning")
    static_degrees_a_frame: float = Field(
        description="a clip that turns slower and does not move is static"
    )
    timed: int = Field(description="runs of each decoder, side by side; the median is given")


class FrameScore(Record):
    """Quality of frames against the recording; intervals over episodes.

    Clips are weighted by how many of the view each stands for: the figures are of whole videos.
    """

    psnr_db: Estimate = Field(description="the mean over frames of each frame's PSNR")
    pooled_psnr_db: Estimate = Field(description="PSNR of the squared error of all frames together")
    ssim: Estimate = Field(description="as ffmpeg's ssim filter, mean over the planes R, G and B")


class MotionScore(Record):
    """Of the clips of one kind of motion."""

    identified_by = ("motion",)

    motion: Motion
    clips: int
    share: float = Field(description="of all clips of the views")
    score: FrameScore


class DecodingResult(Record):
    """One way to show the windows of a temporal factor."""

    identified_by = ("way",)

    way: Decoding
    every_frame: FrameScore = Field(
        description="against every frame of the window; one shown frame stands for all of them"
    )
    representative: FrameScore = Field(description="against the representative frame alone")
    positions: tuple[FrameScore, ...] = Field(description="against each frame of the window")
    motions: tuple[MotionScore, ...] = Field(description="as `every_frame`, by motion")
    representative_motions: tuple[MotionScore, ...] = Field(
        description="as `representative`, by motion"
    )


class Timing(Record):
    """From stored latents in memory to 8-bit frames, one window at a time."""

    per_frame: Latency = Field(description="one latent of the spatial model to its frame")
    window: Latency = Field(description="one stored latent to all frames of its window")
    first_of_window: Latency = Field(
        description="the stored latent unfolded, and the first frame of the window alone decoded"
    )
    single_frame: Latency = Field(description="one stored latent to the representative frame")


class StoredSize(Record):
    """What float16 latents of whole views take, headers not counted."""

    bits_per_pixel: Estimate
    mb_per_min: Estimate = Field(description="per minute of one view, 1 MB = 10^6 bytes")
    ratio: Estimate = Field(description="R: their bytes over those of the recorded video")


class DualDecoderResult(Record):
    """One dual decoder."""

    name: str
    spatial_model: str
    spatial_factor: int
    temporal_factor: int
    stored_channels: int
    representative: str
    representative_position: int = Field(description="in the window, counted from 0")
    shape: tuple[int, int, int] = Field(description="of a stored latent: channels, rows, columns")
    files: tuple[WeightFile, ...]
    stored: StoredSize
    ways: tuple[DecodingResult, ...]
    timing: Timing

    def way(self, name: Decoding) -> DecodingResult:
        """The result of a way.

        Raises:
            KeyError: it was not tried.
        """
        for result in self.ways:
            if result.way == name:
                return result
        raise KeyError(name)


class ShownClip(Record):
    """A clip chosen by rule, several ways side by side; files are in `media/dual-decoder/`."""

    identified_by = ("motion",)

    motion: Motion
    episode: str
    player: str
    first_frame: int
    frames: int
    fps: float
    dual_decoder: str
    panels: tuple[tuple[str, ...], ...] = Field(
        description="what each place of the picture shows, by rows: source or a way"
    )
    width: int
    height: int
    file: str
    bytes: int
    sha256: str
    poster: str = Field(description="its first picture, WebP")


class DualDecoderResults(Record):
    """Every dual decoder of the study on the same clips."""

    split: str = Field(description="held-out, or all where the recordings do not say")
    maps: tuple[str, ...]
    episodes: int
    views: int
    clips: int
    width: int
    height: int
    fps: float
    video_bits_per_pixel: Estimate
    per_frame: StoredSize = Field(description="of the spatial model's latents, t = 1")
    dual_decoders: tuple[DualDecoderResult, ...]
    shown: tuple[ShownClip, ...]


class DualDecoderRun(Measurement):
    """A `dual-decoder` file."""

    schema_: Literal["dual-decoder/1.0"] = Field(alias="schema")
    parameters: DualDecoderParameters
    results: DualDecoderResults

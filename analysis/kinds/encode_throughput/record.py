"""Kind `encode-throughput`: how fast recordings become latents, each stage alone and together.

A rate is the median of several passes with their range. The encoder is also held against the
fastest product of two square matrices of this machine, in the same precision.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.ledger.rate import Rate
from analysis.ledger.records import Measurement, Record


class EncodeThroughputParameters(Record):
    """What was timed, and how often."""

    study: str = Field(description="the study file")
    set: str = Field(description="name of the set of recordings, as in the study")
    autoencoders: tuple[str, ...] = Field(description="as `encode_with` of the study names them")
    device: str
    threads: int = Field(description="of torch on the CPU")
    frames: int = Field(description="of a pass: the first ones of a recorded view")
    repeats: int = Field(description="passes timed, after one that was not")


class Peak(Record):
    """The fastest product of two square matrices in one precision."""

    identified_by = ("precision",)

    precision: str
    gflop_per_s: float = Field(description="of the fastest repeat at the best size")
    size: int = Field(description="rows and columns of the best size")
    sizes: tuple[int, ...] = Field(description="those tried")


class EncoderRun(Record):
    """The encoder alone, fed from memory: moving frames to the device and scaling them included."""

    identified_by = ("precision", "batch_size", "compiled")

    precision: str
    batch_size: int
    compiled: bool
    encode: Rate
    gflop_per_s: float = Field(description="the median rate times the frame's GFLOP")
    share_of_peak: float = Field(description="of `peaks` in this precision")


class Skipped(Record):
    """A way of running the encoder that this machine does not allow."""

    identified_by = ("precision", "batch_size", "compiled")

    precision: str
    batch_size: int
    compiled: bool
    reason: str


class PipelineRun(Record):
    """Each stage alone on the same frames, and all of them at the same time, as `encode` works."""

    precision: str
    batch_size: int
    decode: Rate = Field(description="video to RGB frames")
    encode: Rate
    write: Rate = Field(description="latents to a staged shard that is on the disk")
    together: Rate
    share_of_slowest: float = Field(description="together / the slowest stage alone, by medians")


class TimedAutoencoder(Record):
    """One autoencoder."""

    name: str
    spatial: int
    temporal: int
    channels: int
    parameters: int = Field(description="of encoder and decoder")
    gflop_per_frame: float = Field(
        description="counted while a batch was encoded; a multiplication and an addition are two"
    )
    encoder: tuple[EncoderRun, ...]
    skipped: tuple[Skipped, ...]
    pipeline: PipelineRun


class EncodeThroughputResults(Record):
    """Every autoencoder, on frames of one size."""

    height: int
    width: int
    codec: str
    peaks: tuple[Peak, ...]
    autoencoders: tuple[TimedAutoencoder, ...]

    def peak(self, precision: str) -> Peak:
        """The peak in this precision."""
        return next(peak for peak in self.peaks if peak.precision == precision)


class EncodeThroughput(Measurement):
    """An `encode-throughput` file."""

    schema_: Literal["encode-throughput/1.0"] = Field(alias="schema")
    parameters: EncodeThroughputParameters
    results: EncodeThroughputResults

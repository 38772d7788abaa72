"""Kind `encode-throughput`: how fast recordings become latents, each stage alone and together.

A rate is the median of several passes with their range. The encoder is also held against the
fastest product of two square matrices of this machine, in the same precision. A run of
`benchmarks/gpu.py` has no recordings and so no pipelines: its frames are those of a clip of the
ledger. It has more ways of running an encoder, and how fast stored latents are decoded.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from analysis.ledger.latency import Latency
from analysis.ledger.rate import Rate
from analysis.ledger.records import Measurement, Record
from analysis.ledger.versions import Content, Upgrade

Layout = Literal["contiguous", "channels-last"]
"""Of images and convolutions in memory: one channel after the other, or a pixel's side by side."""

Copies = Literal["in-turn", "one-ahead", "two-streams", "two-streams-pinned"]
"""How batches come and go. in-turn: the latents of one are there before the next one is begun;
one-ahead: they are waited for once the next one is begun, as `encode` does; two-streams: so, on
two streams in turn, of which one copies while the other computes; two-streams-pinned: so, of frames
that lie in pinned memory already."""

Weights = Literal["trained", "random"]

DecoderName = Literal["per-frame", "window", "single-frame"]
"""per-frame: a latent of the spatial model to its frame; window: a stored latent to all frames of
its window; single-frame: a stored latent to the representative frame."""


class EncodeThroughputParameters(Record):
    """What was timed, and how often."""

    study: str | None = Field(default=None, description="the study file, where there is one")
    set: str | None = Field(
        default=None, description="name of the set of recordings, as in the study"
    )
    clip: str | None = Field(
        default=None,
        description="without recordings: the clip of the ledger whose frames, the first player's "
        "enlarged, were taken again and again",
    )
    autoencoders: tuple[str, ...] = Field(description="as they were named, in the study or to it")
    device: str
    threads: int = Field(description="of torch on the CPU")
    frames: int = Field(description="the first ones of a recorded view, or of the clip")
    repeats: int = Field(description="passes timed, after one that was not")
    seconds: float | None = Field(
        default=None, description="after which nothing more was begun, where there was a limit"
    )


class Peak(Record):
    """The fastest product of two square matrices in one precision."""

    identified_by = ("precision",)

    precision: str
    gflop_per_s: float = Field(description="of the fastest repeat at the best size")
    size: int = Field(description="rows and columns of the best size")
    sizes: tuple[int, ...] = Field(description="those tried")


class CopySpeed(Record):
    """A copy between the host's memory and the device's, alone."""

    identified_by = ("to", "pinned")

    to: Literal["device", "host"]
    pinned: bool = Field(description="whether the host's memory was pinned before")
    bytes: int = Field(description="of a batch: frames to the device, latents to the host")
    gb_per_s: float = Field(description="of the median of several")


class Way(Record):
    """A way of running the encoder."""

    identified_by = ("precision", "batch_size", "compiled", "layout", "copies")

    precision: str
    batch_size: int
    compiled: bool
    layout: Layout
    copies: Copies


class EncoderRun(Way):
    """The encoder alone, fed from memory: moving frames to the device and scaling them included."""

    encode: Rate
    frames: int | None = Field(
        default=None,
        description="of a pass: those of the parameters, several times where they take a moment; "
        "in older files once",
    )
    warm_up_s: float | None = Field(
        default=None, description="of the pass that does not count, which makes kernels"
    )
    device_bytes: int | None = Field(
        default=None, description="the most that were allocated on a GPU, weights included"
    )
    gflop_per_s: float = Field(description="the median rate times the frame's GFLOP")
    share_of_peak: float = Field(description="of `peaks` in this precision")


class Skipped(Way):
    """A way of running the encoder that this machine, or its time, does not allow."""

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
    weights: Weights
    spatial: int
    temporal: int
    channels: int
    parameters: int = Field(description="of encoder and decoder")
    gflop_per_frame: float = Field(
        description="counted while a batch was encoded; a multiplication and an addition are two"
    )
    encoder: tuple[EncoderRun, ...]
    skipped: tuple[Skipped, ...]
    pipeline: PipelineRun | None = Field(default=None, description="absent without recordings")


class DecoderRun(Record):
    """Stored latents in memory to 8-bit frames in memory, a batch at a time."""

    identified_by = ("decoder", "precision", "batch_size")

    decoder: DecoderName
    precision: str
    batch_size: int = Field(description="latents at a time")
    frames: int = Field(description="that come out of a batch")
    latency: Latency
    device_bytes: int | None = Field(
        default=None, description="the most that were allocated on a GPU, weights included"
    )


class SkippedDecoders(Record):
    """A batch whose decoders this machine, or its time, does not allow."""

    identified_by = ("precision", "batch_size")

    precision: str
    batch_size: int
    reason: str


class TimedDualDecoder(Record):
    """The decoders of one dual decoder."""

    name: str = Field(description="its own, or that of the spatial model that it was built on")
    weights: Weights
    temporal: int
    runs: tuple[DecoderRun, ...]
    skipped: tuple[SkippedDecoders, ...]


class TimedCodec(Record):
    """Compressed latents decoded on one core of the CPU."""

    name: str
    lossless: bool
    autoencoder: str = Field(description="whose latents they are, of the frames that are encoded")
    share: float = Field(description="compressed / raw float16, of these latents")
    frame_bytes: int = Field(description="of the raw latents of a frame")
    decode: Rate = Field(description="frames of latents per second")


class SkippedCodec(Record):
    """A codec that this machine, or its time, does not allow."""

    name: str
    reason: str


class EncodeThroughputResults(Record):
    """Every autoencoder, on frames of one size."""

    height: int
    width: int
    codec: str | None = Field(default=None, description="of the recordings")
    peaks: tuple[Peak, ...]
    autoencoders: tuple[TimedAutoencoder, ...]
    copies: tuple[CopySpeed, ...] = Field(default=(), description="on a GPU")
    dual_decoders: tuple[TimedDualDecoder, ...] = ()
    latent_codecs: tuple[TimedCodec, ...] = ()
    skipped_codecs: tuple[SkippedCodec, ...] = ()

    def peak(self, precision: str) -> Peak:
        """The peak in this precision."""
        return next(peak for peak in self.peaks if peak.precision == precision)


def from_1(content: Content) -> Content:
    """Version 1 timed trained weights alone, in one layout and in one way of copying, and took all
    frames once; every autoencoder had a pipeline."""
    usual = {"layout": "contiguous", "copies": "one-ahead"}
    autoencoders = [
        {
            **timed,
            "weights": "trained",
            "encoder": [{**run, **usual} for run in timed["encoder"]],
            "skipped": [{**way, **usual} for way in timed["skipped"]],
        }
        for timed in content["results"]["autoencoders"]
    ]
    return {**content, "results": {**content["results"], "autoencoders": autoencoders}}


class EncodeThroughput(Measurement):
    """An `encode-throughput` file."""

    upgrades: ClassVar[dict[int, Upgrade]] = {1: from_1}

    schema_: Literal["encode-throughput/2.0"] = Field(alias="schema")
    parameters: EncodeThroughputParameters
    results: EncodeThroughputResults

    @property
    def device_name(self) -> str:
        """What the machine calls the device: its first GPU, or its processor."""
        gpu = None if self.parameters.device == "cpu" else self.host.gpu
        return gpu or self.host.cpu

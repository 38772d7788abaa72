"""Kind `latent-codecs`: latents compressed by every codec, judged in values and in pixels.

One view of each game is compressed. A codec's `share` is of raw float16, everything counted. What
is said of decoded frames is absent where there is no decoder.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement, Record
from analysis.ledger.versions import Content, Upgrade


class LatentCodecsParameters(Record):
    """What was compressed, and how it was judged."""

    study: str = Field(description="the study file")
    latents: str = Field(description="the shards")
    recordings: str | None = Field(description="that decoded frames are held against")
    autoencoder: str | None = Field(description="whose decoder judges; absent without one")
    precision: str = Field(description="of its arithmetic")
    device: str
    threads: int = Field(description="of each codec")
    recommended: tuple[str, ...] = Field(
        description="codecs for keeping every bit and, with a decoder, for what it shows"
    )
    frames_a_view: int = Field(description="decoded, the first and the last one among them")
    clip_frames: int
    chunk_frames: int = Field(description="that are compressed together where nothing else is said")


class PixelQuality(Record):
    """Decoded frames against others; estimates over episodes, of the mean over frames."""

    psnr_db: Estimate
    ssim: Estimate


class FrameError(Record):
    """The mean squared error of a latent frame, the mean over views."""

    identified_by = ("frame",)

    frame: int
    mean_squared_error: float


class CodecResult(Record):
    """One codec on all views."""

    name: str
    lossless: bool
    in_note: bool = Field(description="whether the note tried this method")
    quantiser: str | None = Field(description="the first part of its name, where it quantises")
    chunk_frames: int | None = Field(description="absent where a whole array is one")
    share: Estimate = Field(description="its bytes over those of raw float16, all counted")
    mb_per_min: Estimate
    side_share: float = Field(description="side information over the bytes of raw float16")
    encode_mb_per_s: float = Field(description="MB of float16 per second, on one core")
    decode_mb_per_s: float = Field(description="MB of float16 per second, on one core")
    clip_bytes_over_share: float = Field(
        description="bytes that a clip needs over its proportional share, the mean over starts"
    )
    clip_ms: float = Field(description="to read and decode a clip from memory, the median")
    mean_squared_error: Estimate
    largest_error: float
    first_frame_error: float = Field(description="mean squared, of the first frame of views")
    last_frame_error: float
    drift: tuple[FrameError, ...] = Field(description="the error over the frames of a view")
    beside_exact: PixelQuality | None = Field(
        description="decoded frames against the decode of the exact latents"
    )
    beside_recording: PixelQuality | None = Field(
        description="decoded frames against the recording"
    )
    loss_db: Estimate | None = Field(
        description="PSNR of the exact latents' decode against the recording, less this codec's"
    )
    last_frame_loss_db: float | None = Field(description="the same of the last frame of each view")


class SymbolBounds(Record):
    """Entropies of a quantiser's symbols, as shares of raw float16.

    They are those of the observed frequencies; where symbols are many relative to the values, the
    conditional one comes out too low.
    """

    identified_by = ("quantiser",)

    quantiser: str
    levels: int = Field(description="that occur, over all channels and views")
    zero_order: float = Field(description="of each channel's symbols for themselves")
    given_previous: float = Field(description="given the same place's symbol a frame earlier")


class FieldEntropies(Record):
    """Zero-order entropies in bits of the fields of float16: what a coder of fields can reach."""

    sign: float
    exponent: float
    mantissa: float
    share: float = Field(description="their sum over 16 bits")


class LongEpisode(Record):
    """Views one after the other as one long episode, and clips read out of it."""

    identified_by = ("codec", "frames")

    codec: str
    frames: int
    bytes: int
    head_bytes: int
    clips: int
    mean_over_share: float = Field(description="bytes of a clip over its proportional share")
    largest_over_share: float
    clip_ms: float = Field(description="the median")
    share_ms: float = Field(description="the time to decode all of it, times the clip's share")


class SkippedCodec(Record):
    """A codec that was not measured."""

    name: str
    reason: str


class LatentCodecsResults(Record):
    """Every codec on the same views."""

    episodes: int
    views: int
    frames: int
    shape: tuple[int, int, int] = Field(description="of a latent frame: channels, rows, columns")
    bytes: int = Field(description="of raw float16")
    raw_mb_per_min: float
    deviation: float = Field(description="standard deviation of all values")
    sensitivity: tuple[float, ...] | None = Field(
        description="of each channel: share of the squared peak for errors of variance 1"
    )
    fields: FieldEntropies
    symbols: tuple[SymbolBounds, ...]
    exact_beside_recording: PixelQuality | None = Field(
        description="decodes of the exact latents against the recording"
    )
    codecs: tuple[CodecResult, ...]
    skipped: tuple[SkippedCodec, ...]
    long_episodes: tuple[LongEpisode, ...]


def from_1(content: Content) -> Content:
    """Version 1 called `in_note` of a codec `of_the_note`."""
    codecs = [
        {"in_note" if name == "of_the_note" else name: value for name, value in codec.items()}
        for codec in content["results"]["codecs"]
    ]
    return {**content, "results": {**content["results"], "codecs": codecs}}


class LatentCodecs(Measurement):
    """A `latent-codecs` file."""

    upgrades: ClassVar[dict[int, Upgrade]] = {1: from_1}

    schema_: Literal["latent-codecs/2.0"] = Field(alias="schema")
    parameters: LatentCodecsParameters
    results: LatentCodecsResults

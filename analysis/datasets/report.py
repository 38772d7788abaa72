"""What a scan reports: the JSON of `latent-storage scan --json`.

Definitions. Each view, of a camera or a player, counts by itself, in frames and in seconds: 60 s of
two views are 120 s of video. MB are 10^6 bytes. Bits per pixel are those of the videos alone, or of
the latents alone, over the pixels of the frames that they stand for: a video's bytes are those of
its file less its sound and other tracks, and its frames those that a player shows. MB per minute is
everything: actions, rewards, metadata and tar framing too; without the views whose rate is unknown.

A shard is counted, in totals, components, codecs and episodes, when its tar is whole and every
episode in it has videos or latents whose headers could be read. Of any other shard nothing is
counted, so that bytes and frames always belong together; a finding says what is wrong with it.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from analysis.ledger.estimate import Estimate

Severity = Literal["error", "warning", "info"]
Kind = Literal["recording", "latent"]


def readable(name: str) -> str:
    """A name whose bytes are no UTF-8, as text: they are mostly Latin-1.

    Python keeps such bytes of names as lone surrogates, which no JSON may hold.
    """
    content = name.encode("utf-8", "surrogateescape")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


class _Report(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _names_are_text(cls, value: Any) -> Any:
        """Names, and words that hold one, as they are read."""
        if isinstance(value, str):
            return readable(value)
        if isinstance(value, dict):
            return {readable(name): content for name, content in value.items()}
        return value


class Finding(_Report):
    """Something that a user of the shards should know.

    An error means that training would fail or learn from wrong data; a warning, that the data may
    not be what it is taken for.
    """

    severity: Severity
    shard: str | None = Field(description="absent when it concerns several")
    episode: str | None = Field(description="absent when it concerns several or none")
    what: str


class VideoReport(_Report):
    """One video."""

    track: str = Field(description="its name in the episode, such as `video_p1.mp4`")
    bytes: int = Field(description="of its file, less those of sound and other tracks in it")
    codec: str = Field(description="with its profile, as in H.264 (High)")
    tag: str = Field(description="the four characters of the MP4's sample entry")
    profile: str | None
    width: int
    height: int
    fps: float | None = Field(description="null where the file gives frames no duration")
    frames: int = Field(description="that are shown, edit lists applied")
    bits_per_pixel: float
    notes: tuple[str, ...] = Field(
        default=(), description="what a player does that frames as coded do not show"
    )
    upscaled_from: tuple[int, int] | None = Field(
        default=None,
        description="about the width and height of the frames before they were enlarged; absent "
        "when they were not, or when no frame was decoded",
    )


class LatentsReport(_Report):
    """The latents of one view."""

    track: str = Field(description="its name in the episode, such as `video_p1.mp4`")
    bytes: int
    shape: tuple[int, ...] = Field(description="frames, channels, height, width")
    dtype: str
    codec: str | None = Field(description="that they are compressed by; absent where by none")
    width: int | None = Field(description="of the frames they stand for, where the shard says")
    height: int | None
    fps: float | None = Field(description="null where nothing says it")
    frames: int
    bits_per_pixel: float | None = Field(description="of the frames they stand for")


class EpisodeReport(_Report):
    """One episode, all its views together."""

    key: str
    shard: str
    scenario: str | None
    map: str | None
    frames: int
    duration_s: float = Field(description="of the views whose rate is known")
    bytes: int = Field(description="of its members, tar framing not counted")
    bits_per_pixel: float | None
    videos: tuple[VideoReport, ...]
    latents: tuple[LatentsReport, ...]


class ShardReport(_Report):
    """One shard that was found."""

    name: str
    kind: Kind | None = Field(description="absent when it holds no readable episode")
    bytes: int
    episodes: int
    counted: bool


class CodecReport(_Report):
    """All videos of one codec."""

    codec: str
    videos: int
    frames: int
    bytes: int
    bits_per_pixel: Estimate


class Totals(_Report):
    """Sums over all counted shards; the intervals are over episodes."""

    shards: int
    episodes: int
    bytes: int
    frames: int
    duration_s: float
    mb_per_min: float | None
    mb_per_min_interval: Estimate | None
    bits_per_pixel: float | None
    bits_per_pixel_interval: Estimate | None
    shards_not_counted: int
    bytes_not_counted: int


class ScanReport(_Report):
    """Everything a scan found below a path."""

    path: str
    layout: str
    totals: Totals
    components: dict[str, int] = Field(
        description="bytes by component; they add up to the size of the counted files"
    )
    codecs: tuple[CodecReport, ...]
    episodes: tuple[EpisodeReport, ...]
    shards: tuple[ShardReport, ...]
    findings: tuple[Finding, ...]

"""Kind `shard-sizes`: what recording or latent shards take on disk.

One entry per set of shards of the study. Frames and durations are of all views together: two
players' minute is two minutes. `components` add up to `bytes`. `clip` shows six seconds of a game
of two players side by side, where a set has such: of up to twelve shards, those in which both fire
in the most frames.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement, Record


class ShardSizesParameters(Record):
    """What was scanned."""

    study: str = Field(description="the study file")
    sets: tuple[str, ...] = Field(description="names of the sets of shards, as in the study")


class EpisodeSize(Record):
    """One episode, all its views together."""

    identified_by = ("key",)

    key: str
    map: str | None = Field(
        description="the WAD and the map it was played on, where the shard says"
    )
    frames: int
    bytes: int = Field(description="of its members, tar framing not counted")
    bits_per_pixel: float | None = Field(description="of its videos, or of its latents")


class ShardSet(Record):
    """One set of shards."""

    name: str
    path: str
    kind: Literal["recording", "latent"]
    recipe: str | None = Field(description="the recipe that recorded it, where the study says")
    shards: int
    episodes: int
    frames: int = Field(description="of all views")
    duration_s: float = Field(description="of all views")
    width: int | None = Field(description="of the frames; absent when they differ")
    height: int | None
    fps: float | None
    codecs: dict[str, int] = Field(description="videos by codec; empty for latents")
    bytes: int
    components: dict[str, int] = Field(description="bytes by component; they add up to `bytes`")
    mb_per_min: Estimate = Field(description="all bytes per minute of one view, 1 MB = 10^6 bytes")
    bits_per_pixel: Estimate = Field(description="of the videos or the latents alone")
    per_episode: tuple[EpisodeSize, ...]


class PlayedClip(Record):
    """Some seconds of a game, its players side by side; files in `media/shard-sizes/<run id>/`."""

    set: str = Field(description="the first set of recordings of two players")
    episode: str
    players: tuple[str, ...] = Field(description="from left to right")
    first_frame: int
    frames: int
    fps: float
    both_fire_frames: int = Field(
        description="in which both fire; no other such stretch of the looked-into games has more"
    )
    width: int
    height: int
    file: str = Field(description="MP4")
    bytes: int
    sha256: str
    poster: str = Field(description="its first picture, WebP")


class ShardSizesResults(Record):
    """Every set of the study."""

    sets: tuple[ShardSet, ...]
    clip: PlayedClip | None = Field(
        default=None, description="absent without recordings of two players, and in older runs"
    )

    @property
    def recordings(self) -> tuple[tuple[ShardSet, tuple[int, int]], ...]:
        """The sets of recordings whose frames have one size, each with that (height, width)."""
        return tuple(
            (entry, (entry.height, entry.width))
            for entry in self.sets
            if entry.kind == "recording" and entry.height and entry.width
        )


class ShardSizes(Measurement):
    """A `shard-sizes` file."""

    schema_: Literal["shard-sizes/1.1"] = Field(alias="schema")
    parameters: ShardSizesParameters
    results: ShardSizesResults

"""Kind `training-reads`: how fast a training loop gets its clips, from each way of storing them.

The same views are read as video and as latents by the workers of a data loader. A cold read is one
of files that were dropped from the kernel's memory before.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.ledger.rate import Rate
from analysis.ledger.records import Measurement, Record

Pattern = Literal["random clips", "sequential"]
Cache = Literal["cold", "warm"]
Reader = Literal["clip", "whole episode", "webdataset"]
"""clip: reads what the clip needs; whole episode: loads the member and cuts the clip out;
webdataset: iterates over whole samples."""


class TrainingReadsParameters(Record):
    """What was read, and how."""

    study: str = Field(description="the study file")
    latents: str = Field(description="the shards")
    recordings: str | None = Field(description="the video that they stand for")
    episodes: int = Field(description="whose first view is read; WebDataset reads all there are")
    clip_lengths: tuple[int, ...]
    sequential_frames: int = Field(description="that a sequential reader takes at a time")
    workers: tuple[int, ...] = Field(description="processes of the data loader")
    seconds: float = Field(description="about, of a warm pass")
    passes: int = Field(description="warm ones that were timed")
    cold_clips: int = Field(description="of a cold pass, each of the next view")
    seed: int
    threads: int = Field(description="of decoders and codecs, in each worker")


class StoredSet(Record):
    """One way of storing the same views."""

    name: str
    kind: Literal["video", "latents"]
    codec: str = Field(description="of the video, or of the latents; raw where by none")
    gop: int | None = Field(description="longest distance of key frames, of video")
    shards: int
    views: int
    frames: int
    bytes: int = Field(description="of these views' members")


class Read(Record):
    """One way of reading a set."""

    identified_by = ("set", "reader", "pattern", "clip_frames", "workers", "cache")

    set: str
    reader: Reader
    pattern: Pattern
    clip_frames: int | None = Field(description="absent where whole episodes are read")
    workers: int
    cache: Cache
    rate: Rate
    clips_per_s: float | None = Field(description="the median; absent where no clips are read")


class TrainingReadsResults(Record):
    """Every way of storing and reading, side by side."""

    sets: tuple[StoredSet, ...]
    reads: tuple[Read, ...]
    cold_is_cold: bool = Field(
        description="whether what was read cold came from the disk, by the kernel's counters"
    )
    not_read: tuple[str, ...] = Field(description="what was left out, a sentence each")


class TrainingReads(Measurement):
    """A `training-reads` file."""

    schema_: Literal["training-reads/1.0"] = Field(alias="schema")
    parameters: TrainingReadsParameters
    results: TrainingReadsResults

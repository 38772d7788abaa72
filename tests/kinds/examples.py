"""A small, valid measurement to write, read and compare."""

from __future__ import annotations

from datetime import UTC, datetime

from analysis.kinds.shard_sizes.record import (
    EpisodeSize,
    PlayedClip,
    ShardSet,
    ShardSizes,
    ShardSizesParameters,
    ShardSizesResults,
)
from analysis.ledger import provenance
from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Input


def shard_sizes(
    created: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), bits_per_pixel: float = 0.25
) -> ShardSizes:
    """One set of three 480p episodes."""
    machine = provenance.host()
    entry = ShardSet(
        name="native",
        path="recordings",
        kind="recording",
        recipe="native",
        shards=3,
        episodes=3,
        frames=6300,
        duration_s=180.0,
        width=640,
        height=480,
        fps=35.0,
        codecs={"H.264 (High)": 6},
        bytes=1000,
        components={"video_p1": 900, "tar_framing": 100},
        mb_per_min=Estimate(value=20.0, low=18.0, high=22.0, n=3),
        bits_per_pixel=Estimate(
            value=bits_per_pixel, low=bits_per_pixel * 0.8, high=bits_per_pixel * 1.2, n=3
        ),
        per_episode=(
            EpisodeSize(key="ep_1", map="map01", frames=4200, bytes=300, bits_per_pixel=0.2),
        ),
    )
    return ShardSizes(
        schema="shard-sizes/1.1",
        run=provenance.run(["latent-storage", "measure"], "full", created, machine),
        host=machine,
        inputs=(Input(name="native", kind="recording-shards", bytes=1000, sha256="0" * 64),),
        parameters=ShardSizesParameters(study="study.toml", sets=("native",)),
        results=ShardSizesResults(sets=(entry,)),
    )


def with_clip(run: ShardSizes) -> ShardSizes:
    """It with seconds of its one episode, whose files it has not."""
    clip = PlayedClip(
        set="native",
        episode="ep_1",
        players=("p1", "p2"),
        first_frame=1394,
        frames=210,
        fps=35.0,
        both_fire_frames=127,
        width=800,
        height=300,
        file="duel.mp4",
        bytes=1000,
        sha256="0" * 64,
        poster="duel.webp",
    )
    return run.model_copy(update={"results": run.results.model_copy(update={"clip": clip})})

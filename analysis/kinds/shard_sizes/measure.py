"""Kind `shard-sizes`: what the shards of a study take on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from analysis.datasets.report import EpisodeReport, LatentsReport, ScanReport, VideoReport
from analysis.errors import InputError
from analysis.kinds.context import Context, Outcome
from analysis.kinds.shard_sets import is_latent, scanned, shards_input
from analysis.kinds.shard_sizes.game_clip import played_clip
from analysis.kinds.shard_sizes.record import (
    EpisodeSize,
    PlayedClip,
    ShardSet,
    ShardSizesParameters,
    ShardSizesResults,
)
from analysis.kinds.study import ShardSource


def measure(context: Context) -> Outcome:
    """Scan every set of shards of the profile; those with games are recorded first. A few seconds
    of the first set of two players' recordings are kept for the report.

    Raises:
        InputError: a set is not there, or its audit found an error: sizes of faulty shards are
            no measurement; or a video of the clip cannot be decoded.
    """
    sources = context.study.profile(context.profile).shards
    reports = [scanned(source, context) for source in sources]
    clip, files = _clip(
        [source for source, report in zip(sources, reports, strict=True) if not is_latent(report)],
        context,
    )
    return Outcome(
        parameters=ShardSizesParameters(
            study=str(context.study_path), sets=tuple(source.name for source in sources)
        ),
        inputs=tuple(
            shards_input(source.name, report)
            for source, report in zip(sources, reports, strict=True)
        ),
        results=ShardSizesResults(
            sets=tuple(
                _shard_set(source, report) for source, report in zip(sources, reports, strict=True)
            ),
            clip=clip,
        ),
        files=files,
    )


def _clip(
    recordings: Sequence[ShardSource], context: Context
) -> tuple[PlayedClip | None, dict[str, bytes]]:
    """Of the first of these that has games of two players."""

    for source in recordings:
        if found := played_clip(source.name, context.dataset(source.path)):
            return found
    return None, {}


def _shard_set(source: ShardSource, report: ScanReport) -> ShardSet:
    totals = report.totals
    if totals.mb_per_min_interval is None or totals.bits_per_pixel_interval is None:
        raise InputError(
            f"{source.path}: how large the frames are is not known; "
            "add video_resolution to each meta.json of the latents."
        )
    videos = [video for episode in report.episodes for video in episode.videos]
    latents = [entry for episode in report.episodes for entry in episode.latents]
    views: list[VideoReport | LatentsReport] = [*videos, *latents]
    sizes = {(view.width, view.height) for view in views}
    rates = {view.fps for view in views}
    width, height = sizes.pop() if len(sizes) == 1 else (None, None)
    return ShardSet(
        name=source.name,
        path=source.path,
        kind="latent" if is_latent(report) else "recording",
        recipe=source.recipe,
        shards=totals.shards,
        episodes=totals.episodes,
        frames=totals.frames,
        duration_s=totals.duration_s,
        width=width,
        height=height,
        fps=rates.pop() if len(rates) == 1 else None,
        codecs=dict(Counter(video.codec for video in videos).most_common()),
        bytes=totals.bytes,
        components=report.components,
        mb_per_min=totals.mb_per_min_interval,
        bits_per_pixel=totals.bits_per_pixel_interval,
        per_episode=tuple(
            EpisodeSize(
                key=episode.key,
                map=_map(episode),
                frames=episode.frames,
                bytes=episode.bytes,
                bits_per_pixel=episode.bits_per_pixel,
            )
            for episode in report.episodes
        ),
    )


def _map(episode: EpisodeReport) -> str | None:
    """The map with the WAD it is in, without the ending: `cig MAP01`."""
    parts = (episode.scenario and Path(episode.scenario).stem, episode.map)
    return " ".join(part for part in parts if part) or None

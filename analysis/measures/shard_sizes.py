"""Kind `shard-sizes`: what the shards of a study take on disk."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import partial
from pathlib import Path

from analysis.errors import InputError
from analysis.ledger.records import Input
from analysis.ledger.shard_sizes import (
    EpisodeSize,
    ShardSet,
    ShardSizesParameters,
    ShardSizesResults,
)
from analysis.measures.context import Context, Outcome, Progress
from analysis.shards.report import EpisodeReport, LatentsReport, ScanReport, VideoReport
from analysis.shards.scan import scan
from analysis.study import ShardSource


def measure(context: Context) -> Outcome:
    """Scan every set of shards of the profile; those with games are recorded first.

    Raises:
        InputError: a set is not there, or its audit found an error: sizes of faulty shards are
            no measurement.
    """
    sources = context.study.profile(context.profile).shards
    reports = []
    for source in sources:
        if source.games is not None:
            _record(source, context.progress)
        report = scan(source.path, progress=partial(context.progress, source.path))
        _refuse_errors(report, source)
        _refuse_mixture(report, source)
        reports.append(report)
    return Outcome(
        parameters=ShardSizesParameters(
            study=str(context.study_path), sets=tuple(source.name for source in sources)
        ),
        inputs=tuple(
            _input(source, report) for source, report in zip(sources, reports, strict=True)
        ),
        results=ShardSizesResults(
            sets=tuple(
                _shard_set(source, report) for source, report in zip(sources, reports, strict=True)
            )
        ),
    )


def _record(source: ShardSource, progress: Progress) -> None:
    """Render the games of this set that have no shard yet."""
    from analysis.recording.recipe import choose_recipe
    from analysis.recording.record import RecordOptions, record

    assert source.games is not None
    assert source.recipe is not None
    options = RecordOptions(
        out=Path(source.path), games=source.games, recipe=choose_recipe(source.recipe)
    )
    record(options, progress)


def _refuse_errors(report: ScanReport, source: ShardSource) -> None:
    errors = [finding for finding in report.findings if finding.severity == "error"]
    if errors:
        raise InputError(
            f"{source.path} has {len(errors)} faults, first: {errors[0].what} "
            f"Run `latent-storage scan {source.path}`, and repair or remove those shards."
        )


def _refuse_mixture(report: ScanReport, source: ShardSource) -> None:
    kinds = {bool(episode.latents) for episode in report.episodes}
    if len(kinds) > 1:
        raise InputError(
            f"{source.path} holds recordings and latents; name the folder of each as its own set."
        )


def _input(source: ShardSource, report: ScanReport) -> Input:
    # The listing stands for the payload, which is never read: terabytes would take days.
    listing = report.model_dump_json(include={"components", "episodes", "shards"})
    return Input(
        name=source.name,
        kind="latent-shards" if _is_latent(report) else "recording-shards",
        bytes=report.totals.bytes,
        sha256=hashlib.sha256(listing.encode()).hexdigest(),
        episodes=report.totals.episodes,
        frames=report.totals.frames,
    )


def _is_latent(report: ScanReport) -> bool:
    return any(episode.latents for episode in report.episodes)


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
        kind="latent" if _is_latent(report) else "recording",
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

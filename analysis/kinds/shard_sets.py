"""The sets of shards that a study names: recorded where they are not yet, scanned and audited."""

from __future__ import annotations

import hashlib
from pathlib import Path

from analysis.datasets.report import ScanReport
from analysis.datasets.scan import scan
from analysis.errors import InputError
from analysis.kinds.context import Context, Progress
from analysis.kinds.study import ShardSource
from analysis.ledger.records import Input
from analysis.recording.recipe import choose_recipe
from analysis.recording.record import RecordOptions, record


def scanned(source: ShardSource, context: Context) -> ScanReport:
    """Scan a set; one with games is recorded first.

    Raises:
        InputError: it is not there, it holds recordings and latents, or its audit found an error:
            figures of faulty shards are no measurement.
    """
    if source.games is not None and source.path not in context.opened:
        _record(source, context.progress)
    report = scan(context.dataset(source.path))
    _refuse_errors(report, source)
    _refuse_mixture(report, source)
    return report


def _record(source: ShardSource, progress: Progress) -> None:
    """Render the games of this set that have no shard yet."""

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


def shards_input(name: str, report: ScanReport) -> Input:
    """A scanned set of shards as the input of a measurement."""
    # The listing stands for the payload, which is never read: terabytes would take days.
    listing = report.model_dump_json(include={"components", "episodes", "shards"})
    return Input(
        name=name,
        kind="latent-shards" if is_latent(report) else "recording-shards",
        bytes=report.totals.bytes,
        sha256=hashlib.sha256(listing.encode()).hexdigest(),
        episodes=report.totals.episodes,
        frames=report.totals.frames,
    )


def is_latent(report: ScanReport) -> bool:
    """Whether a scanned set holds latents, not recordings."""
    return any(episode.latents for episode in report.episodes)

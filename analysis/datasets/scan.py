"""Measures and audits a data set, from headers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from analysis.datasets import sizes
from analysis.datasets.dataset import Dataset
from analysis.datasets.layouts import layout_of
from analysis.datasets.opening import Progress, open_dataset
from analysis.datasets.report import Finding, ScanReport, ShardReport, Totals
from analysis.datasets.scan_file import ScannedFile, scan_file
from analysis.datasets.set_findings import findings_of
from analysis.datasets.sizes import StoredEpisode


def _unheard(done: int, total: int) -> None:
    pass


def scan(
    data: Dataset | str | Path,
    deep: bool = False,
    progress: Progress = _unheard,
) -> ScanReport:
    """Scan a data set, or what lies at or below a path.

    Args:
        data: a data set that was opened, or a local file or folder, or a URL that fsspec reads.
        deep: also decode a few frames of each video, to tell whether they were enlarged.
        progress: called after each file with the number of files done and of all.

    Raises:
        InputError: nothing is there, or nothing that fits a layout.
    """
    scanned: Progress = progress
    if not isinstance(data, Dataset):
        data = open_dataset(data, progress=progress)
        if not deep:  # reading the headers was all there was to wait for
            scanned = _unheard
    layout = layout_of(data.layout)
    shards: list[ScannedFile] = []
    for file in data.files:
        shards.append(scan_file(layout, file, deep))
        scanned(len(shards), len(data.files))
    counted = [shard for shard in shards if shard.report.counted]
    components: Counter[str] = sum((shard.components for shard in counted), Counter())
    episodes = [episode for shard in counted for episode in shard.episodes]
    reports = tuple(episode.report for episode in episodes)
    return ScanReport(
        path=data.path,
        layout=data.layout,
        totals=_totals([shard.report for shard in shards], episodes),
        components=dict(components.most_common()),
        codecs=sizes.codecs(reports),
        episodes=reports,
        shards=tuple(shard.report for shard in shards),
        findings=(
            *chain.from_iterable(shard.findings for shard in shards),
            *findings_of(layout, episodes),
            *_strays(data),
        ),
    )


def _strays(data: Dataset) -> Iterator[Finding]:
    if data.strays:
        what = f"{len(data.strays)} files belong to no episode, {data.strays[0].name} for instance."
        yield Finding(severity="info", shard=None, episode=None, what=what)


def _totals(shards: Sequence[ShardReport], episodes: Sequence[StoredEpisode]) -> Totals:
    reports = [episode.report for episode in episodes]
    mb_per_min = sizes.mb_per_min(episodes)
    bits_per_pixel = sizes.bits_per_pixel([sizes.views_of(report) for report in reports])
    return Totals(
        shards=sum(shard.counted for shard in shards),
        episodes=len(reports),
        bytes=sum(shard.bytes for shard in shards if shard.counted),
        frames=sum(report.frames for report in reports),
        duration_s=sum(report.duration_s for report in reports),
        mb_per_min=mb_per_min.value if mb_per_min else None,
        mb_per_min_interval=mb_per_min,
        bits_per_pixel=bits_per_pixel.value if bits_per_pixel else None,
        bits_per_pixel_interval=bits_per_pixel,
        shards_not_counted=sum(not shard.counted for shard in shards),
        bytes_not_counted=sum(shard.bytes for shard in shards if not shard.counted),
    )

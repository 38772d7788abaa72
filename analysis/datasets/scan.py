"""Measures and audits every shard below a path, from headers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

from analysis.datasets import sizes
from analysis.datasets.report import ScanReport, ShardReport, Totals
from analysis.datasets.scan_shard import ScannedShard, scan_shard
from analysis.datasets.set_findings import findings_of
from analysis.datasets.shards import find_shards
from analysis.datasets.sizes import StoredEpisode
from analysis.io.locations import is_url

# An object store answers each request late but many at once; a local scan only reads and parses.
_REMOTE_WORKERS: Final = 16


def scan(
    path: str | Path,
    deep: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ScanReport:
    """Scan the shard at a path, or every shard below it.

    Args:
        path: a local file or folder, or a URL that fsspec reads.
        deep: also decode a few frames of each video, to tell whether they were enlarged.
        progress: called after each shard with the number of shards done and of all.

    Raises:
        InputError: nothing is there, or it holds no shard.
    """
    files = find_shards(path)
    shards: list[ScannedShard] = []
    with ThreadPoolExecutor(_REMOTE_WORKERS if is_url(path) else 1) as pool:
        try:
            for shard in pool.map(partial(scan_shard, deep=deep), files):
                shards.append(shard)
                progress(len(shards), len(files))
        except BaseException:  # Ctrl-C: what is waiting need not be scanned
            pool.shutdown(cancel_futures=True)
            raise
    counted = [shard for shard in shards if shard.report.counted]
    components: Counter[str] = sum((shard.components for shard in counted), Counter())
    episodes = [episode for shard in counted for episode in shard.episodes]
    reports = tuple(episode.report for episode in episodes)
    return ScanReport(
        path=str(path),
        totals=_totals([shard.report for shard in shards], episodes),
        components=dict(components.most_common()),
        codecs=sizes.codecs(reports),
        episodes=reports,
        shards=tuple(shard.report for shard in shards),
        findings=(
            *chain.from_iterable(shard.findings for shard in shards),
            *findings_of(episodes),
        ),
    )


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

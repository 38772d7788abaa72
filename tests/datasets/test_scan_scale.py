"""A scan reads headers: what it reads depends on the number of members, not on their size."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.datasets.scan import scan
from analysis.datasets.writer import write_shard
from benchmarks.scan import small_video, write_hollow_shard
from tests.datasets.examples import recording_sample

COUNTERS = Path("/proc/self/io")
pytestmark = pytest.mark.skipif(not COUNTERS.exists(), reason="the kernel counts reads on Linux")


def bytes_read_by_scanning(path: Path) -> int:
    def read_so_far() -> int:
        return int(COUNTERS.read_text().split()[1])

    before = read_so_far()
    scan(path)
    return read_so_far() - before


def test_ten_times_the_payload_takes_no_more_reading(tmp_path: Path) -> None:
    short, long = tmp_path / "short.tar", tmp_path / "long.tar"
    write_shard(short, [recording_sample(1, frames=128)])
    write_shard(long, [recording_sample(1, frames=1700)])
    assert long.stat().st_size > 10 * short.stat().st_size
    assert bytes_read_by_scanning(long) <= 1.1 * bytes_read_by_scanning(short)


def test_hundreds_of_gigabytes_take_kilobytes_of_reading(tmp_path: Path) -> None:
    size = 100_000_000_000
    for number in range(3):
        keys = range(2 * number, 2 * number + 2)
        write_hollow_shard(tmp_path / f"{number}.tar", keys, small_video(), size)
    assert bytes_read_by_scanning(tmp_path) < 500_000
    report = scan(tmp_path)
    assert report.totals.bytes > 3 * size
    assert (report.totals.episodes, report.totals.frames) == (6, 6 * 2 * 40)
    assert not [finding for finding in report.findings if finding.severity == "error"]

"""Times of single pieces of work as the median of several runs with their range."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from analysis.ledger.records import Record


class Latency(Record):
    """Milliseconds: the median of several runs, with their range."""

    median_ms: float
    fastest_ms: float
    slowest_ms: float
    n: int


def latency(seconds: Sequence[float]) -> Latency:
    """The latency of one or more runs that took so many seconds."""
    return Latency(
        median_ms=1e3 * median(seconds),
        fastest_ms=1e3 * min(seconds),
        slowest_ms=1e3 * max(seconds),
        n=len(seconds),
    )

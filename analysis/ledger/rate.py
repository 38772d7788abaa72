"""Speeds as the median of several passes with their range."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pydantic import Field

from analysis.ledger.records import Record


class Rate(Record):
    """Frames per second over `n` passes."""

    frames_per_s: float = Field(description="the median")
    slowest_frames_per_s: float
    fastest_frames_per_s: float
    n: int


def rate(frames_per_s: Sequence[float]) -> Rate:
    """The rate of one or more passes."""
    return Rate(
        frames_per_s=median(frames_per_s),
        slowest_frames_per_s=min(frames_per_s),
        fastest_frames_per_s=max(frames_per_s),
        n=len(frames_per_s),
    )

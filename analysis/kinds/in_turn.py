"""Pieces of work timed in turn, so that what else the machine does falls on all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from analysis.ledger.latency import Latency, latency

Name = TypeVar("Name", bound=str)


def time_in_turn(works: Mapping[Name, Callable[[], object]], runs: int) -> dict[Name, Latency]:
    """The latency of each, over so many runs of all in turn after one that is not counted.

    A work on another device than the CPU has to wait for it, as giving an array does.
    """
    seconds: dict[Name, list[float]] = {name: [] for name in works}
    for number in range(runs + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if number:
                seconds[name].append(time.perf_counter() - began)
    return {name: latency(taken) for name, taken in seconds.items()}

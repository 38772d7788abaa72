"""Works that are timed in turn."""

from __future__ import annotations

from analysis.kinds.in_turn import time_in_turn


def test_each_work_is_done_in_turn_once_more_than_is_counted() -> None:
    done: list[str] = []
    taken = time_in_turn({name: lambda name=name: done.append(name) for name in "ab"}, 3)  # type: ignore[misc]
    assert done == ["a", "b"] * 4
    assert list(taken) == ["a", "b"]
    for latency in taken.values():
        assert latency.n == 3
        assert 0 <= latency.fastest_ms <= latency.median_ms <= latency.slowest_ms

"""Intervals over episodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ledger.estimate import Estimate, ratio_of_sums

positive = st.floats(0.1, 1e6)


@given(st.lists(st.tuples(positive, positive), min_size=2, max_size=30))
def test_the_interval_lies_within_the_episodes_and_around_the_value(
    pairs: list[tuple[float, float]],
) -> None:
    above, below = zip(*pairs, strict=True)
    estimate = ratio_of_sums(above, below)
    single = [a / b for a, b in pairs]
    assert estimate.low is not None
    assert estimate.high is not None
    assert min(single) * (1 - 1e-9) <= estimate.low <= estimate.high <= max(single) * (1 + 1e-9)
    assert estimate.value == pytest.approx(sum(above) / sum(below))
    assert estimate == ratio_of_sums(above, below)


def test_the_interval_covers_the_truth_about_19_times_of_20() -> None:
    generator = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        pixels = generator.uniform(50, 150, 40)
        estimate = ratio_of_sums(list(pixels * generator.normal(0.5, 0.1, 40)), list(pixels))
        assert estimate.low is not None
        assert estimate.high is not None
        covered += estimate.low <= 0.5 <= estimate.high
    assert 0.88 <= covered / 200 <= 0.99


def test_one_episode_has_no_interval() -> None:
    assert ratio_of_sums([3], [2]) == Estimate(value=1.5, n=1)


@pytest.mark.parametrize(("above", "below"), [([], []), ([1], [1, 2]), ([1], [0])])
def test_a_ratio_of_nothing_is_refused(above: list[float], below: list[float]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        ratio_of_sums(above, below)


def test_a_function_that_falls_swaps_the_ends() -> None:
    estimate = Estimate(value=2, low=1, high=4, n=3)
    assert estimate.through(lambda value: -value) == Estimate(value=-2, low=-4, high=-1, n=3)
    assert estimate.under(4) == Estimate(value=2, low=1, high=4, n=3)
    assert estimate.through(lambda value: value + 1) == Estimate(value=3, low=2, high=5, n=3)
    assert Estimate(value=2, n=1).through(lambda value: -value) == Estimate(value=-2, n=1)

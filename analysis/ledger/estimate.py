"""Sampled figures: a value, the number of episodes behind it and its 95 % interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

RESAMPLES = 2000
"""Bootstrap resamples: the ends of the interval are then stable to about 1 % of its width."""

BATCH = 100


class Estimate(BaseModel):
    """A figure sampled over `n` episodes; `low` and `high` bound 95 %, absent when n < 2."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    low: float | None = None
    high: float | None = None
    n: int

    def through(self, function: Callable[[float], float]) -> Estimate:
        """function(this), for a function that only rises or only falls; where it falls the ends
        of the interval swap."""
        if self.low is None or self.high is None:
            return Estimate(value=function(self.value), n=self.n)
        low, high = sorted((function(self.low), function(self.high)))
        return Estimate(value=function(self.value), low=low, high=high, n=self.n)

    def under(self, numerator: float) -> Estimate:
        """numerator / this, for a numerator known exactly; the ends of the interval swap."""
        return self.through(lambda value: numerator / value)


def ratio_of_sums(numerators: Sequence[float], denominators: Sequence[float]) -> Estimate:
    """Σ numerators / Σ denominators over episodes, with a percentile bootstrap interval.

    Args:
        numerators: one value an episode, say bits.
        denominators: one value an episode, say pixels.

    Episodes are drawn with replacement, both values of one together (Efron & Tibshirani,
    An Introduction to the Bootstrap, 1993, ch. 13). The generator is seeded: the same episodes
    give the same interval.

    Raises:
        ValueError: the two differ in length, are empty, or the denominators add up to nothing.
    """
    above, below = np.asarray(numerators, float), np.asarray(denominators, float)
    if above.shape != below.shape or above.size == 0 or below.sum() <= 0:
        raise ValueError("a ratio of sums needs as many numerators as denominators, at least one")
    n = above.size
    value = float(above.sum() / below.sum())
    if n < 2:
        return Estimate(value=value, n=n)
    generator = np.random.default_rng(0)
    ratios = np.empty(RESAMPLES)
    # In batches, so that memory stays small for tens of thousands of episodes.
    for batch in np.split(ratios, RESAMPLES // BATCH):
        # Drawing n of n with replacement is drawing how often each one appears.
        counts = generator.multinomial(n, np.full(n, 1 / n), size=BATCH)
        batch[:] = (counts @ above) / (counts @ below)
    low, high = np.percentile(ratios, [2.5, 97.5])
    return Estimate(value=value, low=float(low), high=float(high), n=n)

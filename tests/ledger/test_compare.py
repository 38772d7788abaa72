"""Two runs side by side."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analysis.errors import InputError
from analysis.kinds.claims.record import Claims, ClaimsParameters, ClaimsResults
from analysis.ledger.compare import Difference, compare
from tests.kinds.examples import shard_sizes


def by_figure(differences: list[Difference]) -> dict[str, Difference]:
    return {difference.figure: difference for difference in differences}


def test_a_run_differs_from_itself_in_nothing() -> None:
    run = shard_sizes()
    differences = compare(run, run)
    assert differences
    assert not any(difference.beyond for difference in differences)


def test_a_difference_counts_only_beyond_the_intervals() -> None:
    name = "sets[native].bits_per_pixel"
    within = by_figure(compare(shard_sizes(), shard_sizes(bits_per_pixel=0.3)))[name]
    beyond = by_figure(compare(shard_sizes(), shard_sizes(bits_per_pixel=0.5)))[name]
    assert not within.beyond
    assert beyond.beyond
    assert beyond.relative == pytest.approx(1.0)


def test_runs_of_two_kinds_are_not_compared() -> None:
    run = shard_sizes(datetime(2026, 1, 1, tzinfo=UTC))
    other = Claims(
        schema="claims/2.0",
        run=run.run,
        host=run.host,
        inputs=(),
        parameters=ClaimsParameters(runs=()),
        results=ClaimsResults(claims=()),
    )
    with pytest.raises(InputError, match="two runs of one kind"):
        compare(run, other)

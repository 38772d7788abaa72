"""All runs of the ledgers that pages read."""

from __future__ import annotations

from functools import cache

from analysis.kinds.registry import kinds
from analysis.ledger.records import Measurement
from analysis.presentation import sources
from analysis.presentation.sources import Source


@cache
def every_run() -> tuple[Source[Measurement], ...]:
    """All runs of all kinds, newest first; one that several ledgers hold is the first one's."""
    found = [run for kind in kinds().values() for run in sources.runs(kind.record)]
    return tuple(sorted(found, key=lambda run: run.measurement.run.created, reverse=True))

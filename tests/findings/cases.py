"""What is fed to a claim, and the verdict and words that have to come out."""

from __future__ import annotations

from typing import Any, NamedTuple

from analysis.kinds.claims.record import Verdict
from analysis.ledger.records import Measurement


class Case(NamedTuple):
    """What is fed in, and what has to come out."""

    id: str
    verdict: Verdict
    words: str
    runs: tuple[Measurement, ...] = ()
    note: dict[str, Any] = {}  # noqa: RUF012  (never changed)

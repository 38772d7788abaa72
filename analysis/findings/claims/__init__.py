"""Kind `claims`: the note's statements, recomputed and, where it can be, measured.

One module a subject; each has `claims`, which gives its statements in the note's order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from analysis.catalog import Note, note
from analysis.findings.claims import (
    compression,
    cosmos,
    data_set,
    decoding,
    mechanism,
    practice,
    ratio,
    resolution,
    thresholds,
    training,
)
from analysis.findings.claims.evidence import Evidence, newest_evidence
from analysis.kinds.claims.record import Claim, ClaimsParameters, ClaimsResults
from analysis.kinds.context import Context, Outcome
from analysis.ledger.provenance import sha256
from analysis.ledger.records import Input

__all__ = ["Evidence", "all_claims", "measure", "newest_evidence"]

SUBJECTS: Final[tuple[Callable[[Note, Evidence], list[Claim]], ...]] = (
    data_set.claims,
    ratio.claims,
    mechanism.claims,
    cosmos.claims,
    resolution.claims,
    thresholds.claims,
    compression.claims,
    practice.claims,
    training.claims,
    decoding.claims,
)
"""In the note's order."""


def all_claims(evidence: Evidence) -> tuple[Claim, ...]:
    """Every claim in the note's order, with the measured side where there is evidence."""
    published = note()
    return tuple(claim for subject in SUBJECTS for claim in subject(published, evidence))


def measure(context: Context) -> Outcome:
    """All claims, against the newest runs of the ledger."""
    evidence = newest_evidence(context.ledger)
    inputs = tuple(
        Input(name=path.stem, kind="ledger", bytes=path.stat().st_size, sha256=sha256(path))
        for path in evidence.paths
    )
    return Outcome(
        parameters=ClaimsParameters(runs=tuple(entry.name for entry in inputs)),
        inputs=inputs,
        results=ClaimsResults(claims=all_claims(evidence)),
    )

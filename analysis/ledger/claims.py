"""Kind `claims`: the note's statements, recomputed and, where it can be, measured."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement, Record

Verdict = Literal["holds", "arithmetic-slip", "holds-only-if", "does-not-hold", "not-measured-yet"]


class Figure(Record):
    """One published number beside what it comes out as."""

    name: str
    unit: str
    published: str = Field(description="as printed, with its digits")
    recomputed: float | None = Field(description="by the equations, from the note's own inputs")
    agrees: bool | None = Field(description="whether it rounds to what was printed")
    measured: Estimate | None = None
    evidence: str | None = Field(
        default=None, description="what it was recomputed with, or the run that measured it"
    )


class Claim(Record):
    """One statement of the note."""

    id: str
    section: str
    statement: str
    verdict: Verdict
    reason: str = Field(description="why, in a sentence; for 'holds' what was checked")
    figures: tuple[Figure, ...]


class ClaimsParameters(Record):
    """Which runs the measured side came from."""

    runs: tuple[str, ...]


class ClaimsResults(Record):
    """All statements, in the note's order."""

    claims: tuple[Claim, ...]


class Claims(Measurement):
    """A `claims` file."""

    schema_: Literal["claims/1"] = Field(alias="schema")
    parameters: ClaimsParameters
    results: ClaimsResults

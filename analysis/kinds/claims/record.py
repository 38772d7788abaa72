"""Kind `claims`: the note's statements, recomputed and, where it can be, measured.

Statements are in our words. `not-measured-yet`: a run would say; `not-testable-here`: it takes
data, weights or hardware that are out of reach here.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement, Record
from analysis.ledger.versions import Content, Upgrade

Verdict = Literal[
    "holds",
    "holds-only-if",
    "arithmetic-slip",
    "does-not-hold",
    "not-measured-yet",
    "not-testable-here",
]

UNANSWERED: Final[frozenset[Verdict]] = frozenset({"not-measured-yet", "not-testable-here"})
"""Verdicts that say why there is none: a run is missing, or what no run here can have."""


class Reference(Record):
    """Where a reader can check a claim."""

    kind: Literal["run", "section", "equation", "source"]
    title: str = Field(description="what it is called; of a source, its citation")
    address: str | None = Field(
        default=None,
        description="of a run: its file, below the ledger; of a section or an equation: the page "
        "of the report and the id on it, as in `equations.qmd#eq-ratio`; absent for a source",
    )


class Figure(Record):
    """One number: as published, as recomputed and as measured, as far as there is each."""

    name: str
    unit: str
    published: str | None = Field(
        description="as printed, with its digits; absent where the note gives no number"
    )
    recomputed: float | None = Field(
        default=None, description="by the equations, from the note's own inputs"
    )
    agrees: bool | None = Field(
        default=None, description="whether `recomputed` rounds to what was printed"
    )
    inputs: str | None = Field(default=None, description="what it was recomputed from")
    measured: Estimate | None = None
    run: str | None = Field(
        default=None, description="the file that `measured` is from, below the ledger"
    )


class Claim(Record):
    """One statement of the note."""

    identified_by = ("id",)

    id: str
    section: str
    statement: str
    verdict: Verdict
    reason: str = Field(
        description="why; for 'holds' what was checked, for 'holds-only-if' the condition"
    )
    needed: str | None = Field(
        description="what would answer it; given for the two verdicts that do not"
    )
    figures: tuple[Figure, ...]
    evidence: tuple[Reference, ...] = Field(
        description="runs, sections of the report, equations and published sources"
    )

    @property
    def explanation(self) -> str:
        """The reason, and what is needed where that is missing, in sentences."""
        start = "only if " if self.verdict == "holds-only-if" else ""
        needed = f" Needed: {self.needed}." if self.needed else ""
        return f"{_capital(f'{start}{self.reason}')}.{needed}"

    @model_validator(mode="after")
    def _answered_or_not(self) -> Self:
        if (self.verdict in UNANSWERED) is not bool(self.needed):
            raise ValueError("`needed` goes with the verdicts that leave a claim unanswered")
        if self.verdict not in UNANSWERED and not self.evidence:
            raise ValueError("a verdict needs evidence")
        return self


def _capital(sentence: str) -> str:
    """With a capital letter, unless it begins with a symbol or a name such as float16."""
    first = sentence.partition(" ")[0].rstrip(":,;")
    return sentence[0].upper() + sentence[1:] if first.isalpha() and len(first) > 1 else sentence


class ClaimsParameters(Record):
    """Which runs the measured side came from."""

    runs: tuple[str, ...]


class ClaimsResults(Record):
    """All statements, in the note's order."""

    claims: tuple[Claim, ...]


def from_1(content: Content) -> Content:
    """Version 1 had its evidence at the figures alone, and nothing on what is needed."""
    runs = [entry["name"] for entry in content["inputs"]]
    claims = [_claim_of_version_1(claim, runs) for claim in content["results"]["claims"]]
    return {**content, "results": {"claims": claims}}


def _claim_of_version_1(claim: dict[str, Any], runs: list[str]) -> dict[str, Any]:
    figures = [_figure_of_version_1(figure) for figure in claim["figures"]]
    files = dict.fromkeys(figure["run"] for figure in figures if figure["run"])
    references = [
        {"kind": "run", "title": file.partition("/")[0], "address": file} for file in files
    ]
    note = {"kind": "source", "title": "the note, and the reason given"}
    unanswered = claim["verdict"] in UNANSWERED
    return {
        **claim,
        "figures": figures,
        "evidence": references or [note],
        "needed": f"a measurement beyond {', '.join(runs) or 'none'}" if unanswered else None,
    }


def _figure_of_version_1(figure: dict[str, Any]) -> dict[str, Any]:
    evidence = figure.get("evidence")
    is_run = evidence is not None and evidence.endswith(".json")
    published = figure["published"]
    return {
        **{name: value for name, value in figure.items() if name != "evidence"},
        "published": None if published == "not given" else published,
        "inputs": None if is_run else evidence,
        "run": evidence if is_run else None,
    }


class Claims(Measurement):
    """A `claims` file."""

    upgrades: ClassVar[dict[int, Upgrade]] = {1: from_1}

    schema_: Literal["claims/2.0"] = Field(alias="schema")
    parameters: ClaimsParameters
    results: ClaimsResults

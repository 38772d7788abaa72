"""A claim while it is checked: its figures, and what its words are filled with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from analysis.catalog.note import as_printed
from analysis.findings.evidence import Evidence
from analysis.kinds.claims.record import Figure, Verdict
from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement


def figure(
    name: str,
    unit: str,
    published: Decimal | str | None = None,
    recomputed: float | None = None,
    *,
    inputs: str | None = None,
    measured: Estimate | float | None = None,
    run: Measurement | None = None,
) -> Figure:
    """A figure: as the note prints it, by the equations from `inputs`, and in a run.

    A measured number that is no estimate is a count, or one run's.
    """
    if isinstance(measured, (float, int)):
        measured = Estimate(value=measured, n=1)
    agrees = None
    if isinstance(published, Decimal):
        agrees = None if recomputed is None else as_printed(published, recomputed)
        published = f"{published:f}"
    return Figure(
        name=name,
        unit=unit,
        published=published,
        recomputed=recomputed,
        agrees=agrees,
        inputs=inputs,
        measured=measured,
        run=run_file(run) if run and measured else None,
    )


def with_measured(known: Figure, measured: Estimate, run: Measurement) -> Figure:
    """A figure with what a run measured of it."""
    return known.model_copy(update={"measured": measured, "run": run_file(run)})


@dataclass
class Draft:
    """What a check adds figures and words to.

    `known` are figures that are shown where it turns out that nothing was measured.
    `words` fill the placeholders of the claim's words; of a phrase, they say which variant.
    """

    figures: list[Figure] = field(default_factory=list)
    known: list[Figure] = field(default_factory=list)
    words: dict[str, object] = field(default_factory=dict)

    def add(self, *figures: Figure) -> None:
        """Show these figures."""
        self.figures += figures

    def say(self, **words: object) -> None:
        """Fill placeholders."""
        self.words.update(words)

    def recomputed(self) -> Verdict:
        """Holds where all figures come out as printed, else the arithmetic slipped.

        It does not hold where an architecture or a file, counted, has another number.
        """
        if any(each.agrees is False for each in self.figures):
            return "arithmetic-slip"
        counts = [
            as_printed(Decimal(each.published), each.measured.value)
            for each in self.figures
            if each.published and each.measured and each.measured.n == 1
        ]
        return "holds" if all(counts) else "does-not-hold"


Check = Callable[[Evidence, Draft], Verdict | bool]
"""Adds figures and words, and says the verdict; a truth value is holds, or does not hold."""

CHECKS: Final[dict[str, Check]] = {}
"""The check of each claim by the claim's id; `analysis.findings.checks` fills it."""


def check(function: Check) -> Check:
    """Enter a check under its name: `near_tie` judges the claim `near-tie`."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


def all_or_some(holding: Sequence[bool]) -> Verdict:
    """Holds where all do, under a condition where some do."""
    if all(holding):
        return "holds"
    return "holds-only-if" if any(holding) else "does-not-hold"


def borne_out(published: Decimal, measured: Estimate) -> bool:
    """Whether what was published, to the digits printed, meets the measured interval."""
    if measured.low is None or measured.high is None:
        return as_printed(published, measured.value)
    return as_printed(published, min(max(float(published), measured.low), measured.high))


def run_file(run: Measurement) -> str:
    """The file of a run, below the ledger."""
    return f"{run.kind}/{run.run.id}.json"

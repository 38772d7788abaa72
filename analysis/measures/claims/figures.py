"""How a published number is put beside the recomputed one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from analysis.catalog.note import as_printed
from analysis.ledger.claims import Claim, Figure, Verdict


def figure(
    name: str, unit: str, published: Decimal, recomputed: float, evidence: str | None = None
) -> Figure:
    """A figure that the equations can recompute from the note's own inputs."""
    return Figure(
        name=name,
        unit=unit,
        published=f"{published:f}",
        recomputed=recomputed,
        agrees=as_printed(published, recomputed),
        evidence=evidence,
    )


def quoted(name: str, unit: str, published: Decimal) -> Figure:
    """A figure that only a measurement could check."""
    return Figure(name=name, unit=unit, published=f"{published:f}", recomputed=None, agrees=None)


def recomputed_claim(
    id: str, section: str, statement: str, figures: Sequence[Figure], reason: str, slip: str = ""
) -> Claim:
    """A claim whose figures decide: it holds when all agree, else it is an arithmetic slip.

    `reason` is given when it holds, `slip` when it does not.
    """
    holds = all(figure.agrees for figure in figures)
    return Claim(
        id=id,
        section=section,
        statement=statement,
        verdict="holds" if holds else "arithmetic-slip",
        reason=reason if holds else slip or "the figures do not follow from the note's own inputs",
        figures=tuple(figures),
    )


def judged_claim(
    id: str,
    section: str,
    statement: str,
    verdict: Verdict,
    reason: str,
    figures: Sequence[Figure] = (),
) -> Claim:
    """A claim that arithmetic alone cannot decide."""
    return Claim(
        id=id,
        section=section,
        statement=statement,
        verdict=verdict,
        reason=reason,
        figures=tuple(figures),
    )

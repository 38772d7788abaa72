"""How a published number is put beside the recomputed and the measured one, and judged."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from analysis.catalog.note import as_printed
from analysis.kinds.claims.record import Claim, Figure, Reference, Verdict
from analysis.ledger.estimate import Estimate


def figure(
    name: str, unit: str, published: Decimal, recomputed: float, inputs: str | None = None
) -> Figure:
    """A figure that the equations can recompute from the note's own inputs."""
    return Figure(
        name=name,
        unit=unit,
        published=f"{published:f}",
        recomputed=recomputed,
        agrees=as_printed(published, recomputed),
        inputs=inputs,
    )


def implied(name: str, unit: str, recomputed: float, inputs: str | None = None) -> Figure:
    """A figure that the note does not give, and that its statement stands or falls with."""
    return Figure(name=name, unit=unit, published=None, recomputed=recomputed, inputs=inputs)


def quoted(name: str, unit: str, published: Decimal) -> Figure:
    """A figure that only a measurement could check."""
    return Figure(name=name, unit=unit, published=f"{published:f}")


def observed(
    name: str,
    unit: str,
    value: Estimate,
    run: str,
    published: Decimal | str | None = None,
    recomputed: float | None = None,
) -> Figure:
    """A measured figure, beside the published one where the note has one like it."""
    printed = f"{published:f}" if isinstance(published, Decimal) else published
    return Figure(
        name=name, unit=unit, published=printed, recomputed=recomputed, measured=value, run=run
    )


def counted(value: float) -> Estimate:
    """A measured figure that is no sample: a count, or one run's."""
    return Estimate(value=value, n=1)


def percent(share: float, decimals: int = 0) -> str:
    """A share in a sentence: "9 %"."""
    return f"{100 * share:.{decimals}f} %"


def recomputed_claim(
    id: str,
    section: str,
    statement: str,
    figures: Sequence[Figure],
    reason: str,
    evidence: Sequence[Reference],
    slip: str = "the figures do not follow from the note's own inputs",
) -> Claim:
    """A claim whose figures decide: it holds when all agree, else it is an arithmetic slip.

    `reason` is given when it holds, `slip` when it does not.
    """
    holds = all(figure.agrees is not False for figure in figures)
    verdict: Verdict = "holds" if holds else "arithmetic-slip"
    return judged_claim(
        id, section, statement, verdict, reason if holds else slip, evidence, figures
    )


def judged_claim(
    id: str,
    section: str,
    statement: str,
    verdict: Verdict,
    reason: str,
    evidence: Sequence[Reference],
    figures: Sequence[Figure] = (),
) -> Claim:
    """A claim that arithmetic alone cannot decide."""
    return Claim(
        id=id,
        section=section,
        statement=statement,
        verdict=verdict,
        reason=reason,
        needed=None,
        figures=tuple(figures),
        evidence=tuple(evidence),
    )


def unmeasured_claim(
    id: str,
    section: str,
    statement: str,
    kind: str,
    figures: Sequence[Figure] = (),
    reason: str = "the ledger has no run that says",
) -> Claim:
    """A claim that a run of `kind` answers, where there is none."""
    return Claim(
        id=id,
        section=section,
        statement=statement,
        verdict="not-measured-yet",
        reason=reason,
        needed=f"`latent-storage measure {kind}`",
        figures=tuple(figures),
        evidence=(),
    )


def untestable_claim(
    id: str,
    section: str,
    statement: str,
    reason: str,
    needed: str,
    evidence: Sequence[Reference] = (),
    figures: Sequence[Figure] = (),
) -> Claim:
    """A claim that needs what is not within reach here: `needed` says what."""
    return Claim(
        id=id,
        section=section,
        statement=statement,
        verdict="not-testable-here",
        reason=reason,
        needed=needed,
        figures=tuple(figures),
        evidence=tuple(evidence),
    )

"""`latent-storage claims`: the note, claim by claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from json import dumps
from typing import TYPE_CHECKING, Final

from analysis.cli.options import Json, LedgerToRead, ledgers
from analysis.cli.terminal import number_text, stdout

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from analysis.kinds.claims.record import Claim, Figure, Verdict

MANY_FIGURES: Final = 4
"""Of more than so many figures, only those that differ from print are told one by one."""


def claims(json: Json = False, measurements: LedgerToRead = None) -> None:
    """Every figure of the note: recomputed, measured where it can be, and a verdict each.

    Example: latent-storage claims --json
    """
    from analysis.findings.claims import all_claims, newest_evidence

    every = all_claims(newest_evidence(ledgers(measurements)))
    if json:
        print(dumps([claim.model_dump(mode="json") for claim in every], indent=1))
    else:
        stdout.print(claims_table(every))


def claims_table(claims: Sequence[Claim]) -> Table:
    """One row per claim: its verdict, and below each other what the claims page tells of it."""
    from rich.table import Table

    counts = Counter(claim.verdict for claim in claims)
    summary = "\n".join(f"{count} {_words(verdict)}" for verdict, count in counts.most_common())
    table = Table(title="The note, claim by claim", caption=summary, show_lines=True)
    table.add_column("Verdict", width=13)
    table.add_column("Claim", ratio=1, overflow="fold")
    for claim in claims:
        table.add_row(_words(claim.verdict), _claim_text(claim))
    return table


def _claim_text(claim: Claim) -> Text:
    from rich.text import Text

    figures = claim.figures
    if len(figures) > MANY_FIGURES:
        figures = tuple(figure for figure in figures if figure.agrees is False)
    rest = len(claim.figures) - len(figures)
    lines = [claim.explanation, *(f"· {_figure_text(figure)}" for figure in figures)]
    if rest:
        lines.append(f"· {rest} {'more ' if figures else ''}figures: --json has them")
    evidence = "; ".join(reference.address or reference.title for reference in claim.evidence)
    if evidence:
        lines.append(f"Evidence: {evidence}")
    return Text.assemble((claim.statement, "bold"), *(f"\n{line}" for line in lines))


def _figure_text(figure: Figure) -> str:
    """What was published, recomputed and measured, as far as it was."""
    sign = {True: " ✓", False: " ≠", None: ""}[figure.agrees]
    parts = (
        ("published", figure.published, ""),
        ("recomputed", figure.recomputed, sign),
        ("measured", figure.measured, ""),
    )
    texts = [
        f"{origin} {value if isinstance(value, str) else number_text(value)}{mark}"
        for origin, value, mark in parts
        if value is not None
    ]
    unit = f" ({figure.unit})" if figure.unit else ""
    return f"{figure.name}{unit}: {', '.join(texts)}"


def _words(verdict: Verdict) -> str:
    return verdict.replace("-", " ")

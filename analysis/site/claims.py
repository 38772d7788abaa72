"""How a claim stands on its page."""

from __future__ import annotations

from typing import NamedTuple

from analysis.ledger.claims import Claim, Figure, Verdict
from analysis.site.tables import table
from analysis.site.text import estimated, mark


class _Verdict(NamedTuple):
    name: str
    meaning: str


VERDICTS: dict[Verdict, _Verdict] = {
    "holds": _Verdict("holds", "comes out as printed"),
    "holds-only-if": _Verdict("holds only if", "true under a condition that the note leaves out"),
    "arithmetic-slip": _Verdict("arithmetic slip", "does not follow from the note's own inputs"),
    "does-not-hold": _Verdict("does not hold", "evidence against it"),
    "not-measured-yet": _Verdict(
        "not measured yet", "needs a measurement that is not in the ledger"
    ),
}
"""What each verdict is called and means, in the order of the summary."""


def markdown(claim: Claim) -> str:
    """Statement, verdict and reason, then a table of its figures."""
    verdict = VERDICTS[claim.verdict]
    head = (
        f'::: {{.claim .{claim.verdict} id="claim-{claim.id}"}}\n'
        f"**{claim.statement}**\n\n"
        f"[{verdict.name}]{{.verdict .{claim.verdict}}} {claim.reason}.\n"
    )
    if not claim.figures:
        return f"{head}:::\n"
    columns = ["figure", f"{mark('published')}", f"recomputed {mark('modelled')}"]
    rows = [
        [figure.name, _with_unit(figure.published, figure), _recomputed(figure)]
        for figure in claim.figures
    ]
    if any(figure.measured for figure in claim.figures):
        columns.append(mark("measured"))
        for row, figure in zip(rows, claim.figures, strict=True):
            row.append(estimated(figure.measured) if figure.measured else "")
    return f"{head}\n{table(columns, rows).data}\n\n:::\n"


def _recomputed(figure: Figure) -> str:
    """As many decimals as were printed where they agree, one more where they do not."""
    if figure.recomputed is None:
        return ""
    printed = len(figure.published.partition(".")[2])
    decimals = printed if figure.agrees else printed + 1
    sign = "✓" if figure.agrees else "≠"
    return f"{_with_unit(f'{figure.recomputed:,.{decimals}f}', figure)} {sign}"


def _with_unit(text: str, figure: Figure) -> str:
    return f"{text}{'' if figure.unit == '×' else ' '}{figure.unit}".strip()

"""How a claim stands on its page."""

from __future__ import annotations

from collections.abc import Sequence
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


def markdown(section: str, claims: Sequence[Claim]) -> str:
    """One section of the page: its claims with their verdicts, then all their figures, folded."""
    return (
        f"## {section}\n\n{_verdicts(claims)}\n\n"
        f'::: {{.callout-note collapse="true" title="{_title(section, claims)}"}}\n'
        f"{_figures(claims)}\n:::\n"
    )


def _title(section: str, claims: Sequence[Claim]) -> str:
    count = sum(len(claim.figures) for claim in claims)
    return f"All {count} figures: {section.lower() if section.split()[0].istitle() else section}"


def _verdicts(claims: Sequence[Claim]) -> str:
    rows = [
        [
            f"[{VERDICTS[claim.verdict].name}]{{.verdict .{claim.verdict} #claim-{claim.id}}}",
            f"**{claim.statement}** – {claim.reason}.",
        ]
        for claim in claims
    ]
    return str(table(["verdict", "claim"], rows, text_columns=2).data)


def _figures(claims: Sequence[Claim]) -> str:
    headers = ["claim", "figure", mark("published"), mark("modelled"), mark("measured")]
    rows = [
        [
            claim.id,
            figure.name,
            _with_unit(figure.published, figure),
            _recomputed(figure),
            estimated(figure.measured) if figure.measured else "",
        ]
        for claim in claims
        for figure in claim.figures
    ]
    return str(table(headers, rows, text_columns=2).data)


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

"""How the claims stand on their page: a summary, a table a section, and evidence to follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from IPython.display import Markdown

from analysis.kinds.claims.record import Claim, Figure, Reference, Verdict
from analysis.presentation.tables import table
from analysis.presentation.text import interval, mark, number


class _Verdict(NamedTuple):
    name: str
    meaning: str


VERDICTS: Final[dict[Verdict, _Verdict]] = {
    "holds": _Verdict("holds", "comes out as the note says"),
    "holds-only-if": _Verdict("holds only if", "true under a condition that the note leaves out"),
    "arithmetic-slip": _Verdict("arithmetic slip", "does not follow from the note's own inputs"),
    "does-not-hold": _Verdict("does not hold", "evidence against it"),
    "not-measured-yet": _Verdict("not measured yet", "a run would say, and the ledger has none"),
    "not-testable-here": _Verdict(
        "not testable here", "needs data, weights or hardware beyond reach"
    ),
}
"""What each verdict is called and means, in the order of the summary."""

_SHOWN_FIGURES: Final = 4
"""Figures that stand in the table below their claim; where there are more, all are folded."""

_HEADERS: Final = (
    "verdict",
    "claim",
    mark("published"),
    "[recomputed]{.modelled}",
    mark("measured"),
    "evidence",
)


def verdict_rows(claims: Sequence[Claim]) -> list[list[str]]:
    """Verdict, meaning and number of claims, for the summary."""
    counts = Counter(claim.verdict for claim in claims)
    return [
        [_badge(verdict), name.meaning, str(counts[verdict])] for verdict, name in VERDICTS.items()
    ]


def bar(claims: Sequence[Claim]) -> Markdown:
    """The share of each verdict as one bar; the table says the same in words."""
    counts = Counter(claim.verdict for claim in claims)
    parts = [
        f'<span class="{verdict}" style="flex-grow: {counts[verdict]}">{counts[verdict]}</span>'
        for verdict in VERDICTS
        if counts[verdict]
    ]
    in_words = ", ".join(
        f"{counts[verdict]} {name.name}" for verdict, name in VERDICTS.items() if counts[verdict]
    )
    return Markdown(
        f'```{{=html}}\n<div class="verdict-bar" role="img" aria-label="{escape(in_words)}">'
        f"{''.join(parts)}</div>\n```"
    )


def filter_form(claims: Sequence[Claim]) -> Markdown:
    """A box to tick for each verdict; `claims.js` shows the form and lets it choose."""
    counts = Counter(claim.verdict for claim in claims)
    boxes = "".join(
        f'<label><input type="checkbox" class="form-check-input" name="verdict" value="{verdict}"'
        f"{'' if counts[verdict] else ' disabled'}> {name.name} ({counts[verdict]})</label>"
        for verdict, name in VERDICTS.items()
    )
    return Markdown(
        '```{=html}\n<form id="claims-filter" hidden><fieldset><legend>Show only what …</legend>'
        f'{boxes}<button type="reset" class="btn btn-sm btn-outline-secondary">Show all</button>'
        '</fieldset><output aria-live="polite"></output></form>\n```'
    )


def section(name: str, claims: Sequence[Claim]) -> str:
    """A section of the page: the table of its claims, then the figures that are too many for it."""
    folded = [_folded(claim) for claim in claims if len(claim.figures) > _SHOWN_FIGURES]
    return "\n\n".join([f"## {name}", f"::: {{.claims}}\n{_table(claims)}\n:::", *folded, ""])


def _badge(verdict: Verdict) -> str:
    return f"[{VERDICTS[verdict].name}]{{.verdict .{verdict}}}"


def _table(claims: Sequence[Claim]) -> str:
    """A row for each claim, and below it one for each figure where these are few."""
    rows = [row for claim in claims for row in (_row(claim), *_figures_below(claim))]
    return str(table(list(_HEADERS), rows, text_columns=len(_HEADERS)).data)


def _row(claim: Claim) -> list[str]:
    badge = f"[{VERDICTS[claim.verdict].name}]{{.verdict .{claim.verdict} #claim-{claim.id}}}"
    evidence = " · ".join(_link(reference) for reference in claim.evidence)
    return [badge, f"**{claim.statement}** {claim.explanation}", "", "", "", evidence]


def _figures_below(claim: Claim) -> list[list[str]]:
    """Each figure, or where they are too many how many there are and where they stand."""
    figures = claim.figures
    if len(figures) <= _SHOWN_FIGURES:
        return [["", *_figure(figure), ""] for figure in figures]
    printed = sum(figure.published is not None for figure in figures)
    measured = sum(figure.measured is not None for figure in figures)
    link = f"[all {len(figures)} figures](#figures-{claim.id})"
    return [["", link, _count(printed), _agreement(figures), _count(measured), ""]]


def _count(figures: int) -> str:
    if not figures:
        return ""
    return f"{figures} figure{'s' if figures > 1 else ''}"


def _agreement(figures: Sequence[Figure]) -> str:
    """How many of those that were printed come out as printed."""
    judged = [figure.agrees for figure in figures if figure.agrees is not None]
    if judged:
        return f"{sum(judged)} of {len(judged)} {'✓' if all(judged) else '≠'}"
    return _count(sum(figure.recomputed is not None for figure in figures))


def _figure(figure: Figure) -> list[str]:
    return [
        figure.name + (f" [({figure.inputs})]{{.inputs}}" if figure.inputs else ""),
        _with_unit(figure.published, figure) if figure.published else "",
        _recomputed(figure),
        _measured(figure),
    ]


def _folded(claim: Claim) -> str:
    """A <details> opens by itself for a link to what is in it, without scripts."""
    rows = [_figure(figure) for figure in claim.figures]
    figures = table(["figure", *_HEADERS[2:5]], rows, text_columns=1).data
    title = f"{len(claim.figures)} figures: {claim.statement}"
    return (
        f'```{{=html}}\n<details class="claim-figures"><summary>{escape(title)}</summary>\n'
        f'<div id="figures-{claim.id}">\n```\n\n{figures}\n\n'
        "```{=html}\n</div></details>\n```"
    )


def _link(reference: Reference) -> str:
    """A run's JSON, a place in the report, or the source in words."""
    match reference.kind:
        case "run":
            return f"[run: {reference.title}](../measurements/{reference.address})"
        case "equation":
            return f"[equation: {reference.title}]({reference.address})"
        case "section":
            return f"[{reference.title}]({reference.address})"
        case "source":
            return reference.title


def _recomputed(figure: Figure) -> str:
    """As many decimals as were printed where they agree, one more where they do not."""
    if figure.recomputed is None:
        return ""
    if figure.published is None or figure.agrees is None:
        return _with_unit(_plain(figure.recomputed), figure)
    printed = len(figure.published.partition(".")[2])
    decimals = printed if figure.agrees or figure.recomputed.is_integer() else printed + 1
    sign = "✓" if figure.agrees else "≠"
    return f"{_with_unit(f'{figure.recomputed:,.{decimals}f}', figure)} {sign}"


def _measured(figure: Figure) -> str:
    """With its interval, which a count has not."""
    if figure.measured is None:
        return ""
    if figure.measured.n == 1:
        return _with_unit(_plain(figure.measured.value), figure)
    return f"{_with_unit(number(figure.measured.value), figure)} ({interval(figure.measured)})"


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else number(value)


def _with_unit(text: str, figure: Figure) -> str:
    return f"{text}{'' if figure.unit == '×' else ' '}{figure.unit}".strip()

"""A claim on its page: its verdict, its figures, and links to its evidence."""

from __future__ import annotations

import re

import pytest

from analysis.kinds.claims import view as claims
from analysis.kinds.claims.record import Claim, Figure, Reference, Verdict
from analysis.ledger.estimate import Estimate

EQUATION = Reference(kind="equation", title="R", address="equations.qmd#eq-ratio")
RUN = Reference(kind="run", title="shard-sizes", address="shard-sizes/a.json")
SECTION = Reference(kind="section", title="ties", address="resolution.qmd#sec-tie")
SOURCE = Reference(kind="source", title="a README")

SLIP = Figure(name="rate", unit="MB/min", published="46.0", recomputed=44.2157, agrees=False)


def claim(
    *figures: Figure,
    verdict: Verdict = "arithmetic-slip",
    needed: str | None = None,
    evidence: tuple[Reference, ...] = (EQUATION,),
) -> Claim:
    return Claim(
        id="x",
        section="Storage ratio",
        statement="A statement.",
        verdict=verdict,
        reason="some reason",
        needed=needed,
        figures=figures,
        evidence=evidence,
    )


def rows(text: str) -> list[list[str]]:
    """The cells of the rows of the first table."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_a_claim_is_a_row_with_its_figures_below_it() -> None:
    agreeing = SLIP.model_copy(update={"recomputed": 46.01, "agrees": True, "inputs": "a over b"})
    first, slip, holds = rows(claims.section("Storage ratio", [claim(SLIP, agreeing)]))
    assert first == [
        "[arithmetic slip]{.verdict .arithmetic-slip #claim-x}",
        "**A statement.** Some reason.",
        *[""] * 3,
        "[equation: R](equations.qmd#eq-ratio)",
    ]
    assert slip == ["", "rate", "46.0 MB/min", "44.22 MB/min ≠", "", ""]
    assert holds == ["", "rate [(a over b)]{.inputs}", "46.0 MB/min", "46.0 MB/min ✓", "", ""]


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (Figure(name="b", unit="", published=None, recomputed=10500.0), ["", "10,500", ""]),
        (
            Figure(name="b", unit="×", published="96", recomputed=48.0, agrees=False),
            ["96×", "48× ≠", ""],
        ),
        (
            Figure(
                name="b",
                unit="bits/pixel",
                published="0.57",
                measured=Estimate(value=0.6, low=0.5, high=0.7, n=3),
            ),
            ["0.57 bits/pixel", "", "0.600 bits/pixel (0.500 to 0.700, n = 3)"],
        ),
        (
            Figure(name="rows", unit="", published="15", measured=Estimate(value=15, n=1)),
            ["15", "", "15"],
        ),
    ],
)
def test_a_figure_shows_the_sides_that_it_has(figure: Figure, shown: list[str]) -> None:
    (_, row) = rows(claims.section("Storage ratio", [claim(figure)]))
    assert row[2:5] == shown


def test_many_figures_are_counted_in_the_table_and_folded_below_it() -> None:
    agreeing = SLIP.model_copy(update={"recomputed": 46.01, "agrees": True})
    text = claims.section("Storage ratio", [claim(*[SLIP] * 3, *[agreeing] * 4)])
    table, folded = text.split("<details")
    assert rows(table)[1] == ["", "[all 7 figures](#figures-x)", "7 figures", "4 of 7 ≠", "", ""]
    assert '<div id="figures-x">' in folded
    assert len(rows(folded)) == 7


def test_evidence_is_linked_from_the_page() -> None:
    (row,) = rows(claims.section("s", [claim(evidence=(RUN, SECTION, SOURCE))]))
    assert row[-1] == (
        "[run: shard-sizes](../measurements/shard-sizes/a.json) · "
        "[ties](resolution.qmd#sec-tie) · a README"
    )


def test_a_claim_without_an_answer_says_what_is_needed() -> None:
    open_claim = claim(verdict="not-testable-here", needed="the weights", evidence=())
    (row,) = rows(claims.section("s", [open_claim]))
    assert row[1] == "**A statement.** Some reason. Needed: the weights."


def test_the_bar_has_a_part_for_each_verdict_and_says_it_in_words() -> None:
    html = claims.bar([claim(), claim(), claim(verdict="holds")]).data
    assert 'aria-label="1 holds, 2 arithmetic slip"' in html
    assert re.findall(r'class="([a-z-]+)" style="flex-grow: (\d)">\2<', html) == [
        ("holds", "1"),
        ("arithmetic-slip", "2"),
    ]
    counts = {row[0]: row[2] for row in claims.verdict_rows([claim(), claim()])}
    assert counts["[arithmetic slip]{.verdict .arithmetic-slip}"] == "2"
    assert counts["[holds]{.verdict .holds}"] == "0"


def test_the_filter_has_a_box_for_each_verdict_and_none_to_tick_where_there_is_no_claim() -> None:
    html = claims.filter_form([claim(), claim()]).data
    assert html.count('type="checkbox"') == len(claims.VERDICTS)
    assert 'value="arithmetic-slip"> arithmetic slip (2)' in html
    assert 'value="holds" disabled> holds (0)' in html
    assert 'id="claims-filter" hidden' in html

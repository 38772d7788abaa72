from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.site.renderer.markdown import resolve_markdown


def _resolved(text: str, *bibliographies: Path) -> str:
    return resolve_markdown(text, "page.qmd", Path.cwd(), bibliographies)


def test_equations_are_numbered_and_referred_to() -> None:
    shown = _resolved("$$ a $$ {#eq-a}\n\n$$\nb\n$$ {#eq-b}\n\nBy @eq-b and [-@eq-a].\n")
    assert r"\tag{1}" in shown
    assert r"\tag{2}" in shown
    assert "[Equation\u00a02](#eq-b){.quarto-xref} and [1](#eq-a){.quarto-xref}" in shown


def test_sections_are_numbered_by_depth() -> None:
    text = "## A {#sec-a}\n\n### B {#sec-b}\n\n## Aside {.unnumbered}\n\n## C {#sec-c}\n\n"
    shown = _resolved(text + "@sec-a @sec-b @sec-c\n")
    for number, label in (("1", "a"), ("1.1", "b"), ("2", "c")):
        assert f"[Section\u00a0{number}](#sec-{label})" in shown


def test_a_table_has_its_caption_above_and_a_figure_below() -> None:
    text = (
        "| a |\n|---|\n| 1 |\n\n: Of the table {#tbl-a}\n\n"
        "![Of the picture](x.svg){#fig-a}\n\n"
        "::: {#fig-b}\ndrawn\n\nOf the div\n:::\n\n@tbl-a [@fig-a; @fig-b]\n"
    )
    shown = _resolved(text)
    assert shown.index("Table\u00a01: Of the table") < shown.index("| 1")
    assert shown.index("drawn") < shown.index("Figure\u00a02: Of the div")
    assert "[Figure\u00a01](#fig-a){.quarto-xref}, [Figure\u00a02](#fig-b){.quarto-xref}" in shown


def test_a_theorem_begins_with_its_number_and_title() -> None:
    shown = _resolved("::: {#thm-a}\n## Monotone\nIt grows.\n:::\n\nSee @thm-a.\n")
    assert "**Theorem\u00a01 (Monotone)** It grows." in shown
    assert "[Theorem\u00a01](#thm-a)" in shown


def test_a_reference_may_have_words_of_its_own() -> None:
    assert "[see\u00a01](#eq-a)" in _resolved("$$ a $$ {#eq-a}\n\n[see @eq-a]\n")


def test_raw_html_reaches_the_page() -> None:
    assert "<kbd>K</kbd>" in _resolved("Press `<kbd>K</kbd>`{=html}.\n").replace("`", "")
    assert "`<kbd>" not in _resolved("Press `<kbd>K</kbd>`{=html}.\n")


def test_citations_are_written_out_below_a_heading(tmp_path: Path) -> None:
    books = tmp_path / "books.bib"
    books.write_text("@book{knuth, author={Knuth, D.}, title={Art}, year={1997}, publisher={AW}}")
    shown = _resolved("As @knuth says.\n", books)
    assert "Knuth ([1997](#ref-knuth))" in shown
    assert "## References {#bibliography .unnumbered}" in shown
    assert "*Art*" in shown


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("See @fig-lost.\n", r"^page\.qmd: the reference @fig-lost points to nothing"),
        ("$$ a $$ {#eq-a}\n\n$$ b $$ {#eq-a}\n", "the label eq-a is given twice"),
        ("As @nobody says.\n", "citation nobody not found"),
        ("::: {#fig-a}\n:::\n", "fig-a has no caption"),
    ],
)
def test_what_cannot_be_resolved_stops_the_build(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        _resolved(text)


def test_a_citation_that_names_others_is_a_plain_link(tmp_path: Path) -> None:
    books = tmp_path / "books.bib"
    books.write_text("@book{chen, author={Chen, J. and others}, title={Art}, year={2025}}")
    assert "([Chen et al. 2025](#ref-chen))" in _resolved("So it is [@chen].\n", books)

from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.site.renderer.page import Page, inline_value, run_page
from analysis.site.renderer.project import read_project

_CONFIG = """
project: {render: page.qmd}
execute: {echo: false}
format: {html: {html-math-method: {method: katex, url: katex/}}}
"""


def _run(folder: Path, text: str) -> Page:
    (folder / "_quarto.yml").write_text(_CONFIG)
    (folder / "page.qmd").write_text(text)
    return run_page(read_project(folder), Path("page.qmd"), {})


def test_cells_and_inline_values_run_in_the_order_of_the_page(tmp_path: Path) -> None:
    text = (
        '---\ntitle: "A page"\n---\n\n```{python}\nx = 1\n```\n\nFirst `{python} x`.\n\n'
        "```{python}\nx = x + 1\nprint(x * 21)\n```\n\nThen `{python} x`.\n"
    )
    page = _run(tmp_path, text)
    assert page.front == '---\ntitle: "A page"\n---'
    assert "First 1." in page.body
    assert "````\n42\n````" in page.body
    assert "Then 2." in page.body
    assert "x = 1" not in page.body


def test_a_page_overrides_the_project(tmp_path: Path) -> None:
    page = _run(tmp_path, "---\nexecute: {echo: true}\n---\n\n```{python}\nx = 1\n```\n")
    assert "x = 1" in page.body


def test_a_page_without_code_needs_no_kernel(tmp_path: Path) -> None:
    assert _run(tmp_path, "Only *words*.\n") == Page("", "Only *words*.")


def test_included_files_are_part_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "_part.qmd").write_text("Six times seven is `{python} 6 * 7`.\n")
    assert "is 42." in _run(tmp_path, "{{< include _part.qmd >}}\n").body


def test_a_lost_or_circular_include_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"page\.qmd includes _lost\.qmd, which is not there"):
        _run(tmp_path, "{{< include _lost.qmd >}}\n")
    with pytest.raises(InputError, match=r"page\.qmd is included by itself"):
        _run(tmp_path, "{{< include page.qmd >}}\n")


def test_a_failing_cell_is_named_by_page_number_and_label(tmp_path: Path) -> None:
    text = "```{python}\nx = 1\n```\n\n```{python}\n#| label: fig-a\nx.nothing\n```\n"
    with pytest.raises(InputError, match=r"^page\.qmd, cell 2 \(fig-a\) failed: AttributeError"):
        _run(tmp_path, text)


def test_a_failing_value_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"page\.qmd: the value `\{python\} missing` failed: Name"):
        _run(tmp_path, "A `{python} missing` value.\n")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ({"text/plain": "0.284"}, "0.284"),
        ({"text/plain": "'1.5 * x'"}, r"1\.5 \* x"),
        ({"text/plain": "<Markdown>", "text/markdown": "**1.5**"}, "**1.5**"),
    ],
)
def test_inline_values_follow_quartos_rules(data: dict[str, str], shown: str) -> None:
    assert inline_value(data) == shown

from typing import Any

import pytest
from nbformat import NotebookNode

from analysis.errors import InputError
from analysis.site.renderer.cells import (
    CellOptions,
    cell_markdown,
    cell_options,
    page_defaults,
    split_options,
)


def _node(**fields: object) -> NotebookNode:
    return NotebookNode(**fields)  # type: ignore[no-untyped-call]


def _printed(text: str, name: str = "stdout") -> NotebookNode:
    return _node(output_type="stream", name=name, text=text)


def _displayed(**data: str) -> NotebookNode:
    media = {key.replace("_", "/"): value for key, value in data.items()}
    return _node(output_type="display_data", data=media)


def _markdown(*outputs: NotebookNode, **options: Any) -> str:
    return cell_markdown("1 + 1", outputs, CellOptions(**options), "page.qmd, cell 1")


def test_options_are_split_from_the_code() -> None:
    options, code = split_options('#| label: fig-a\n#| fig-cap: "A: b"\nx = 1\n# |', "page")
    assert options == {"label": "fig-a", "fig-cap": "A: b"}
    assert code == "x = 1\n# |"


def test_an_unknown_option_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"page has no|no cell option fig-width; it has label"):
        split_options("#| fig-width: 3\nx", "page")


def test_a_caption_needs_a_label() -> None:
    with pytest.raises(InputError, match="a caption needs a label"):
        cell_options({"fig-cap": "Words"}, "page, cell 1")


def test_later_layers_win() -> None:
    layers = [{"echo": False, "toc": True}, None, {"code-fold": True}, {"echo": True}]
    assert page_defaults(*layers) == {"echo": True, "code-fold": True}


def test_code_is_shown_or_hidden() -> None:
    assert "1 + 1" in _markdown()
    assert 'code-fold="true" code-summary="Show"' in _markdown(code_fold=True, code_summary="Show")
    assert _markdown(echo=False) == ""
    assert _markdown(_printed("out"), include=False) == ""
    assert "out" not in _markdown(_printed("out"), output=False)


def test_printed_text_is_shown_as_it_is_and_as_markdown_on_request() -> None:
    assert "````\n**bold**\n````" in _markdown(_printed("**bold**\n"))
    assert _markdown(_printed("**bold**\n"), echo=False, output="asis") == "**bold**\n"


def test_warnings_are_left_out_on_request() -> None:
    warning = _printed("careful", "stderr")
    assert "careful" in _markdown(warning)
    assert "careful" not in _markdown(warning, warning=False)


def test_a_labelled_output_carries_its_caption() -> None:
    shown = _markdown(_displayed(text_markdown="| a |"), label="tbl-a", tbl_cap="Words", echo=False)
    assert "{#tbl-a .cell}" in shown
    assert shown.rstrip().endswith("Words\n\n::::::")


def test_html_output_is_refused_because_quarto_would_load_scripts_for_it() -> None:
    with pytest.raises(InputError, match=r"page\.qmd, cell 1 displays text/html: wrap it"):
        _markdown(_displayed(text_html="<table>", text_plain="a table"))

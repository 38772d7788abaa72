"""A code cell of a page: its `#|` options, and the Markdown that its code and outputs become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from nbformat import NotebookNode

from analysis.errors import InputError
from analysis.site.renderer.project import mapping, parse_yaml


@dataclass(frozen=True)
class CellOptions:
    """The options of a cell, with Quarto's names (hyphens for underscores) and defaults."""

    label: str = ""
    echo: bool = True
    output: bool | Literal["asis"] = True
    include: bool = True
    warning: bool = True
    fig_cap: str = ""
    tbl_cap: str = ""
    code_fold: bool | Literal["show"] = False
    code_summary: str = "Code"

    @property
    def caption(self) -> str:
        """The caption, of a figure or of a table."""
        return self.fig_cap or self.tbl_cap


_NAMES = {field.name.replace("_", "-"): field.name for field in fields(CellOptions)}


def page_defaults(*layers: object) -> dict[str, Any]:
    """Collect the cell options from a project's and a page's own settings; later layers win."""
    return {
        key: value for layer in layers for key, value in mapping(layer).items() if key in _NAMES
    }


def split_options(source: str, where: str) -> tuple[dict[str, Any], str]:
    """Split a cell's source into the options in its leading `#|` lines and its code."""
    lines = source.split("\n")
    count = next((n for n, line in enumerate(lines) if not line.startswith("#|")), len(lines))
    options = mapping(parse_yaml("\n".join(line[2:] for line in lines[:count]), where))
    unknown = sorted(set(options) - set(_NAMES))
    if unknown:
        raise InputError(
            f"{where}: the offline renderer has no cell option {unknown[0]}; "
            f"it has {', '.join(_NAMES)}."
        )
    return dict(options), "\n".join(lines[count:]).strip()


def cell_options(values: Mapping[str, Any], where: str) -> CellOptions:
    """Build the options of a cell from its page's defaults and its own, already merged."""
    options = CellOptions(**{_NAMES[key]: value for key, value in values.items()})
    if options.caption and not options.label.startswith(("fig-", "tbl-")):
        raise InputError(f"{where}: a caption needs a label that begins with fig- or tbl-.")
    return options


def cell_markdown(
    code: str, outputs: Sequence[NotebookNode], options: CellOptions, where: str
) -> str:
    """Return what a cell that ran adds to its page, as Pandoc Markdown."""
    if not options.include:
        return ""
    shown = _source(code, options) if options.echo and code else ""
    if options.output is False:
        return shown
    asis = options.output == "asis"
    wanted = [o for o in outputs if options.warning or o.get("name") != "stderr"]
    results = "".join(_output(output, asis, where) for output in wanted)
    if asis or not results:
        return shown + results
    name = f"#{options.label} " if options.caption else ""
    caption = f"\n{options.caption}\n" if options.caption else ""
    return f"{shown}\n:::::: {{{name}.cell}}\n{results}{caption}\n::::::\n"


def _source(code: str, options: CellOptions) -> str:
    fold = str(options.code_fold).lower()
    return (
        f'\n````{{.python .cell-code code-fold="{fold}" '
        f'code-summary="{options.code_summary}"}}\n{code}\n````\n'
    )


def _output(output: NotebookNode, asis: bool, where: str) -> str:
    if output.output_type == "stream":
        if asis:
            return str(output.text)
        return _display(f"````\n{output.text.rstrip()}\n````", f"cell-output-{output.name}")
    data = output.data
    if "text/markdown" in data:
        text = str(data["text/markdown"])
        return f"\n{text}\n" if asis else _display(text, "cell-output-display")
    # Quarto answers HTML output with require.js and jQuery from another server, and a picture
    # drawn by a cell has no alternative text; pages show tables and plots as Markdown.
    others = sorted(set(data) - {"text/plain"})
    if others:
        raise InputError(
            f"{where} displays {others[0]}: wrap it in IPython.display.Markdown, "
            "with HTML in an {=html} block."
        )
    return _display(f"````\n{data['text/plain']}\n````", "cell-output-display")


def _display(body: str, name: str) -> str:
    return f"\n::::: {{.cell-output .{name}}}\n{body}\n:::::\n"

"""One page: read its source, run its cells in order and return Markdown without code to run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from analysis.errors import InputError
from analysis.site.renderer.cells import cell_markdown, cell_options, page_defaults, split_options
from analysis.site.renderer.kernel import CellFailed, Kernel, python_kernel
from analysis.site.renderer.project import Project, mapping, parse_yaml

_INCLUDE = re.compile(r"^\{\{< include (\S+) >\}\}$", re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`\{python\}[ \t]([^`]+)`")
_QUOTED = re.compile(r"(['\"])(.*)\1", re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()>#+\-.!,])")
_INCLUDE_DEPTH = 5


@dataclass(frozen=True)
class Page:
    """A page whose cells have run: its front matter (YAML with its fences) and its Markdown."""

    front: str
    body: str


def run_page(project: Project, page: Path, environment: Mapping[str, str]) -> Page:
    """Run the cells of `page` (relative to the project), in its folder, in a kernel of its own.

    Raises InputError that names the page and the cell when a cell fails.
    """
    file = project.root / page
    cells = jupytext.reads(_with_includes(file, page), fmt="Rmd").cells
    front = cells.pop(0).source if cells and cells[0].cell_type == "raw" else ""
    meta = mapping(parse_yaml(front.strip("-\n"), f"{page}: the front matter"))
    defaults = page_defaults(
        project.html,
        project.config.get("execute"),
        mapping(meta.get("format")).get("html"),
        meta,
        meta.get("execute"),
    )
    if not any(cell.cell_type == "code" or _INLINE.search(cell.source) for cell in cells):
        return Page(front, "\n\n".join(cell.source for cell in cells))
    with python_kernel(file.parent, environment) as kernel:
        return Page(front, "\n\n".join(_run_cells(cells, kernel, defaults, page)))


def _with_includes(file: Path, page: Path, depth: int = 0) -> str:
    """Return a page's text with every `{{< include FILE >}}` replaced by that file's text."""
    if depth > _INCLUDE_DEPTH:
        raise InputError(f"{page}: {file.name} is included by itself.")

    def included(match: re.Match[str]) -> str:
        target = file.parent / match[1]
        if not target.is_file():
            raise InputError(f"{page} includes {match[1]}, which is not there.")
        return _with_includes(target, page, depth + 1)

    return _INCLUDE.sub(included, file.read_text(encoding="utf-8"))


def _run_cells(
    cells: list[nbformat.NotebookNode], kernel: Kernel, defaults: Mapping[str, Any], page: Path
) -> list[str]:
    parts = []
    number = 0
    for cell in cells:
        if cell.cell_type != "code":
            parts.append(_with_values(cell.source, kernel, page))
            continue
        number += 1
        where = f"{page}, cell {number}"
        own, code = split_options(cell.source, where)
        options = cell_options({**defaults, **own}, where)
        if options.label:
            where += f" ({options.label})"
        try:
            outputs = kernel.run(cell.source)
        except CellFailed as failure:
            raise InputError(f"{where} failed: {failure}.") from failure
        parts.append(cell_markdown(code, outputs, options, where))
    return parts


def _with_values(text: str, kernel: Kernel, page: Path) -> str:
    """Replace every inline `{python} expression` in the text by its value."""

    def value(match: re.Match[str]) -> str:
        try:
            return inline_value(kernel.evaluate(match[1].strip()))
        except CellFailed as failure:
            raise InputError(f"{page}: the value {match[0]} failed: {failure}.") from failure

    return _INLINE.sub(value, text)


def inline_value(data: Mapping[str, str]) -> str:
    """Return the Markdown of an inline value, by Quarto's rules.

    Markdown stays as it is; a string loses its quotes and has its special characters escaped;
    anything else (a number) is printed as Python prints it.
    """
    if "text/markdown" in data:
        return data["text/markdown"]
    plain = data["text/plain"]
    quoted = _QUOTED.fullmatch(plain)
    return _SPECIAL.sub(r"\\\1", quoted[2]) if quoted else plain

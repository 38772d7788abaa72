"""Tables as Markdown, and the rows that several pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from IPython.display import Markdown
from tabulate import tabulate


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], text_columns: int = 1) -> Markdown:
    """A pipe table; the first `text_columns` columns are set left, the numbers after them right.

    Cells are Markdown: links, badges and mathematics work in them.
    """
    return Markdown(
        tabulate(
            [[_cell(cell) for cell in row] for row in rows],
            headers=list(headers),
            tablefmt="pipe",
            disable_numparse=True,
            colalign=["left"] * text_columns + ["right"] * (len(headers) - text_columns),
        )
    )


def _cell(text: str) -> str:
    """A bar or a line break would end the cell."""
    return text.replace("|", "\\|").replace("\n", " ")

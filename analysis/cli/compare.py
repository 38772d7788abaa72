"""`latent-storage compare`: two runs of a kind, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.options import Json
from analysis.cli.terminal import number_text, stdout

if TYPE_CHECKING:
    from rich.table import Table

    from analysis.ledger.compare import Difference


def compare(
    first: Annotated[Path, typer.Argument(metavar="RUN", help="A measurement file.")],
    second: Annotated[Path, typer.Argument(metavar="RUN", help="Another of the same kind.")],
    json: Json = False,
) -> None:
    """Two measurements side by side; what sampling does not explain is marked.

    Example: latent-storage compare measurements/shard-sizes/{a,b}.json
    """
    from analysis.kinds.ledger import read_run
    from analysis.ledger.compare import compare as compare_runs

    one, other = read_run(first), read_run(second)
    differences = compare_runs(one, other)
    if json:
        print(dumps([difference.as_dict() for difference in differences], indent=1))
    else:
        stdout.print(differences_table(differences, one.run.id, other.run.id))


def differences_table(differences: Sequence[Difference], first: str, second: str) -> Table:
    """One row per figure; a star marks what sampling does not explain."""
    from rich.table import Table
    from rich.text import Text

    table = Table(caption="* beyond the 95 % intervals, or unequal where there is none")
    for column in ("Figure", first, second, "Difference", ""):
        table.add_column(column, overflow="fold")
    for difference in differences:
        relative = difference.relative
        table.add_row(
            Text(difference.figure),
            number_text(difference.first),
            number_text(difference.second),
            "" if relative is None else f"{relative:+.2%}",
            "*" if difference.beyond else "",
        )
    return table

"""`latent-storage compare-latents`: two sets of latents of the same frames, channel by channel."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.options import Json
from analysis.cli.terminal import complain, progress, stdout

if TYPE_CHECKING:
    from rich.table import Table

    from analysis.datasets.compare_latents import LatentComparison


def compare_latents(
    first: Annotated[
        str, typer.Argument(metavar="A", help="Latents: a shard, a folder or an fsspec URL.")
    ],
    second: Annotated[
        str, typer.Argument(metavar="B", help="Other latents of the same frames, held against A.")
    ],
    json: Json = False,
) -> None:
    """Correlation and error by channel of two sets of latents of the same frames.

    Example: latent-storage compare-latents latents latents-by-another-encoder
    """
    from analysis.datasets.compare_latents import compare_latents as compare

    with progress() as report:
        found = compare(first, second, report)
    if json:
        print(dumps(found.as_dict(), indent=1, ensure_ascii=False))
    else:
        stdout.print(comparison_table(found))
    for place, absent in ((second, found.only_in_first), (first, found.only_in_second)):
        if absent:
            complain(f"{place} lacks {len(absent)} views, first {absent[0]}: these were left out.")


def comparison_table(found: LatentComparison) -> Table:
    """A row of all channels together, then one for each."""
    from rich.table import Table

    names = [", ".join(made_by) or "unnamed" for made_by in found.made_by]
    table = Table(
        title=f"{found.views} views, {found.frames:,} latent frames",
        caption=f"A: {names[0]}; B: {names[1]}. Relative error: the root mean square of B less A "
        "over A's deviation.",
    )
    for column in (
        *("channel", "deviation A", "deviation B", "correlation"),
        *("relative error", "largest error"),
    ):
        table.add_column(column, justify="right")
    for row in (found.whole, *found.channels):
        table.add_row(
            "all" if row.channel is None else str(row.channel),
            *(f"{value:.4g}" for value in (row.first_deviation, row.second_deviation)),
            "none" if row.correlation is None else f"{row.correlation:.5f}",
            "none" if row.relative_error is None else f"{row.relative_error:.2%}",
            f"{row.largest_error:.4g}",
            end_section=row.channel is None,
        )
    return table

"""`latent-storage site`: the report as a website."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Literal

import typer

from analysis.cli.options import ledgers
from analysis.cli.terminal import progress
from analysis.io.project import LEDGER


def site(
    renderer: Annotated[
        Literal["auto", "quarto", "offline"],
        typer.Option(help="auto is Quarto where it is on PATH."),
    ] = "auto",
    measurements: Annotated[
        list[Path] | None,
        typer.Option(help="A ledger to read before the project's; may be repeated."),
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option(
            help="The folder with _quarto.yml: this one, or else the report in the package."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the site goes.")] = Path("_site"),
) -> None:
    """Render the report from the ledger.

    Example: latent-storage site --measurements build/measurements
    """
    from analysis.site.build import build_site, own_pages

    if project is None and Path("_quarto.yml").is_file():
        project = Path()
    with progress() as report, nullcontext(project) if project else own_pages() as pages:
        index = build_site(
            project=pages,
            output=out,
            renderer=renderer,
            measurements=[*(measurements or []), *([pages / LEDGER] if project else ledgers())],
            progress=report,
        )
    print(index)

"""`latent-storage site`: the report as a website."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from analysis.cli.terminal import progress
from analysis.io.project import LEDGER


def site(
    renderer: Annotated[
        Literal["auto", "quarto", "offline"],
        typer.Option(help="auto is Quarto where it is on PATH."),
    ] = "auto",
    measurements: Annotated[
        list[Path] | None,
        typer.Option(help="A ledger to read before the committed one; may be repeated."),
    ] = None,
    project: Annotated[Path, typer.Option(help="The folder with _quarto.yml.")] = Path(),
    out: Annotated[Path, typer.Option(help="Where the site goes.")] = Path("_site"),
) -> None:
    """Render the report from the ledger.

    Example: latent-storage site --measurements build/measurements
    """
    from analysis.site.build import build_site

    with progress() as report:
        index = build_site(
            project=project,
            output=out,
            renderer=renderer,
            measurements=[*(measurements or []), project / LEDGER],
            progress=report,
        )
    print(index)

"""`latent-storage scan`: sizes of a data set from headers alone."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from analysis.cli.options import Json
from analysis.cli.terminal import progress, stdout


def scan(
    path: Annotated[
        str, typer.Argument(help="A shard, a folder of shards or of videos, or an fsspec URL.")
    ],
    json: Json = False,
    deep: Annotated[
        bool, typer.Option(help="Also decode a few frames: do they look enlarged?")
    ] = False,
) -> None:
    """Sizes of a data set from headers alone: bits per pixel, MB per minute, an audit.

    Example: latent-storage scan build/recordings/quick --json
    """
    from analysis.datasets.scan import scan as scan_shards
    from analysis.datasets.summary import summary

    with progress() as report:
        found = scan_shards(path, deep, partial(report, path))
    if json:
        print(found.model_dump_json(indent=1))
    else:
        stdout.print(summary(found))
    if any(finding.severity == "error" for finding in found.findings):
        raise typer.Exit(1)

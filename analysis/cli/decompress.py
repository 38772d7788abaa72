"""`latent-storage decompress`: compressed latent shards back into plain ones."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.terminal import complain, conversion, progress


def decompress(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="Compressed latents: a shard, a folder or a URL.")
    ],
    out: Annotated[str, typer.Option(help="Where the shards go: a folder or an fsspec URL.")],
) -> None:
    """Turn compressed latent shards back; run again to go on where it stopped.

    Example: latent-storage decompress compressed --out latents
    """
    from analysis.datasets.compress import decompress as decompress_latents

    with progress() as report:
        plain = decompress_latents(source, out, report, complain)
    for shard in plain.shards:
        print(shard)
    if plain.latents_before or not plain.problems:
        complain(conversion(plain.latents_before, plain.latents_after))
    if plain.problems:
        raise typer.Exit(1)

"""`latent-storage compress`: latent shards into smaller ones."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.options import Device
from analysis.cli.terminal import complain, conversion, progress


def compress(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="Latents: a shard, a folder or an fsspec URL.")
    ],
    out: Annotated[str, typer.Option(help="Where the shards go: a folder or an fsspec URL.")],
    codec: Annotated[
        str | None,
        typer.Option(
            metavar="PART[:PARAMETER]+...",
            help="{recommended codec} when not given; {recommended lossless codec} keeps every "
            "bit. An unknown part lists all.",
        ),
    ] = None,
    autoencoder: Annotated[
        str | None,
        typer.Option(
            metavar="ID_OR_PATH",
            help="Whose decoder weighs the channels; the one that the shards name by default.",
        ),
    ] = None,
    device: Device = None,
) -> None:
    """Compress latent shards into smaller ones; run again to go on where it stopped.

    Example: latent-storage compress latents --out compressed
    """
    from analysis.codecs.latent_codec import RECOMMENDED
    from analysis.encoding.compress import compress as compress_latents

    with progress() as report:
        compressed = compress_latents(
            source, out, codec or RECOMMENDED, autoencoder, device, report, complain
        )
    for shard in compressed.shards:
        print(shard)
    if compressed.latents_before or not compressed.problems:
        complain(conversion(compressed.latents_before, compressed.latents_after))
    if compressed.problems:
        raise typer.Exit(1)

"""`latent-storage train decoder`: the project's decoder of DC-AE's latents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import LedgerToWrite, Recordings, command_line
from analysis.cli.terminal import progress
from analysis.io.project import LEDGER


def decoder(
    source: Recordings,
    out: Annotated[Path, typer.Option(help="Where frames, latents, checkpoint and weights go.")],
    autoencoder: Annotated[
        str, typer.Option(metavar="ID_OR_PATH", help="Whose latents are to be decoded.")
    ] = "taesana-f32c32",
    steps: Annotated[int, typer.Option(min=1, help="How long; more of a stopped one goes on.")] = (
        4500
    ),
    every: Annotated[
        int, typer.Option(min=1, metavar="N", help="Train on every N-th frame of a view.")
    ] = 5,
    device: Annotated[str, typer.Option(help="To train on, such as cuda.")] = "cpu",
    threads: Annotated[int, typer.Option(min=1, help="Of torch.")] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Decides what it starts from and sees.")] = 1,
    measurements: LedgerToWrite = LEDGER,
) -> None:
    """Train a decoder of an encoder's latents; run again to go on where it stopped.

    Episodes marked as held out, or else every tenth, are watched and never trained on.

    Example: latent-storage train decoder build/recordings/full/native --out build/decoder
    """
    from analysis.autoencoders.train_decoder import DecoderOptions
    from analysis.kinds.decoder_training.measure import DecoderPlan, train_and_record_decoder

    options = DecoderOptions(steps=steps, seed=seed, threads=threads, device=device)
    plan = DecoderPlan(source=source, out=out, encoder=autoencoder, every=every)
    with progress() as report:
        run = train_and_record_decoder(plan, options, measurements, command_line(), report)
    for folder in run.weights:
        print(folder)
    print(run.measurement)

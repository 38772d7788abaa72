"""`latent-storage train autoencoder`: the project's small autoencoder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.options import LedgerToWrite, Recordings, command_line
from analysis.cli.terminal import progress
from analysis.io.project import LEDGER


def autoencoder(
    source: Recordings,
    out: Annotated[Path, typer.Option(help="Where frames, checkpoint and weights go.")],
    steps: Annotated[int, typer.Option(min=1, help="How long; more of a stopped one goes on.")] = (
        3600
    ),
    every: Annotated[
        int, typer.Option(min=1, metavar="N", help="Train on every N-th frame of a view.")
    ] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Decides what it starts from and sees.")] = 1,
    measurements: LedgerToWrite = LEDGER,
) -> None:
    """Train the project's small DC-AE-shaped autoencoder; run again to go on where it stopped.

    Episodes marked as held out, or else every tenth, are watched and never trained on.

    Example: latent-storage train autoencoder build/recordings/full/native --out build/training
    """
    from analysis.autoencoders.train import TrainingOptions
    from analysis.kinds.training.measure import train_and_record

    options = TrainingOptions(steps=steps, seed=seed)
    with progress() as report:
        run = train_and_record(source, out, options, every, measurements, command_line(), report)
    for folder in run.weights:
        print(folder)
    print(run.measurement)

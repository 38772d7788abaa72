"""`latent-storage train decoder`: the project's decoder of DC-AE's latents."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.options import (
    EveryFrame,
    LedgerToWrite,
    Recordings,
    Seed,
    TorchThreads,
    TrainingOut,
    TrainingSteps,
    command_line,
)
from analysis.cli.terminal import progress
from analysis.io.project import LEDGER


def decoder(
    source: Recordings,
    out: TrainingOut,
    autoencoder: Annotated[
        str, typer.Option(metavar="ID_OR_PATH", help="Whose latents are to be decoded.")
    ] = "taesana-f32c32",
    steps: TrainingSteps = 4500,
    every: EveryFrame = 5,
    device: Annotated[str, typer.Option(help="To train on, such as cuda.")] = "cpu",
    threads: TorchThreads = 2,
    seed: Seed = 1,
    measurements: LedgerToWrite = LEDGER,
) -> None:
    """Train a decoder of an encoder's latents; run again to go on where it stopped.

    Episodes marked as held out, or else every tenth, are watched and never trained on.

    Example: latent-storage train decoder build/recordings/full/native --out build/decoder
    """
    from analysis.autoencoders.train_decoder import DecoderOptions
    from analysis.kinds.decoder_training.measure import train_and_record_decoder
    from analysis.kinds.encoded_games import LatentTrainingPlan

    options = DecoderOptions(steps=steps, seed=seed, threads=threads, device=device)
    plan = LatentTrainingPlan(source, out, autoencoder, every)
    with progress() as report:
        run = train_and_record_decoder(plan, options, measurements, command_line(), report)
    for folder in run.weights:
        print(folder)
    print(run.measurement)

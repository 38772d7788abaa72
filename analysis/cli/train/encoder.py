"""`latent-storage train encoder`: the project's encoder of DC-AE's latents."""

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


def encoder(
    source: Recordings,
    out: TrainingOut,
    teacher: Annotated[
        str, typer.Option(metavar="ID_OR_PATH", help="Whose latents it is to make.")
    ] = "taesana-f32c32",
    steps: TrainingSteps = 3600,
    every: EveryFrame = 5,
    device: Annotated[str, typer.Option(help="To train on, such as cuda.")] = "cpu",
    threads: TorchThreads = 2,
    seed: Seed = 1,
    measurements: LedgerToWrite = LEDGER,
) -> None:
    """Train an encoder to make another one's latents; run again to go on where it stopped.

    Episodes marked as held out, or else every tenth, are watched and never trained on.

    Example: latent-storage train encoder build/recordings/full/native --out build/encoder
    """
    from analysis.autoencoders.train_encoder import EncoderOptions
    from analysis.kinds.encoded_games import LatentTrainingPlan
    from analysis.kinds.encoder_training.measure import train_and_record_encoder

    options = EncoderOptions(steps=steps, seed=seed, threads=threads, device=device)
    plan = LatentTrainingPlan(source, out, teacher, every)
    with progress() as report:
        run = train_and_record_encoder(plan, options, measurements, command_line(), report)
    for folder in run.weights:
        print(folder)
    print(run.measurement)

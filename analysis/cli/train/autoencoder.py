"""`latent-storage train autoencoder`: the project's small autoencoder."""

from __future__ import annotations

from analysis.cli.options import (
    EveryFrame,
    LedgerToWrite,
    Recordings,
    Seed,
    TrainingOut,
    TrainingSteps,
    command_line,
)
from analysis.cli.terminal import progress
from analysis.io.project import LEDGER


def autoencoder(
    source: Recordings,
    out: TrainingOut,
    steps: TrainingSteps = 3600,
    every: EveryFrame = 10,
    seed: Seed = 1,
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

"""`latent-storage train dual-decoder`: a temporal compressor with two decoders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from analysis.cli.options import (
    LedgerToWrite,
    Recordings,
    Seed,
    TorchThreads,
    TrainingSteps,
    command_line,
)
from analysis.cli.terminal import progress
from analysis.io.project import LEDGER


def dual_decoder(
    source: Recordings,
    out: Annotated[Path, typer.Option(help="Where clips, checkpoint and weights go.")],
    temporal: Annotated[int, typer.Option(min=2, max=8, help="Frames per stored latent.")] = 4,
    channels: Annotated[
        int | None,
        typer.Option(min=1, help="Of a stored latent; the autoencoder's own when not given."),
    ] = None,
    representative: Annotated[
        Literal["first", "middle", "last"],
        typer.Option(help="The frame that is shown from one latent."),
    ] = "middle",
    autoencoder: Annotated[
        str | None,
        typer.Option(
            metavar="ID_OR_PATH",
            help="Of single frames, that it is built on; project/doom-dcae-f32c32 when not given.",
        ),
    ] = None,
    latents_of: Annotated[
        str | None,
        typer.Option(
            metavar="ID_OR_PATH",
            help="Another encoder into the same latent space, whose latents are trained on.",
        ),
    ] = None,
    steps: TrainingSteps = 3600,
    release_after: Annotated[
        int | None,
        typer.Option(min=0, help="Steps after which the spatial decoder learns too; never if left"),
    ] = None,
    every: Annotated[
        int, typer.Option(min=8, metavar="N", help="Train on one clip of every N frames of a view.")
    ] = 30,
    clips: Annotated[
        Path | None, typer.Option(help="Where clips are kept, for several trainings; OUT if left.")
    ] = None,
    threads: TorchThreads = 2,
    seed: Seed = 1,
    measurements: LedgerToWrite = LEDGER,
) -> None:
    """Train a temporal compressor with two decoders; run again to go on where it stopped.

    Episodes marked as held out, or else every tenth, are watched and never trained on.

    Example: latent-storage train dual-decoder build/recordings/full/native
    --out build/dual-decoder --temporal 4
    """
    from analysis.autoencoders.own import OWN
    from analysis.autoencoders.train_dual_decoder import DualDecoderOptions
    from analysis.kinds.dual_decoder_training.measure import (
        DualDecoderPlan,
        train_and_record_dual_decoder,
    )

    options = DualDecoderOptions(
        steps=steps, seed=seed, threads=threads, release_after=release_after
    )
    plan = DualDecoderPlan(
        source=source,
        out=out,
        spatial=autoencoder or OWN,
        temporal_factor=temporal,
        stored_channels=channels,
        representative=representative,
        every=every,
        clips=clips,
        latents_of=latents_of,
    )
    with progress() as report:
        run = train_and_record_dual_decoder(plan, options, measurements, command_line(), report)
    for folder in run.weights:
        print(folder)
    print(run.measurement)

"""Trains the project's own autoencoder and writes how that went: kind `training`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from analysis.autoencoders.train import (
    Trained,
    TrainingOptions,
    autoencoder_psnr,
    train_autoencoder,
)
from analysis.autoencoders.training_frames import TrainingFrames, sample_frames
from analysis.datasets.opening import open_dataset
from analysis.datasets.scan import scan
from analysis.kinds.context import Outcome, Progress
from analysis.kinds.ledger import add_run
from analysis.kinds.logged_training import (
    parameter_count,
    parts_psnr,
    save_weights,
    schedule_parameters,
    training_steps,
)
from analysis.kinds.shard_sets import shards_input
from analysis.kinds.trained import TrainingRun, weight_files
from analysis.kinds.training.model_card import model_card
from analysis.kinds.training.record import TrainingParameters, TrainingResults
from analysis.ledger import provenance

TRAINED: Final = "doom-f32c32"
LINEAR: Final = "linear-f32c32"


def train_and_record(
    source: str,
    out: Path,
    options: TrainingOptions,
    every: int,
    ledger: Path,
    command: Sequence[str],
    progress: Progress,
) -> TrainingRun:
    """Train on the recordings at `source`, in the folder `out`, and add the run to a ledger.

    Args:
        source: recordings, of which some are held out.
        out: where frames and checkpoint are kept, and where the weights go; run again to go on.
        options: how to train.
        every: of a view, every N-th frame is trained on.
        ledger: the ledger.
        command: the command line, for the record.
        progress: hears of it.

    Raises:
        InputError: there is nothing to train on, or `out` holds another training.
    """
    created = datetime.now(UTC)
    out.mkdir(parents=True, exist_ok=True)
    data = open_dataset(source)
    frames = sample_frames(data, out, every, progress)
    trained = train_autoencoder(frames.training, frames.held_out, out, options, progress)
    folders = (
        save_weights(trained.model, out / TRAINED),
        save_weights(trained.linear, out / LINEAR),
    )
    parameters, results = _parameters(options, every), _results(trained, frames, folders)
    channels = trained.model.config["latent_channels"]
    card = model_card(parameters, results, provenance.host(), channels)
    (folders[0] / "README.md").write_text(card, encoding="utf-8")
    inputs = (shards_input(source, scan(data)),)
    outcome = Outcome(parameters=parameters, inputs=inputs, results=results)
    path = add_run("training", outcome, created, command, "full", ledger)
    return TrainingRun(folders, path)


def _parameters(options: TrainingOptions, every: int) -> TrainingParameters:
    return TrainingParameters(
        name=TRAINED,
        crops=options.crops,
        crop_size=options.crop_size,
        **schedule_parameters(options, every).model_dump(),
    )


def _results(trained: Trained, frames: TrainingFrames, folders: Sequence[Path]) -> TrainingResults:
    training, held_out = frames.episodes
    return TrainingResults(
        parameters=parameter_count(trained.model),
        training_frames=len(frames.training),
        training_episodes=len(training),
        held_out_frames=len(frames.held_out),
        held_out_episodes=len(held_out),
        seconds=trained.seconds,
        log=training_steps(trained.log),
        linear=parts_psnr(autoencoder_psnr(trained.linear, frames.held_out)),
        trained=parts_psnr(autoencoder_psnr(trained.model, frames.held_out)),
        files=weight_files(folders),
    )

"""Trains the project's decoder and writes how that went: kind `decoder-training`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.train_decoder import (
    DecoderOptions,
    TrainedDecoder,
    decoded_psnr,
    train_decoder,
)
from analysis.kinds.context import Outcome, Progress
from analysis.kinds.decoder_training.model_card import model_card
from analysis.kinds.decoder_training.record import (
    DecoderTrainingParameters,
    DecoderTrainingResults,
)
from analysis.kinds.encoded_games import EncodedGames, LatentTrainingPlan, encoded_games
from analysis.kinds.ledger import add_run
from analysis.kinds.logged_training import (
    parameter_count,
    parts_psnr,
    save_weights,
    schedule_parameters,
    training_steps,
)
from analysis.kinds.trained import TrainingRun, weight_files
from analysis.ledger import provenance


def train_and_record_decoder(
    plan: LatentTrainingPlan,
    options: DecoderOptions,
    ledger: Path,
    command: Sequence[str],
    progress: Progress,
) -> TrainingRun:
    """Train a decoder and add the run to a ledger.

    The latents are made in full precision, on the device that is trained on.

    Raises:
        InputError: there is nothing to train on, the encoder cannot be loaded or is not one of
            single frames by 32, or `out` holds another training.
    """
    created = datetime.now(UTC)
    encoder = load(plan.autoencoder, choose_runtime(options.device, "fp32"))
    latent, space = encoder.latent, encoder.latent_space
    games = encoded_games(plan, encoder, progress)
    trained = train_decoder(games.training, games.held_out, plan.out, options, progress)
    trained.model.register_to_config(latent_space=space)  # type: ignore[no-untyped-call]
    name = f"doom-decoder-f{latent.spatial}c{latent.channels}"
    folder = save_weights(trained.model, plan.out / name)
    parameters = DecoderTrainingParameters(
        name=name,
        encoder=plan.autoencoder,
        latent_space=space,
        frames=options.frames,
        device=options.device,
        **schedule_parameters(options, plan.every).model_dump(),
    )
    results = _results(trained, games, folder)
    card = model_card(parameters, results, provenance.host())
    (folder / "README.md").write_text(card, encoding="utf-8")
    outcome = Outcome(parameters=parameters, inputs=(games.input,), results=results)
    path = add_run("decoder-training", outcome, created, command, "full", ledger)
    return TrainingRun((folder,), path)


def _results(trained: TrainedDecoder, games: EncodedGames, folder: Path) -> DecoderTrainingResults:
    return DecoderTrainingResults(
        parameters=parameter_count(trained.model),
        training_frames=len(games.training.frames),
        training_episodes=games.episodes[0],
        held_out_frames=len(games.held_out.frames),
        held_out_episodes=games.episodes[1],
        seconds=trained.seconds,
        log=training_steps(trained.log),
        linear=parts_psnr(decoded_psnr(trained.linear, games.held_out)),
        trained=parts_psnr(decoded_psnr(trained.model, games.held_out)),
        files=weight_files([folder]),
    )

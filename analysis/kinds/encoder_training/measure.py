"""Trains the project's encoder and writes how that went: kind `encoder-training`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import load_with_decoder
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.train_encoder import (
    EncoderOptions,
    TrainedEncoder,
    decoded_psnr,
    encoded,
    train_encoder,
)
from analysis.autoencoders.training_latents import EncodedFrames
from analysis.datasets.compare_latents import ChannelAgreement, agreements
from analysis.kinds.context import Outcome, Progress
from analysis.kinds.encoded_games import EncodedGames, LatentTrainingPlan, encoded_games
from analysis.kinds.encoder_training.model_card import model_card
from analysis.kinds.encoder_training.record import (
    Agreement,
    EncoderTrainingParameters,
    EncoderTrainingResults,
)
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


def train_and_record_encoder(
    plan: LatentTrainingPlan,
    options: EncoderOptions,
    ledger: Path,
    command: Sequence[str],
    progress: Progress,
) -> TrainingRun:
    """Train an encoder and add the run to a ledger.

    The teacher's latents are made in full precision, on the device that is trained on.

    Raises:
        InputError: there is nothing to train on, the teacher cannot be loaded, has no decoder or is
            not one of single frames by 32, or `out` holds another training.
    """
    created = datetime.now(UTC)
    teacher = load_with_decoder(plan.autoencoder, choose_runtime(options.device, "fp32"))
    latent = teacher.latent
    games = encoded_games(plan, teacher, progress)
    trained = train_encoder(teacher, games.training, games.held_out, plan.out, options, progress)
    trained.model.register_to_config(latent_space=teacher.latent_space)  # type: ignore[no-untyped-call]
    name = f"doom-dcae-f{latent.spatial}c{latent.channels}"
    folder = save_weights(trained.model, plan.out / name)
    parameters = EncoderTrainingParameters(
        name=name,
        teacher=teacher.name,
        latent_space=teacher.latent_space,
        frames=options.frames,
        decoded_frames=options.decoded_frames,
        decoded_weight=options.decoded_weight,
        device=options.device,
        **schedule_parameters(options, plan.every).model_dump(),
    )
    results = _results(trained, teacher, games, folder)
    card = model_card(parameters, results, provenance.host())
    (folder / "README.md").write_text(card, encoding="utf-8")
    outcome = Outcome(parameters=parameters, inputs=(games.input,), results=results)
    path = add_run("encoder-training", outcome, created, command, "full", ledger)
    return TrainingRun((folder,), path)


def _results(
    trained: TrainedEncoder, teacher: Autoencoder, games: EncodedGames, folder: Path
) -> EncoderTrainingResults:
    watched = games.held_out
    own = EncodedFrames(watched.frames, encoded(trained.model, watched.frames))
    together, channels = agreements([(watched.latents, own.latents)])
    return EncoderTrainingResults(
        parameters=parameter_count(trained.model),
        training_frames=len(games.training.frames),
        training_episodes=games.episodes[0],
        held_out_frames=len(watched.frames),
        held_out_episodes=games.episodes[1],
        seconds=trained.seconds,
        log=training_steps(trained.log),
        trained=parts_psnr(decoded_psnr(teacher, own)),
        files=weight_files([folder]),
        teacher=parts_psnr(decoded_psnr(teacher, watched)),
        latents=_agreement(together),
        channels=tuple(map(_agreement, channels)),
    )


def _agreement(channel: ChannelAgreement) -> Agreement:
    return Agreement(
        channel=channel.channel,
        teacher_mean=channel.first_mean,
        teacher_deviation=channel.first_deviation,
        correlation=channel.correlation,
        error=channel.error,
    )

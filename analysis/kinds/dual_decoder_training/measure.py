"""Trains a dual decoder and writes how that went: kind `dual-decoder-training`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file

from analysis.autoencoders.dual_decoder import (
    DualDecoder,
    Representative,
    new_dual_decoder,
    save_dual_decoder,
)
from analysis.autoencoders.load import load, load_with_decoder
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.train_dual_decoder import (
    CLIP_FRAMES,
    Clips,
    DualDecoderOptions,
    TrainedDualDecoder,
    clips_of,
    held_out_psnr_db,
    train_dual_decoder,
)
from analysis.autoencoders.training_frames import sample_frames
from analysis.datasets.opening import open_dataset
from analysis.datasets.scan import scan
from analysis.errors import InputError
from analysis.kinds.context import Outcome, Progress
from analysis.kinds.dual_decoder_training.model_card import model_card
from analysis.kinds.dual_decoder_training.record import (
    DecodersPsnr,
    DualDecoderStep,
    DualDecoderTrainingParameters,
    DualDecoderTrainingResults,
)
from analysis.kinds.ledger import add_run
from analysis.kinds.logged_training import schedule_parameters
from analysis.kinds.shard_sets import shards_input
from analysis.kinds.trained import TrainingRun, weight_files
from analysis.ledger import provenance

PRECISION: Final = "fp32"
"""Of the latents of single frames that are trained on."""


@dataclass(frozen=True)
class DualDecoderPlan:
    """What is to be trained, on what.

    Args:
        source: recordings, of which some are held out.
        out: where clips, checkpoint and weights go; run again to go on.
        spatial: name or folder of the autoencoder of single frames.
        temporal_factor: frames a stored latent.
        stored_channels: of a stored latent; as many as the spatial model has when None.
        representative: the frame that is shown from one latent.
        every: of so many frames of a view, one clip is trained on.
        clips: a folder that another training of the same clips keeps them in; `out` when None.
        latents_of: name or folder of another encoder into the spatial model's latent space, whose
            latents are trained on; the spatial model's own when None.
    """

    source: str
    out: Path
    spatial: str
    temporal_factor: int
    stored_channels: int | None
    representative: Representative
    every: int
    clips: Path | None = None
    latents_of: str | None = None


def train_and_record_dual_decoder(
    plan: DualDecoderPlan,
    options: DualDecoderOptions,
    ledger: Path,
    command: Sequence[str],
    progress: Progress,
) -> TrainingRun:
    """Train a dual decoder and add the run to a ledger.

    Raises:
        InputError: there is nothing to train on, the spatial model cannot be loaded or does not
            fit, or `out` holds another training.
    """
    created = datetime.now(UTC)
    plan.out.mkdir(parents=True, exist_ok=True)
    kept = plan.clips or plan.out
    kept.mkdir(parents=True, exist_ok=True)
    runtime = choose_runtime("cpu", PRECISION)
    spatial = load_with_decoder(plan.spatial, runtime)
    encoder = spatial if plan.latents_of is None else load(plan.latents_of, runtime)
    if encoder is not spatial and not encoder.same_latents(spatial):
        raise InputError(
            f"{encoder.name} makes other latents than {spatial.name}; give an encoder into the "
            "same latent space."
        )
    torch.manual_seed(options.seed)
    try:
        model = new_dual_decoder(
            spatial.module, plan.temporal_factor, plan.stored_channels, plan.representative
        )
    except ValueError as error:
        raise InputError(f"No dual decoder of {plan.spatial}: {error}.") from None
    data = open_dataset(plan.source)
    frames = sample_frames(data, kept, plan.every, progress, CLIP_FRAMES)
    if not len(frames.training) or not len(frames.held_out):
        raise InputError(
            f"{plan.source}: training needs videos of {CLIP_FRAMES} frames or more, to train and "
            "to judge by; record longer ones."
        )
    training, held_out = (
        clips_of(encoder, part, kept / f"{name}-latents.npy", progress)
        for name, part in (("training", frames.training), ("held-out", frames.held_out))
    )
    untrained = held_out_psnr_db(model, held_out)
    trained = train_dual_decoder(model, spatial, training, held_out, plan.out, options, progress)
    name = f"doom-dual-f{model.latent.spatial}t{model.latent.temporal}c{model.latent.channels}"
    folder = save_dual_decoder(model, plan.out / name, spatial.name, spatial.module)
    parameters = _parameters(name, spatial.name, plan, model, options)
    results = _results(trained, training, held_out, frames.episodes, untrained, folder)
    card = model_card(parameters, results, provenance.host())
    (folder / "README.md").write_text(card, encoding="utf-8")
    inputs = (shards_input(plan.source, scan(data)),)
    outcome = Outcome(parameters=parameters, inputs=inputs, results=results)
    path = add_run("dual-decoder-training", outcome, created, command, "full", ledger)
    return TrainingRun((folder,), path)


def _parameters(
    name: str,
    spatial: str,
    plan: DualDecoderPlan,
    model: DualDecoder,
    options: DualDecoderOptions,
) -> DualDecoderTrainingParameters:
    return DualDecoderTrainingParameters(
        name=name,
        spatial_model=spatial,
        latents_of=plan.latents_of,
        temporal_factor=model.latent.temporal,
        stored_channels=model.latent.channels,
        representative=plan.representative,
        clips=options.clips,
        crop_size=options.crop_size,
        release_after=options.release_after,
        released_rate=options.released_rate,
        frame_weight=options.frame_weight,
        clip_frames=CLIP_FRAMES,
        **schedule_parameters(options, plan.every).model_dump(),
    )


def _results(
    trained: TrainedDualDecoder,
    training: Clips,
    held_out: Clips,
    episodes: tuple[Sequence[str], Sequence[str]],
    untrained: Mapping[str, float],
    folder: Path,
) -> DualDecoderTrainingResults:
    files = weight_files([folder])
    model = trained.model
    return DualDecoderTrainingResults(
        parameters=sum(weight.numel() for weight in model.parameters()),
        own_parameters=sum(
            weight.numel()
            for path in folder.glob("*.safetensors")
            for weight in load_file(path).values()
        ),
        training_clips=len(training.frames),
        training_episodes=len(episodes[0]),
        held_out_clips=len(held_out.frames),
        held_out_episodes=len(episodes[1]),
        seconds=trained.seconds,
        log=tuple(
            DualDecoderStep(
                step=row.step,
                seconds=row.seconds,
                loss=row.loss,
                held_out=_psnr(row.held_out_psnr_db),
            )
            for row in trained.log
        ),
        untrained=_psnr(untrained),
        trained=_psnr(held_out_psnr_db(model, held_out)),
        files=files,
    )


def _psnr(decibels: Mapping[str, float]) -> DecodersPsnr:
    return DecodersPsnr(clip_db=decibels["clip"], frame_db=decibels["frame"])

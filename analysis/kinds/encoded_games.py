"""Frames of recorded games and their latents, as trainings in a latent space read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.training_frames import sample_frames
from analysis.autoencoders.training_latents import EncodedFrames, kept_latents
from analysis.datasets.opening import open_dataset
from analysis.datasets.scan import scan
from analysis.errors import InputError
from analysis.kinds.context import Progress
from analysis.kinds.shard_sets import shards_input
from analysis.ledger.records import Input

SPATIAL: Final = 32
"""Pixels a side that a latent stands for, of which the project's own networks are made."""


@dataclass(frozen=True)
class LatentTrainingPlan:
    """What is to be trained on somebody else's latents, and where.

    Args:
        source: recordings, of which some are held out.
        out: where frames, latents, checkpoint and weights go; run again to go on.
        autoencoder: name or folder of what makes the latents.
        every: of a view, every N-th frame is trained on.
    """

    source: str
    out: Path
    autoencoder: str
    every: int


@dataclass(frozen=True)
class EncodedGames:
    """What a training reads and what it is judged by.

    Args:
        training: to train on.
        held_out: of other episodes, only watched.
        episodes: how many each are of.
        input: the recordings, for the ledger.
    """

    training: EncodedFrames
    held_out: EncodedFrames
    episodes: tuple[int, int]
    input: Input


def encoded_games(
    plan: LatentTrainingPlan, autoencoder: Autoencoder, progress: Progress
) -> EncodedGames:
    """Frames of the plan's recordings and their latents, kept in its folder.

    Args:
        plan: what is in its folder already is not made again.
        autoencoder: the plan's.
        progress: hears of it.

    Raises:
        InputError: the autoencoder is not one of single frames by 32, or there is nothing to train
            on or to judge by.
    """
    latent = autoencoder.latent
    if (latent.temporal, latent.spatial) != (1, SPATIAL):
        raise InputError(
            f"{plan.autoencoder} makes a latent of {latent.temporal} frames and {latent.spatial} "
            f"pixels a side; this training takes one frame and {SPATIAL} pixels."
        )
    plan.out.mkdir(parents=True, exist_ok=True)
    data = open_dataset(plan.source)
    frames = sample_frames(data, plan.out, plan.every, progress)
    training, held_out = (
        EncodedFrames(
            part, kept_latents(autoencoder, part, plan.out / f"{name}-latents.npy", progress)
        )
        for name, part in (("training", frames.training), ("held-out", frames.held_out))
    )
    trained_on, watched = frames.episodes
    return EncodedGames(
        training, held_out, (len(trained_on), len(watched)), shards_input(plan.source, scan(data))
    )

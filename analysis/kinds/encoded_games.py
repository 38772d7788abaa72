"""Frames of recorded games and their latents, as trainings in a latent space read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.training_frames import sample_frames
from analysis.autoencoders.training_latents import EncodedFrames, kept_latents
from analysis.datasets.opening import open_dataset
from analysis.datasets.scan import scan
from analysis.kinds.context import Progress
from analysis.kinds.shard_sets import shards_input
from analysis.ledger.records import Input


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
    source: str, folder: Path, every: int, autoencoder: Autoencoder, progress: Progress
) -> EncodedGames:
    """Frames of the recordings at `source` and their latents, kept in `folder`.

    Args:
        source: recordings, of which some are held out.
        folder: what is there already is not made again.
        every: of a view, every N-th frame is taken.
        autoencoder: what makes the latents; of single frames.
        progress: hears of it.

    Raises:
        InputError: there is nothing to train on or to judge by.
    """
    data = open_dataset(source)
    frames = sample_frames(data, folder, every, progress)
    training, held_out = (
        EncodedFrames(
            part, kept_latents(autoencoder, part, folder / f"{name}-latents.npy", progress)
        )
        for name, part in (("training", frames.training), ("held-out", frames.held_out))
    )
    trained_on, watched = frames.episodes
    return EncodedGames(
        training, held_out, (len(trained_on), len(watched)), shards_input(source, scan(data))
    )

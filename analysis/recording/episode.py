"""A game as an episode of a shard: its key, its `meta.json` and its other members."""

from __future__ import annotations

import io
import tarfile
import uuid
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.datasets.layouts.doom import META, PLAYERS, field_name
from analysis.datasets.metadata import RecordingMeta
from analysis.datasets.tar_index import member_name
from analysis.datasets.writer import Sample
from analysis.errors import InputError
from analysis.recording.games import Game
from analysis.recording.layout import BUTTONS, TICS_PER_SECOND, VARIABLE
from analysis.recording.recipe import Recipe


def episode_sample(game: Game, recipe: Recipe, videos: tuple[Path, Path]) -> Sample:
    """The sample of a game whose views were rendered as `videos`.

    The same game gives the same key, whatever the recipe.
    """
    members: dict[str, bytes | Path] = {META: _meta(game, recipe).to_bytes()}
    for player, video, actions, rewards in zip(
        PLAYERS, videos, game.actions, game.rewards, strict=True
    ):
        members[field_name("video", player)] = video
        members[field_name("actions", player)] = _npy(actions)
        members[field_name("rewards", player)] = _npy(rewards)
    return Sample(f"ep_{_episode_id(game)}", members)


def is_episode_in(shard: Path, game: Game, recipe: Recipe) -> bool:
    """Whether a shard holds this game, made by this recipe.

    Raises:
        InputError: the file is no tar.
    """
    name = member_name(f"ep_{_episode_id(game)}", META)
    try:
        with tarfile.open(shard) as tar:
            stored = tar.extractfile(name)
            return stored is not None and stored.read() == _meta(game, recipe).to_bytes()
    except KeyError:
        return False
    except tarfile.TarError as error:
        raise InputError(f"{shard}: is no shard; move it away and record again.") from error


def _episode_id(game: Game) -> str:
    """A UUID in the form of a random one, that follows from the game."""
    return str(uuid.UUID(game.digest[:32], version=4))


def _npy(array: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _meta(game: Game, recipe: Recipe) -> RecordingMeta:
    info = game.info
    settings = recipe.encoder_settings
    frags, deaths = (
        [int(count) for count in game.variables[:, -1, VARIABLE[name]]]
        for name in ("FRAGCOUNT", "DEATHCOUNT")
    )
    rewards = [float(total) for total in game.rewards.sum(axis=1)]
    return RecordingMeta(
        episode_id=_episode_id(game),
        scenario=info.scenario,
        map=info.map,
        n_bots=0,
        timelimit_min=info.tics / TICS_PER_SECOND / 60,
        button_names=BUTTONS,
        decision_interval=1,
        fps=TICS_PER_SECOND,
        play_resolution=recipe.rendered,
        video_resolution=recipe.video,
        mode="pvp",
        n_frames=info.tics,
        total_reward_p1=rewards[0],
        total_reward_p2=rewards[1],
        frag_p1=frags[0],
        frag_p2=frags[1],
        death_p1=deaths[0],
        death_p2=deaths[1],
        game_tics=info.tics,
        duration_s=info.duration_s,
        random_policy_p1=False,
        random_policy_p2=False,
        timestamp=info.played,
        worker_id=0,
        recipe=recipe.name,
        codec=recipe.codec,
        encoder=settings.encoder.ffmpeg_encoder,
        encoder_settings=settings.options,
        seed=info.seed,
        split=info.split,
        vizdoom=info.vizdoom,
        game=game.digest,
    )

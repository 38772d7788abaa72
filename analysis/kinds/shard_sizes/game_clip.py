"""A short clip of a recorded game for the report, both players side by side, chosen by rule."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.datasets.episodes import EpisodeSource, find_episodes
from analysis.datasets.layouts.doom import ACTION_COLUMNS, PLAYERS, Player, field_name
from analysis.datasets.shards import find_shards
from analysis.kinds.media import POSTER_QUALITY, Frame, mp4, panel_size, webp
from analysis.kinds.sampling import evenly
from analysis.kinds.shard_sizes.record import PlayedClip
from analysis.recording.layout import BUTTON
from analysis.video.decode import decode_frames

SECONDS: Final = 6

_SHARDS: Final = 12  # that are looked into, at most: others' data sets have thousands
_PANEL: Final = (400, 300)  # pixels across and down, the frame's shape kept within
_CRF: Final = 30
_BATCH: Final = 16


@dataclass(frozen=True)
class Duel:
    """A stretch of a game, and in how many of its frames both players fire."""

    episode: EpisodeSource
    first: int
    frames: int
    both_fire: int


def played_clip(name: str, path: str) -> tuple[PlayedClip, dict[str, bytes]] | None:
    """The stretch of a set of recordings in which both players fire the most, and its files.

    Args:
        name: of the set.
        path: where its shards lie.

    Returns:
        None where no episode has two views of one size with their actions.

    Raises:
        InputError: a video cannot be decoded.
    """
    duel = _fiercest(_duels(path))
    return None if duel is None else _draw(name, duel)


def _duels(path: str) -> Iterator[Duel]:
    """The fiercest stretch of every game of some shards, spread evenly."""
    for shard in evenly(find_shards(path), _SHARDS):
        for episode in find_episodes(shard.location).episodes:
            if duel := _duel(episode):
                yield duel


def _duel(episode: EpisodeSource) -> Duel | None:
    headers = episode.videos.values()
    if episode.players != PLAYERS or len({(each.height, each.width) for each in headers}) > 1:
        return None
    fires = [_fires(episode, player) for player in PLAYERS]
    if any(each is None for each in fires):
        return None
    both = np.logical_and.reduce([each for each in fires if each is not None])
    header = episode.videos[PLAYERS[0]]
    length = min(len(both), round(SECONDS * float(header.fps)))
    counts = np.convolve(both, np.ones(length, int), "valid")
    first = int(counts.argmax())
    return Duel(episode, first, length, int(counts[first]))


def _fires(episode: EpisodeSource, player: Player) -> NDArray[np.bool_] | None:
    """In which frames a player fires; None where the recording does not say."""
    field = field_name("actions", player)
    if field not in episode.members:
        return None
    with episode.open() as members:
        member = members[field]
        actions = np.load(io.BytesIO(member.read(0, member.size)))
    if actions.ndim != 2 or actions.shape[1] != ACTION_COLUMNS or not len(actions):
        return None
    return np.asarray(actions[:, BUTTON["ATTACK"]] > 0)


def _fiercest(duels: Iterator[Duel]) -> Duel | None:
    """The first of those in which both fire in the most frames."""
    return max(duels, key=lambda duel: duel.both_fire, default=None)


def _draw(name: str, duel: Duel) -> tuple[PlayedClip, dict[str, bytes]]:
    episode, header = duel.episode, duel.episode.videos[PLAYERS[0]]
    width, height = panel_size((header.width, header.height), _PANEL)
    views = [_frames(duel, player, (width, height)) for player in PLAYERS]
    pictures = [np.concatenate(pair, axis=1) for pair in zip(*views, strict=True)]
    fps = float(header.fps)
    video, poster = mp4(pictures, fps, _CRF), webp(pictures[0], POSTER_QUALITY)
    clip = PlayedClip(
        set=name,
        episode=episode.key,
        players=PLAYERS,
        first_frame=duel.first,
        frames=duel.frames,
        fps=fps,
        both_fire_frames=duel.both_fire,
        width=2 * width,
        height=height,
        file="duel.mp4",
        bytes=len(video),
        sha256=hashlib.sha256(video).hexdigest(),
        poster="duel.webp",
    )
    return clip, {clip.file: video, clip.poster: poster}


def _frames(duel: Duel, player: Player, size: tuple[int, int]) -> list[Frame]:
    """A player's view of the stretch, made smaller to (width, height)."""
    with duel.episode.open() as members:
        batches = decode_frames(
            members[field_name("video", player)], _BATCH, duel.episode.videos[player]
        )
        wanted = islice(chain.from_iterable(batches), duel.first, duel.first + duel.frames)
        return [
            cv2.resize(np.ascontiguousarray(frame), size, interpolation=cv2.INTER_AREA).astype("u1")
            for frame in wanted
        ]

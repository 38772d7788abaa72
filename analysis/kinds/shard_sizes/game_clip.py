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

from analysis.datasets.dataset import Dataset, Episode
from analysis.datasets.layouts import doom
from analysis.datasets.recordings import recordings_of
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

    episode: Episode
    first: int
    frames: int
    both_fire: int


def played_clip(name: str, data: Dataset) -> tuple[PlayedClip, dict[str, bytes]] | None:
    """The stretch of a set of recordings in which both players fire the most, and its files.

    Args:
        name: of the set.
        data: its shards.

    Returns:
        None where no episode has two views of one size with their actions.

    Raises:
        InputError: a video cannot be decoded.
    """
    duel = _fiercest(_duels(data))
    return None if duel is None else _draw(name, duel)


def _duels(data: Dataset) -> Iterator[Duel]:
    """The fiercest stretch of every game of some shards, spread evenly."""
    sound = {episode.key for episode in recordings_of(data).episodes}
    for shard in evenly(data.files, _SHARDS):
        for episode in shard.episodes:
            if episode.key in sound and (duel := _duel(episode)):
                yield duel


def _duel(episode: Episode) -> Duel | None:
    headers = [video.header for video in episode.videos]
    if episode.layout != doom.NAME or doom.players(episode) != doom.PLAYERS:
        return None
    if len({(each.height, each.width) for each in headers}) > 1:
        return None
    fires = [_fires(episode, player) for player in doom.PLAYERS]
    if any(each is None for each in fires):
        return None
    both = np.logical_and.reduce([each for each in fires if each is not None])
    length = min(len(both), round(SECONDS * float(headers[0].fps)))
    counts = np.convolve(both, np.ones(length, int), "valid")
    first = int(counts.argmax())
    return Duel(episode, first, length, int(counts[first]))


def _fires(episode: Episode, player: doom.Player) -> NDArray[np.bool_] | None:
    """In which frames a player fires; None where the recording does not say."""
    track = episode.tracks.get(doom.field_name("actions", player))
    if track is None:
        return None
    actions = np.load(io.BytesIO(track.read()))
    if actions.ndim != 2 or actions.shape[1] != doom.ACTION_COLUMNS or not len(actions):
        return None
    return np.asarray(actions[:, BUTTON["ATTACK"]] > 0)


def _fiercest(duels: Iterator[Duel]) -> Duel | None:
    """The first of those in which both fire in the most frames."""
    return max(duels, key=lambda duel: duel.both_fire, default=None)


def _draw(name: str, duel: Duel) -> tuple[PlayedClip, dict[str, bytes]]:
    episode, header = duel.episode, duel.episode.videos[0].header
    width, height = panel_size((header.width, header.height), _PANEL)
    views = [_frames(duel, player, (width, height)) for player in doom.PLAYERS]
    pictures = [np.concatenate(pair, axis=1) for pair in zip(*views, strict=True)]
    fps = float(header.fps)
    video, poster = mp4(pictures, fps, _CRF), webp(pictures[0], POSTER_QUALITY)
    clip = PlayedClip(
        set=name,
        episode=episode.key,
        players=doom.PLAYERS,
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


def _frames(duel: Duel, player: doom.Player, size: tuple[int, int]) -> list[Frame]:
    """A player's view of the stretch, made smaller to (width, height)."""
    video = duel.episode.tracks[doom.field_name("video", player)]
    with video.open() as data:
        frames = chain.from_iterable(decode_frames(data, _BATCH, video.header))
        return [
            cv2.resize(np.ascontiguousarray(frame), size, interpolation=cv2.INTER_AREA).astype("u1")
            for frame in islice(frames, duel.first, duel.first + duel.frames)
        ]

"""The clips that are judged: of a few views, some of each motion, with the frames recorded."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.train_dual_decoder import CLIP_FRAMES
from analysis.autoencoders.training_frames import HELD_OUT
from analysis.datasets.dataset import Dataset, Track
from analysis.datasets.layouts import doom
from analysis.datasets.recordings import recordings_of
from analysis.errors import InputError
from analysis.kinds.dual_decoder.motion import motions_of
from analysis.kinds.dual_decoder.record import Motion
from analysis.kinds.recorded_episode import Recorded, recorded
from analysis.kinds.sampling import evenly
from analysis.video.decode import decode_frames
from analysis.video.probe import VideoHeader

Frames = NDArray[np.uint8]

_BATCH: Final = 16


@dataclass(frozen=True)
class JudgedClip:
    """A clip of a view.

    Args:
        number: clips lie one after the other from the first frame of the view.
        motion: what its player does.
        weight: how many clips of the view it stands for.
        frames: uint8 (CLIP_FRAMES, H, W, 3).
    """

    number: int
    motion: Motion
    weight: float
    frames: Frames


@dataclass(frozen=True)
class JudgedView:
    """A view of an episode, its frames not read yet.

    Args:
        episode: the episode.
        video: of the view.
        motions: its clips by motion.
    """

    episode: Recorded
    video: Track
    motions: Mapping[Motion, Sequence[int]]

    @property
    def player(self) -> str:
        """Whose view it is."""
        return doom.player_of(self.video.name)

    @property
    def header(self) -> VideoHeader:
        """Of the video."""
        return self.video.header

    @property
    def video_bytes(self) -> int:
        """Of the whole video."""
        return self.video.size

    def clips(self, a_motion: int) -> Iterator[JudgedClip]:
        """At most so many clips of each motion, spread evenly.

        Raises:
            InputError: the video cannot be decoded.
        """
        chosen: dict[int, tuple[Motion, float]] = {}
        for motion, clips in self.motions.items():
            picked = evenly(clips, a_motion)
            chosen |= {clip: (motion, len(clips) / len(picked)) for clip in picked}
        numbers = set(chain.from_iterable(map(_frames_of, chosen)))
        kept: list[Frames] = []
        for number, frame in self._frames():
            if number in numbers:
                kept.append(frame)
                if len(kept) == CLIP_FRAMES:
                    clip = number // CLIP_FRAMES
                    yield JudgedClip(clip, *chosen[clip], np.stack(kept))
                    kept = []

    def stretch(self, first: int, count: int) -> Frames:
        """`count` frames from number `first` on: uint8 (count, H, W, 3).

        Raises:
            InputError: the video cannot be decoded.
        """
        return np.stack([frame for _, frame in islice(self._frames(), first, first + count)])

    def _frames(self) -> Iterator[tuple[int, Frames]]:
        with self.video.open() as data:
            batches = decode_frames(data, _BATCH, self.header)
            yield from enumerate(chain.from_iterable(batches))


def judged_views(data: Dataset, episodes: int) -> list[JudgedView]:
    """The views of at most so many episodes, held-out ones where the recordings say which.

    Raises:
        InputError: there is no episode with actions and clips, or sizes differ.
    """
    every = [recorded(episode) for episode in recordings_of(data).episodes]
    held_out = [episode for episode in every if episode.split == HELD_OUT]
    views = [view for episode in evenly(held_out or every, episodes) for view in _views(episode)]
    if not views:
        raise InputError(
            f"{data.path}: holds no episode of {CLIP_FRAMES} frames with its actions; record some."
        )
    if len({(view.header.height, view.header.width, view.header.fps) for view in views}) > 1:
        raise InputError(
            f"{data.path} holds videos of several sizes or rates; name the folder of each as "
            "its own set."
        )
    return views


def _views(episode: Recorded) -> Iterator[JudgedView]:
    if episode.source.layout != doom.NAME:  # only its actions say how a player moves
        return
    for video in episode.source.videos:
        player = doom.player_of(video.name)
        track = episode.source.tracks.get(doom.field_name("actions", player))
        if track is None:
            continue
        actions = np.load(io.BytesIO(track.read()))
        if actions.ndim != 2 or actions.shape[1] != doom.ACTION_COLUMNS:
            raise InputError(
                f"{track.label}: actions of shape {actions.shape} are not those of the "
                f"layout, (N, {doom.ACTION_COLUMNS}); record it again."
            )
        motions = motions_of(actions[: video.header.frames], CLIP_FRAMES)
        if motions:
            yield JudgedView(episode, video, motions)


def _frames_of(clip: int) -> range:
    return range(clip * CLIP_FRAMES, (clip + 1) * CLIP_FRAMES)

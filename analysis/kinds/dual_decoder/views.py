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
from analysis.datasets.episodes import find_episodes
from analysis.datasets.layouts.doom import ACTION_COLUMNS, Player, field_name
from analysis.errors import InputError
from analysis.kinds.dual_decoder.motion import motions_of
from analysis.kinds.dual_decoder.record import Motion
from analysis.kinds.recorded_episode import Recorded, read_meta
from analysis.kinds.sampling import evenly
from analysis.kinds.study import ShardSource
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
        player: whose view it is.
        header: of the video.
        motions: its clips by motion.
    """

    episode: Recorded
    player: Player
    header: VideoHeader
    motions: Mapping[Motion, Sequence[int]]

    @property
    def video_bytes(self) -> int:
        """Of the whole video."""
        return self.episode.source.members[field_name("video", self.player)][1]

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
        with self.episode.source.open() as members:
            video = members[field_name("video", self.player)]
            batches = decode_frames(video, _BATCH, self.header)
            yield from enumerate(chain.from_iterable(batches))


def judged_views(source: ShardSource, episodes: int) -> list[JudgedView]:
    """The views of at most so many episodes, held-out ones where the recordings say which.

    Raises:
        InputError: there is no episode with actions and clips, or sizes differ.
    """
    recorded = [read_meta(episode) for episode in find_episodes(source.path).episodes]
    held_out = [episode for episode in recorded if episode.split == HELD_OUT]
    views = [view for episode in evenly(held_out or recorded, episodes) for view in _views(episode)]
    if not views:
        raise InputError(
            f"{source.path}: holds no episode of {CLIP_FRAMES} frames with its actions; "
            "record some."
        )
    if len({(view.header.height, view.header.width, view.header.fps) for view in views}) > 1:
        raise InputError(
            f"{source.path} holds videos of several sizes or rates; name the folder of each as "
            "its own set."
        )
    return views


def _views(episode: Recorded) -> Iterator[JudgedView]:
    with episode.source.open() as members:
        for player, header in episode.source.videos.items():
            field = field_name("actions", player)
            if field not in members:
                continue
            member = members[field]
            actions = np.load(io.BytesIO(member.read(0, member.size)))
            if actions.ndim != 2 or actions.shape[1] != ACTION_COLUMNS:
                raise InputError(
                    f"{member.name}: actions of shape {actions.shape} are not those of the "
                    f"layout, (N, {ACTION_COLUMNS}); record it again."
                )
            motions = motions_of(actions[: header.frames], CLIP_FRAMES)
            if motions:
                yield JudgedView(episode, player, header, motions)


def _frames_of(clip: int) -> range:
    return range(clip * CLIP_FRAMES, (clip + 1) * CLIP_FRAMES)

"""The frames that are compared: a sample of a few views, as recorded and as rendered."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.datasets.dataset import Track
from analysis.datasets.layouts.doom import PLAYERS, player_of
from analysis.datasets.recordings import view_of
from analysis.errors import InputError
from analysis.io.locations import is_url
from analysis.kinds.recorded_episode import Recorded
from analysis.kinds.study import ShardSource
from analysis.recording.games import Game, game_files, load_game
from analysis.recording.processes import ChildFailed
from analysis.recording.recipe import Recipe, choose_recipe, size_text
from analysis.recording.record import GAMES_FOLDER
from analysis.recording.replay import replayed_view
from analysis.video.decode import decode_frames
from analysis.video.probe import VideoHeader

Frames = NDArray[np.uint8]

DECODED_AT_A_TIME: Final = 16
_SIDE_BY_SIDE: Final = 2
_ATTEMPTS: Final = 2  # at replaying a demo, as when it was recorded


@dataclass(frozen=True)
class View:
    """Sampled frames of one video: their numbers, as decoded and what they stand for."""

    episode: Recorded
    video: Track
    recorded: Mapping[int, Frames]
    reference: Mapping[int, Frames]
    """The rendered frames; `recorded` itself where there are no games."""

    @property
    def player(self) -> str:
        """Whose view it is, or what the layout calls it."""
        return view_of(self.episode.source, self.video)

    @property
    def header(self) -> VideoHeader:
        """Of the video."""
        return self.video.header

    @property
    def video_bytes(self) -> int:
        """Of the whole video."""
        return self.video.size


def clips(frames: int, count: int, length: int) -> list[range]:
    """About `count` frames of a video, spread evenly in clips of `length`; at least one clip."""
    length = min(length, frames)
    number = max(1, min(count, frames) // length)
    starts = (int((place + 0.5) * frames / number - length / 2) for place in range(number))
    return [range(start, start + length) for start in starts]


def games_of(source: ShardSource) -> dict[str, Game]:
    """The games that a set was or may have been recorded from, by digest."""
    folders = [source.games] if source.games else []
    if not is_url(source.path):
        folders.append(Path(source.path) / GAMES_FOLDER)
    paths = chain.from_iterable(game_files(folder) for folder in folders if folder.is_dir())
    return {game.digest: game for game in map(load_game, paths)}


def read_views(
    episode: Recorded, games: Mapping[str, Game], views: int, wanted: Collection[int]
) -> list[View]:
    """Read the first `views` views of an episode, side by side, and render them where it can be.

    Args:
        episode: the episode.
        games: what to render it from, by digest; the recording is its own reference where its
            game is not among them.
        views: how many, at most.
        wanted: numbers of the frames to keep; those beyond a video's end are none.

    Raises:
        InputError: a video cannot be decoded, or its game shows other frames than were recorded.
    """
    game = games.get(episode.game or "")
    read = partial(_read_view, episode, game, frozenset(wanted))
    # Decoders and the engine run outside Python's lock.
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        return list(pool.map(read, episode.source.videos[:views]))


def _read_view(episode: Recorded, game: Game | None, wanted: frozenset[int], video: Track) -> View:
    with video.open() as data:
        frames = chain.from_iterable(decode_frames(data, DECODED_AT_A_TIME, video.header))
        recorded = {
            number: np.ascontiguousarray(frame)
            for number, frame in enumerate(frames)
            if number in wanted
        }
    reference = recorded if game is None else _rendered(episode, game, video, wanted)
    if reference.keys() != recorded.keys():
        raise InputError(
            f"{episode.source.file.name}: {episode.source.key} has other frames than its game; "
            "record it again."
        )
    return View(episode, video, recorded, reference)


def _rendered(
    episode: Recorded, game: Game, video: Track, wanted: frozenset[int]
) -> dict[int, Frames]:
    """The wanted frames as they were when the video was made of them."""
    reason = ""
    for _ in range(_ATTEMPTS):
        try:
            return _render(game, PLAYERS.index(player_of(video.name)), _recipe(episode), wanted)
        except ChildFailed as failure:
            reason = str(failure)
    raise InputError(
        f"{episode.source.file.name}: the game of {episode.source.key} does not replay "
        f"({reason}); render it with ViZDoom {game.info.vizdoom}."
    )


def _render(game: Game, player: int, recipe: Recipe, wanted: frozenset[int]) -> dict[int, Frames]:
    digest = hashlib.sha256()
    kept: dict[int, Frames] = {}
    with replayed_view(
        game.demo,
        game.scenario,
        player,
        recipe.rendered,
        game.info.first_tic,
        game.info.tics,
    ) as tics:
        for number, (_, frame) in enumerate(tics):
            digest.update(frame.data)
            if number in wanted:
                kept[number] = recipe.picture(frame).copy()
    known = game.info.frame_digests.get(size_text(recipe.rendered))
    if known is not None and known[player] != digest.hexdigest():
        raise ChildFailed("its frames are not those it was recorded with")
    return kept


def _recipe(episode: Recorded) -> Recipe:
    """What turned frames of the engine into pictures of the video, as `meta.json` says."""
    header = episode.source.videos[0].header
    size = header.width, header.height
    rendered = episode.meta.play_resolution or size
    return replace(choose_recipe("native"), rendered=rendered, video=size)

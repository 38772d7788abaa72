"""Clips of recorded games, rendered again at any resolution."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.datasets.layouts.doom import PLAYERS
from analysis.errors import InputError
from analysis.recording.games import Game, game_files, load_game
from analysis.recording.layout import TICS_PER_SECOND
from analysis.recording.processes import ChildFailed
from analysis.recording.recipe import NATIVE, Recipe
from analysis.recording.replay import replayed_view
from analysis.video.uncompressed import UncompressedClip, write_clip

Frames = NDArray[np.uint8]

PLAYER = 0
_ATTEMPTS = 2  # at replaying a demo, as when it was recorded


@dataclass(frozen=True)
class GameClip:
    """A piece of the first player's view of a game, at a size."""

    game: Game
    first: int
    frames: int
    rendered: tuple[int, int]
    video: tuple[int, int]

    @property
    def player(self) -> str:
        """The player whose view it is, as shards name it."""
        return PLAYERS[PLAYER]

    def images(self) -> Iterator[Frames]:
        """Its frames, RGB (H, W, 3).

        Raises:
            ChildFailed: the engine failed.
        """
        recipe = Recipe("native", self.rendered, self.video, NATIVE.codec, NATIVE.quality)
        with replayed_view(
            self.game.demo,
            self.game.scenario,
            PLAYER,
            self.rendered,
            self.game.info.first_tic + self.first,
            self.frames,
        ) as tics:
            for _, frame in tics:
                yield recipe.picture(frame)


def choose_games(folder: Path, count: int) -> list[Game]:
    """The first game of each map, then the second of each, and so on: at most `count`.

    Raises:
        InputError: there is no game.
    """
    by_map: dict[str, list[Game]] = {}
    for path in game_files(folder):
        game = load_game(path)
        by_map.setdefault(str(game.scenario), []).append(game)
    turns = zip_longest(*by_map.values())
    return [game for turn in turns for game in turn if game is not None][:count]


def clip_range(game: Game, seconds: float) -> range:
    """The middle `seconds` of a game, or all of a shorter one."""
    frames = min(round(seconds * TICS_PER_SECOND), game.info.tics)
    first = (game.info.tics - frames) // 2
    return range(first, first + frames)


def uncompressed_bytes(clip: GameClip) -> int:
    """Bytes that a clip takes on the disk: RGB, and YUV of half that."""
    return clip.frames * clip.video[0] * clip.video[1] * 9 // 2


@contextmanager
def on_disk(
    clip: GameClip, folder: Path, on_frame: Callable[[int], None]
) -> Iterator[UncompressedClip]:
    """The clip's frames in files below `folder`, for the time of the block.

    Raises:
        InputError: its demo does not replay, or the disk has no room for it.
    """
    place = folder / "clip"
    reason = ""
    folder.mkdir(parents=True, exist_ok=True)
    needed, free = uncompressed_bytes(clip), shutil.disk_usage(folder).free
    if free < needed:
        raise InputError(
            f"{folder}: has {free / 1e9:.1f} GB free, and a clip takes {needed / 1e9:.1f} GB "
            "before it is encoded; make room there."
        )
    for _ in range(_ATTEMPTS):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        try:
            try:
                written = write_clip(place, _counted(clip.images(), on_frame), TICS_PER_SECOND)
            except ChildFailed as failure:
                reason = str(failure)
                continue
            yield written
            return
        finally:
            shutil.rmtree(place, ignore_errors=True)
    raise InputError(
        f"The demo of the game of seed {clip.game.info.seed} on {clip.game.scenario} does not "
        f"replay ({reason}); play it again with ViZDoom {clip.game.info.vizdoom}."
    )


def _counted(frames: Iterator[Frames], on_frame: Callable[[int], None]) -> Iterator[Frames]:
    for number, frame in enumerate(frames, start=1):
        yield frame
        on_frame(number)

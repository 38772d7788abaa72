"""Renders a game by a recipe: two videos, and the digests of the frames they were made of."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.recording.games import Game
from analysis.recording.layout import COUNTERS, TICS_PER_SECOND
from analysis.recording.processes import ChildFailed
from analysis.recording.recipe import Recipe
from analysis.recording.replay import replayed_view
from analysis.video.encode import video_writer

ATTEMPTS: Final = 2
POLL_S: Final = 0.2


def render(
    game: Game,
    recipe: Recipe,
    videos: tuple[Path, Path],
    on_frame: Callable[[int], None],
) -> tuple[str, str]:
    """Write the video of each player's view and return the SHA-256 of each one's RGB frames.

    The two engines render at the same time, each in its own process. `on_frame` hears how many
    frames are done.

    Raises:
        InputError: the engine cannot render that size, does not get through the demo, or shows
            another game than the one that was played.
    """
    reason = ""
    for _ in range(ATTEMPTS):
        try:
            return _render_once(game, recipe, videos, on_frame)
        except ChildFailed as failure:
            reason = str(failure)
    raise InputError(
        f"The demo of the game of seed {game.info.seed} on {game.scenario} does not replay"
        f" ({reason}); play it again with ViZDoom {game.info.vizdoom}."
    )


def _render_once(
    game: Game, recipe: Recipe, videos: tuple[Path, Path], on_frame: Callable[[int], None]
) -> tuple[str, str]:
    ended = threading.Event()
    with ExitStack() as stack:
        views = [
            stack.enter_context(
                replayed_view(
                    game.demo,
                    game.scenario,
                    player,
                    recipe.rendered,
                    game.info.first_tic,
                    game.info.tics,
                )
            )
            for player in (0, 1)
        ]
        writers = [
            stack.enter_context(
                video_writer(path, recipe.video, TICS_PER_SECOND, recipe.encoder_settings)
            )
            for path in videos
        ]

        def encode(player: int) -> str:
            digest = hashlib.sha256()
            for number, (variables, frame) in enumerate(views[player]):
                if ended.is_set():
                    break
                if not _is_shown(game, player, number, variables):
                    raise ChildFailed(f"it departs from the game at frame {number}")
                digest.update(frame.data)
                writers[player](recipe.picture(frame))
                if player == 0:
                    on_frame(number + 1)
            return digest.hexdigest()

        # Hashing, scaling and encoding run outside Python's lock, so two threads use two cores.
        pool = stack.enter_context(ThreadPoolExecutor(2))
        views_done = [pool.submit(encode, player) for player in (0, 1)]
        try:
            _wait(views_done)
        finally:
            ended.set()
        return views_done[0].result(), views_done[1].result()


def _wait(views: Sequence[Future[str]]) -> None:
    """Wait for all, or until one has failed; a wait without an end would not hear Ctrl-C."""
    while True:
        done, pending = wait(views, POLL_S, FIRST_EXCEPTION)
        if not pending or any(view.exception() for view in done):
            return


def _is_shown(game: Game, player: int, number: int, variables: NDArray[np.float64]) -> bool:
    """Whether a replay is where the game was at that frame."""
    same = variables.astype(np.float32) == game.variables[player, number]
    same[COUNTERS] = True
    return bool(same.all())

"""Records shards: plays games, or takes given ones, and renders each into a shard of its own.

One episode a shard: whatever ends the recording, the episodes finished before are kept.
"""

from __future__ import annotations

import fcntl
import math
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from analysis.datasets.layouts.doom import recording_shard_name
from analysis.datasets.writer import write_shard
from analysis.errors import InputError, OutputTaken
from analysis.recording.engine import remove_abandoned_engines
from analysis.recording.episode import episode_sample, is_episode_in
from analysis.recording.games import SUFFIX, Game, game_files, load_game, save_game
from analysis.recording.layout import TICS_PER_SECOND
from analysis.recording.play import play_game
from analysis.recording.recipe import NATIVE, Recipe, size_text
from analysis.recording.render import render
from analysis.recording.scenarios import MAPS, Scenario
from analysis.recording.screen_modes import screen_mode

GAMES_FOLDER: Final = "games"
RENDERING_FOLDER: Final = ".rendering"

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how many frames of it are done, and how many there are."""


@dataclass(frozen=True)
class RecordOptions:
    """What to record, and where to."""

    out: Path
    games: Path | None = None
    """A folder of game files to render; without it, games are played."""
    recipe: Recipe = NATIVE
    episodes: int | None = None
    """How many; all of the given games, or one on each map, when left out."""
    seconds: float = 60.0
    seed: int = 1
    scenario: Scenario | None = None
    """The map of all games; the maps in turn when left out."""


def record(
    options: RecordOptions, progress: Progress = lambda what, done, total: None
) -> list[Path]:
    """Record shards into `options.out` and return their paths.

    Games that are played are kept in the subfolder `games`. What an interrupted run has left
    whole is kept, so that running again goes on.

    Raises:
        InputError: an option makes no sense, a game cannot be played or rendered, its frames are
            not those it was recorded with, or the folder holds a shard of something else.
    """
    frames = options.seconds * TICS_PER_SECOND
    if not 1 <= frames < math.inf or (options.episodes is not None and options.episodes < 1):
        raise InputError("There is nothing to record; ask for at least one episode and frame.")
    screen_mode(options.recipe.rendered)
    with _recording_folder(options.out) as folder:
        games = _given(options, options.games) if options.games else _played(options, progress)
        return [
            _shard(folder, number, path, game, options.recipe, progress)
            for number, (path, game) in enumerate(games)
        ]


@contextmanager
def _recording_folder(folder: Path) -> Iterator[Path]:
    """Lock the folder, and clear away what a killed recording left unfinished."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"{folder}: is no folder to write to ({error.strerror}).") from error
    try:
        _take(lock, folder)
        _clear(folder)
        try:
            yield folder
        finally:
            _clear(folder)
            remove_abandoned_engines()
    finally:
        os.close(lock)


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(
            f"{folder}: another recording writes here; wait for it or give another folder."
        ) from None


def _clear(folder: Path) -> None:
    for unfinished in (*folder.glob(".mp-*.tmp"), *folder.glob(f"{GAMES_FOLDER}/.*.tmp")):
        unfinished.unlink()
    shutil.rmtree(folder / RENDERING_FOLDER, ignore_errors=True)


def _given(options: RecordOptions, games: Path) -> Iterator[tuple[Path, Game]]:
    for path in game_files(games)[: options.episodes]:
        yield path, load_game(path)


def _played(options: RecordOptions, progress: Progress) -> Iterator[tuple[Path, Game]]:
    """Play the games that are not in the folder yet."""
    folder = options.out / GAMES_FOLDER
    folder.mkdir(exist_ok=True)
    tics = round(options.seconds * TICS_PER_SECOND)
    maps = list(MAPS)
    for number in range(options.episodes or len(maps)):
        scenario = options.scenario or maps[number % len(maps)]
        seed = int(np.random.SeedSequence((options.seed, number)).generate_state(1)[0])
        path = folder / f"game-{number:06d}{SUFFIX}"
        if path.exists():
            game = load_game(path)
            if (game.scenario, game.info.seed, game.info.tics) != (scenario, seed, tics):
                raise OutputTaken(
                    f"{path}: is another game than the one asked for; give another folder."
                )
        else:
            game = play_game(scenario, tics, seed, on_tic=_counter(progress, "playing", path, tics))
            save_game(game, path)
        yield path, game


def _counter(progress: Progress, doing: str, path: Path, total: int) -> Callable[[int], None]:
    return lambda done: progress(f"{doing} {path.stem}", done, total)


def _shard(
    folder: Path, number: int, path: Path, game: Game, recipe: Recipe, progress: Progress
) -> Path:
    """Render a game into its shard, unless that is there already."""
    shard = folder / recording_shard_name(0, number)
    if shard.exists():
        if not is_episode_in(shard, game, recipe):
            raise OutputTaken(
                f"{shard}: holds another game or was made by another recipe; give another folder."
            )
        return shard
    rendering = folder / RENDERING_FOLDER
    rendering.mkdir(exist_ok=True)
    videos = rendering / "p1.mp4", rendering / "p2.mp4"
    on_frame = _counter(progress, "rendering", path, game.info.tics)
    digests = render(game, recipe, videos, on_frame)
    _check_digests(path, game, recipe, digests, keep=path.parent == folder / GAMES_FOLDER)
    write_shard(shard, [episode_sample(game, recipe, videos)])
    return shard


def _check_digests(
    path: Path, game: Game, recipe: Recipe, digests: tuple[str, str], *, keep: bool
) -> None:
    """Compare the frames with those of earlier renderings; `keep` the digests of the first."""
    size = size_text(recipe.rendered)
    known = game.info.frame_digests.get(size)
    if known is None and keep:
        save_game(game.with_frame_digests(size, digests), path)
    if known not in (None, digests):
        raise InputError(
            f"{path}: its frames at {size} are not those it was recorded with; render it with"
            f" ViZDoom {game.info.vizdoom}, or play the game again."
        )

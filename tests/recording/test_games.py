"""Game files, and the reference games among them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import InputError
from analysis.recording.games import Game, game_files, load_game, save_game
from analysis.recording.layout import TICS_PER_SECOND, VARIABLE
from analysis.recording.scenarios import MAPS
from tests.shared import REPOSITORY

REFERENCE = REPOSITORY / "measurements" / "games"
FILES = sorted(REFERENCE.glob("*.npz"))


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def reference(request: pytest.FixtureRequest) -> Game:
    path: Path = request.param
    return load_game(path)


def test_the_reference_games_are_twelve_on_four_maps_one_of_them_held_out() -> None:
    games = [load_game(path) for path in game_files(REFERENCE)]
    assert Counter(game.scenario for game in games) == dict.fromkeys(MAPS, 3)
    assert Counter(game.info.split for game in games) == {"training": 9, "held-out": 3}
    assert len({game.digest for game in games}) == 12
    assert sum(path.stat().st_size for path in FILES) < 4_000_000


def test_reference_games_last_a_minute_and_note_their_frames(reference: Game) -> None:
    assert reference.info.tics == 60 * TICS_PER_SECOND
    assert set(reference.info.frame_digests) == {"160x120", "640x480"}


def test_both_players_of_a_reference_game_are_on_the_move(reference: Game) -> None:
    for variables in reference.variables:
        alive = variables[1:, VARIABLE["DEAD"]] == 0
        steps = np.hypot(*np.diff(variables[:, :2], axis=0).T)
        walked = np.where(alive & (steps < 60), steps, 0)
        assert walked.sum() > 10_000
        standing = alive & (steps < 1)
        assert standing.sum() < 0.2 * alive.sum()
        two_seconds = np.convolve(standing, np.ones(2 * TICS_PER_SECOND), "valid")
        assert two_seconds.max() < 2 * TICS_PER_SECOND


def test_the_players_of_a_reference_game_fight_die_and_respawn(reference: Game) -> None:
    last = reference.variables[:, -1]
    assert (last[:, VARIABLE["HITCOUNT"]] > 0).all()
    assert (last[:, VARIABLE["DAMAGECOUNT"]] > 0).all()
    assert last[:, VARIABLE["FRAGCOUNT"]].max() > 0
    assert last[:, VARIABLE["DEATHCOUNT"]].max() > 0
    for dead in reference.variables[:, :, VARIABLE["DEAD"]]:
        three_seconds = np.convolve(dead, np.ones(3 * TICS_PER_SECOND), "valid")
        assert three_seconds.max() < 3 * TICS_PER_SECOND


def test_a_game_is_read_as_it_was_written(tmp_path: Path) -> None:
    game = load_game(FILES[0])
    save_game(game, tmp_path / "again.npz")
    again = load_game(tmp_path / "again.npz")
    assert again.info == game.info
    assert again.digest == game.digest
    np.testing.assert_array_equal(again.variables, game.variables)
    assert (tmp_path / "again.npz").read_bytes() == FILES[0].read_bytes()


def test_a_missing_folder_or_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no game file"):
        game_files(tmp_path)
    with pytest.raises(InputError, match=r"gone.npz: there is no such game file"):
        load_game(tmp_path / "gone.npz")


@pytest.mark.parametrize("kept", [0, 10, 40_000])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cut.npz"
    path.write_bytes(FILES[0].read_bytes()[:kept])
    with pytest.raises(InputError, match=r"cut.npz: is no game file"):
        load_game(path)


def test_arrays_of_another_length_are_refused(tmp_path: Path) -> None:
    game = load_game(FILES[0])
    path = tmp_path / "short.npz"
    save_game(replace(game, actions=game.actions[:, :-1]), path)
    with pytest.raises(InputError, match=r"its actions are float32 \(2, 2099, 14\)"):
        load_game(path)


def test_another_format_is_named(tmp_path: Path) -> None:
    game = load_game(FILES[0])
    path = tmp_path / "next.npz"
    save_game(replace(game, info=game.info.model_copy(update={"format": "doom-duel/2"})), path)
    with pytest.raises(InputError, match=r"format doom-duel/2"):
        load_game(path)

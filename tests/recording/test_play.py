"""Live games: retried when they fail, and aligned with what their demo shows."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import psutil
import pytest

from analysis.errors import InputError
from analysis.recording import duel
from analysis.recording.games import Game
from analysis.recording.layout import BUTTON, TURN, VARIABLE
from analysis.recording.play import ATTEMPTS, play_game, rewards
from analysis.recording.replay import replayed_view
from analysis.recording.scenarios import Scenario
from tests.recording.processes_alive import engines, wait_until

ARENA = Scenario("multi_deathmatch.wad", "MAP01")


@pytest.fixture(scope="module")
def game() -> Game:
    """Ten seconds in a small room, in which somebody dies."""
    return play_game(ARENA, 350, seed=1)


@pytest.fixture
def taken_ports() -> Iterator[list[int]]:
    """Ports that somebody else uses."""
    with ExitStack() as stack:
        ports = []
        for _ in range(ATTEMPTS):
            taken = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            taken.bind(("", 0))
            ports.append(int(taken.getsockname()[1]))
        yield ports


def test_a_port_in_use_is_replaced_by_another(taken_ports: list[int]) -> None:
    played = play_game(ARENA, 5, seed=1, ports=taken_ports[:1])
    assert played.info.tics == 5


def test_a_game_that_never_works_is_one_clear_error(taken_ports: list[int]) -> None:
    with pytest.raises(InputError, match=r"No game on multi_deathmatch.wad:MAP01 worked in 3"):
        play_game(ARENA, 5, seed=1, ports=taken_ports)
    assert engines(os.getpid()) == []


@pytest.mark.parametrize("fate", [signal.SIGSEGV, signal.SIGSTOP], ids=["crashes", "hangs"])
def test_a_game_whose_engine_fails_is_played_again(
    fate: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duel, "STALL_S", 6.0)
    struck: list[psutil.Process] = []

    def strike() -> None:
        wait_until(lambda: bool(engines(os.getpid())))
        struck.extend(engines(os.getpid())[:1])
        struck[0].send_signal(fate)

    thread = threading.Thread(target=strike)
    thread.start()
    played = play_game(ARENA, 70, seed=1)
    thread.join()
    assert played.info.tics == 70
    wait_until(lambda: not struck[0].is_running())


def test_frames_actions_and_rewards_are_as_many(game: Game) -> None:
    assert game.actions.shape == (2, 350, 14)
    assert game.rewards.shape == (2, 350)
    with replayed_view(game.demo, ARENA, 1, (160, 120), game.info.first_tic, 350) as view:
        frames = [frame for _, frame in view]
    assert len(frames) == 350
    assert len({frame.tobytes() for frame in frames}) > 300


@pytest.mark.parametrize("player", [0, 1])
def test_a_turn_shows_in_the_next_frame_of_the_replay(game: Game, player: int) -> None:
    with replayed_view(
        game.demo, ARENA, player, (320, 240), game.info.first_tic, game.info.tics
    ) as view:
        shown = np.array([variables for variables, _ in view])
    turned = -np.diff(shown[:, VARIABLE["ANGLE"]])
    asked = game.actions[player, :-1, BUTTON[TURN]]
    # A player that has respawned is held for a moment.
    dead = np.flatnonzero(shown[:, VARIABLE["DEAD"]])
    free = np.ones(len(asked), bool)
    for frame in dead:
        free[max(frame - 1, 0) : frame + 21] = False
    assert free.sum() > 150
    assert np.abs((turned - asked + 180) % 360 - 180)[free].max() < 0.02
    # One frame earlier or later it would not fit: the test can tell.
    for shift in (-1, 1):
        assert np.abs(np.roll(turned, shift) - asked)[free].mean() > 0.3


@pytest.mark.parametrize("player", [0, 1])
def test_rewards_belong_to_the_action_before_the_frag_shows(game: Game, player: int) -> None:
    assert np.abs(game.rewards).sum() > 0
    deaths = np.diff(game.variables[player, :, VARIABLE["DEATHCOUNT"]])
    np.testing.assert_array_equal(game.rewards[player, :-1] < 0, deaths > 0)
    dead = game.variables[player, :, VARIABLE["DEAD"]] > 0
    for tic in np.flatnonzero(deaths):
        assert not dead[tic]
        assert dead[tic + 1]


def test_the_dead_respawn_within_three_seconds(game: Game) -> None:
    for player in (0, 1):
        dead = game.variables[player, :, VARIABLE["DEAD"]] > 0
        for start in np.flatnonzero(np.diff(dead.astype(int)) == 1):
            if start + 105 < len(dead):
                assert not dead[start + 1 : start + 106].all()


def test_killing_oneself_costs_one_and_not_two() -> None:
    variables = np.zeros((2, 3, 22))
    variables[0, 1:, VARIABLE["FRAGCOUNT"]] = -1
    variables[0, 1:, VARIABLE["DEATHCOUNT"]] = 1
    variables[1, 2, VARIABLE["FRAGCOUNT"]] = 1
    np.testing.assert_array_equal(rewards(variables), [[-1, 0], [0, 1]])

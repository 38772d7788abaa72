"""Plays a game: a live duel, then its replay, put together frame by frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
import vizdoom
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.recording.duel import LiveRun, free_port, play_duel
from analysis.recording.engine import wad_file
from analysis.recording.games import Game, GameInfo
from analysis.recording.layout import BUTTON, COUNTERS, PREDICTED, TURN, VARIABLE
from analysis.recording.processes import ChildFailed
from analysis.recording.replay import replayed_view
from analysis.recording.scenarios import MAPS, Scenario

ATTEMPTS: Final = 3
LEAD_IN: Final = 10
"""Tics before the first frame of a game, in which the players appear and raise their weapons."""
LIVE_LEAD: Final = (0, 1)
"""Tics by which a player's live view is ahead of its replay: the guest's is predicted."""
PROBE_SIZE: Final = (160, 120)

HELD_TICS: Final = 20
"""Tics after a respawn in which the engine may still hold the player."""
TURN_TOLERANCE: Final = 0.02
"""The engine rounds turns to 360/65536 degrees."""
AGREEMENT: Final = 0.99


def play_game(
    scenario: Scenario,
    tics: int,
    seed: int,
    *,
    ports: Iterable[int] = (),
    on_tic: Callable[[int], None] = lambda done: None,
) -> Game:
    """Play a game of `tics` frames; one that fails is played again on another port.

    `ports` are tried before ports that are free. The seed decides how the players play. `on_tic`
    hears how many tics are done.

    Raises:
        InputError: ViZDoom has no such map, or no attempt worked.
    """
    wad_file(scenario)
    wanted = iter(ports)
    reason = ""
    for _ in range(ATTEMPTS):
        try:
            return _play_once(scenario, tics, seed, next(wanted, 0) or free_port(), on_tic)
        except ChildFailed as failure:
            reason = str(failure)
    raise InputError(
        f"No game on {scenario} worked in {ATTEMPTS} attempts ({reason}); check that programs may"
        " talk over UDP on 127.0.0.1, or choose another map."
    )


def _play_once(
    scenario: Scenario, tics: int, seed: int, port: int, on_tic: Callable[[int], None]
) -> Game:
    started = time.time()
    run = play_duel(scenario, LEAD_IN + tics + 1, seed, port, lambda done: on_tic(min(done, tics)))
    lived = np.stack([variables[LEAD_IN:] for variables in run.variables])
    shown = np.stack([_shown(run, scenario, player, tics + 1) for player in (0, 1)])
    shown[:, :, COUNTERS] = lived[:, :, COUNTERS]
    actions = np.stack(
        [
            run.actions[player][LEAD_IN - lead : LEAD_IN - lead + tics]
            for player, lead in enumerate(LIVE_LEAD)
        ]
    )
    if not np.array_equal(shown[:, :, PREDICTED.stop :], lived[:, :, PREDICTED.stop :]):
        raise ChildFailed("the replay departs from the live game")
    agreement = turn_agreement(actions, shown)
    if agreement < AGREEMENT:
        raise ChildFailed(f"only {agreement:.1%} of the turns are in the replay")
    return Game(
        GameInfo(
            scenario=scenario.wad,
            map=scenario.map,
            split=MAPS.get(scenario, "training"),
            seed=seed,
            tics=tics,
            first_tic=LEAD_IN,
            played=round(started, 3),
            duration_s=round(time.time() - started, 3),
            vizdoom=vizdoom.__version__,
        ),
        run.demo,
        actions.astype(np.float32),
        rewards(shown),
        shown[:, :-1].astype(np.float32),
    )


def _shown(run: LiveRun, scenario: Scenario, player: int, tics: int) -> NDArray[np.float64]:
    """The game variables (tics, len(GAME_VARIABLES)) that the replay shows."""
    with replayed_view(run.demo, scenario, player, PROBE_SIZE, LEAD_IN, tics) as view:
        return np.array([variables for variables, _ in view])


def rewards(variables: NDArray[np.float64]) -> NDArray[np.float32]:
    """The rewards (2, N) between the N + 1 rows of game variables (2, N + 1, …).

    +1 for each opponent killed, -1 for each own death. Killing oneself lowers the engine's frag
    count too; that is not counted again.
    """
    frags = np.diff(variables[:, :, VARIABLE["FRAGCOUNT"]], axis=1)
    deaths = np.diff(variables[:, :, VARIABLE["DEATHCOUNT"]], axis=1)
    return (np.maximum(frags, 0) - deaths).astype(np.float32)


def turn_agreement(actions: NDArray[np.float64], variables: NDArray[np.float64]) -> float:
    """The share of turns (2, N, …) that show in the next frame's angle (2, N + 1, …).

    Only tics count on which the player is alive and has been for HELD_TICS.
    """
    shown = -np.diff(variables[:, :, VARIABLE["ANGLE"]], axis=1)
    error = (shown - actions[:, :, BUTTON[TURN]] + 180) % 360 - 180
    dead = variables[:, :, VARIABLE["DEAD"]] > 0
    held = np.stack([np.convolve(row, np.ones(HELD_TICS + 1))[: len(row)] > 0 for row in dead])
    free = ~(held[:, :-1] | held[:, 1:])
    return float((np.abs(error[free]) < TURN_TOLERANCE).mean()) if free.any() else 1.0

"""Scripted players decide by seed and observation alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analysis.recording.layout import BUTTON, BUTTONS, GAME_VARIABLES, TURN, VARIABLE
from analysis.recording.players import COLUMNS, Observation, ScriptedPlayer

SEEDS = st.integers(0, 2**32 - 1)


def walk(seed: int, tics: int = 120) -> list[Observation]:
    """Observations as of a wandering player that sees its opponent now and then and dies once."""
    random = np.random.default_rng(seed)
    seen = []
    position = random.uniform(-1000, 1000, 2)
    for tic in range(tics):
        position = position + random.uniform(-15, 15, 2)
        variables = np.zeros(len(GAME_VARIABLES))
        variables[:2] = position
        variables[VARIABLE["ANGLE"]] = random.uniform(0, 360)
        variables[VARIABLE["SELECTED_WEAPON"]] = 2
        variables[[VARIABLE["WEAPON1"], VARIABLE["WEAPON2"], VARIABLE["WEAPON5"]]] = 1
        variables[VARIABLE["DEAD"]] = 60 <= tic < 80
        opponent = random.uniform(-1000, 1000, 2)
        seen.append(
            Observation(
                variables,
                random.uniform(0, 1800, COLUMNS),
                float(random.uniform(-45, 45)) if random.random() < 0.5 else None,
                (float(opponent[0]), float(opponent[1])),
            )
        )
    return seen


@given(SEEDS, SEEDS)
def test_the_same_seed_and_observations_give_the_same_decisions(seed: int, game: int) -> None:
    observations = walk(game)
    first, second = ScriptedPlayer(seed), ScriptedPlayer(seed)
    for seen in observations:
        np.testing.assert_array_equal(first.act(seen), second.act(seen))


def test_another_seed_plays_differently() -> None:
    observations = walk(1)
    first, second = ScriptedPlayer(1), ScriptedPlayer(2)
    assert any(not np.array_equal(first.act(seen), second.act(seen)) for seen in observations)


@given(SEEDS, SEEDS)
def test_actions_are_buttons_and_a_bounded_turn(seed: int, game: int) -> None:
    player = ScriptedPlayer(seed)
    for seen in walk(game):
        action = player.act(seen)
        assert action.shape == (len(BUTTONS),)
        assert set(action[: BUTTON[TURN]]) <= {0.0, 1.0}
        assert abs(action[BUTTON[TURN]]) <= 15.0
        for one, other in (("FORWARD", "BACKWARD"), ("LEFT", "RIGHT")):
            assert action[BUTTON[f"MOVE_{one}"]] + action[BUTTON[f"MOVE_{other}"]] < 2


@given(SEEDS)
def test_a_dead_player_presses_nothing(seed: int) -> None:
    player = ScriptedPlayer(seed)
    for seen in walk(seed):
        action = player.act(seen)
        if seen.variables[VARIABLE["DEAD"]]:
            assert not action.any()


def test_a_player_that_stands_still_soon_does_something_else() -> None:
    player = ScriptedPlayer(3)
    seen = Observation(walk(3)[0].variables, np.full(COLUMNS, 20.0), None, None)
    turns = [player.act(seen)[BUTTON[TURN]] for _ in range(70)]
    assert np.abs(np.cumsum(turns)).max() > 90.0


def test_a_player_aims_at_the_opponent_that_it_sees() -> None:
    player = ScriptedPlayer(4)
    variables = walk(4)[0].variables
    for _ in range(40):
        action = player.act(Observation(variables, np.full(COLUMNS, 900.0), 30.0, (500.0, 0.0)))
    assert action[BUTTON[TURN]] > 2.0


def test_a_rocket_is_not_fired_into_a_wall_near_by() -> None:
    player = ScriptedPlayer(5)
    variables = walk(5)[0].variables.copy()
    variables[VARIABLE["SELECTED_WEAPON"]] = 5
    opponent = (float(variables[0]) + 300.0, float(variables[1]))
    near = Observation(variables, np.full(COLUMNS, 100.0), 0.0, opponent)
    far = Observation(variables, np.full(COLUMNS, 900.0), 0.0, opponent)
    assert not any(player.act(near)[BUTTON["ATTACK"]] for _ in range(100))
    assert any(player.act(far)[BUTTON["ATTACK"]] for _ in range(100))

"""Scripted players: what they see, and how they decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.recording.layout import BUTTON, BUTTONS, TICS_PER_SECOND, TURN, VARIABLE, WEAPON_SLOTS

FIELD_OF_VIEW: Final = 90.0
COLUMNS: Final = 60
"""Directions in which a player sees how far it can walk."""

BEARINGS: Final = np.linspace(-FIELD_OF_VIEW / 2, FIELD_OF_VIEW / 2, COLUMNS)
"""Those directions, in degrees to the right of straight ahead."""

# Angles in degrees, distances in map units, times in tics.
MAX_TURN: Final = 15.0
TURN_SMOOTHING: Final = 0.55
STANDSTILL: Final = 2.0
PATIENCE: Final = TICS_PER_SECOND // 3
CELL: Final = 96.0
LOOKAHEAD: Final = 160.0
OPEN: Final = 500.0
BLOCKED: Final = 60.0
DEAD_END: Final = 70.0
ROCKET_LAUNCHER: Final = 5
ROCKET_SAFETY: Final = 200.0


@dataclass(frozen=True)
class Observation:
    """What a player knows on one tic."""

    variables: NDArray[np.float64]
    """(len(GAME_VARIABLES),): its own game variables."""
    clearance: NDArray[np.float64]
    """(COLUMNS,): free way in the directions BEARINGS, in map units."""
    target: float | None
    """Bearing of the opponent in degrees to the right, when in sight."""
    opponent: tuple[float, float] | None
    """Position (x, y) of the living opponent in map units."""

    @property
    def distance(self) -> float:
        """How far away the living opponent is, in map units."""
        if self.opponent is None:
            return np.inf
        return float(np.hypot(*(self.variables[:2] - self.opponent)))

    def ahead(self, columns: int) -> float:
        """The free way within so many columns to either side of straight ahead."""
        middle = COLUMNS // 2
        return float(self.clearance[middle - columns : middle + columns].min())


class ScriptedPlayer:
    """A player that roams, hunts and fights like a person of middling skill.

    Its decisions follow from its seed and from what it has observed, and from nothing else.
    """

    def __init__(self, seed: int | Sequence[int]) -> None:
        """Draw the player's temper from its seed."""
        self._random = np.random.default_rng(seed)
        self._aim_gain = self._random.uniform(0.25, 0.42)
        self._aim_noise = self._random.uniform(0.5, 1.2)
        self._reaction = int(self._random.integers(4, 9))
        self._near, self._far = sorted(self._random.uniform((90, 200), (180, 420)))
        self._turn = 0.0
        self._wander = 0.0
        self._aim_error = 0.0
        self._seen = 0
        self._trigger = 0
        self._strafe = 0
        self._strafe_left = 0
        self._slow = 0
        self._escape = 0
        self._escape_side = 1.0
        self._last_position = np.zeros(2)
        self._visits: Counter[tuple[int, int]] = Counter()

    def act(self, seen: Observation) -> NDArray[np.float64]:
        """Return the action for one tic: (len(BUTTONS),), the turn in degrees to the right."""
        action = np.zeros(len(BUTTONS))
        if seen.variables[VARIABLE["DEAD"]]:
            self._turn, self._seen, self._slow, self._escape = 0.0, 0, 0, 0
            return action
        self._drift()
        self._notice_standstill(seen)
        action[BUTTON["SPEED"]] = 1.0
        if seen.target is not None:
            self._seen = min(self._seen + 1, 3 * TICS_PER_SECOND)
            wish = self._fight(seen, seen.target, action)
        else:
            self._seen = max(self._seen - 2, 0)
            wish = self._flee_wall(action) if self._escape > 0 else self._roam(seen, action)
        self._turn += TURN_SMOOTHING * (wish - self._turn)
        action[BUTTON[TURN]] = np.clip(self._turn, -MAX_TURN, MAX_TURN)
        action[BUTTON["ATTACK"]] = self._trigger > 0 and self._may_fire(seen)
        self._trigger -= 1
        self._change_weapon(seen, action)
        return action

    def _drift(self) -> None:
        """Let the wandering direction, the aim error and the strafing side change."""
        random = self._random
        self._wander += -0.04 * self._wander + 3.0 * random.standard_normal()
        self._aim_error += -0.12 * self._aim_error + self._aim_noise * random.standard_normal()
        self._strafe_left -= 1
        if self._strafe_left <= 0:
            self._strafe = int(random.choice((-1, 0, 1), p=(0.45, 0.1, 0.45)))
            self._strafe_left = int(random.integers(8, 36))

    def _notice_standstill(self, seen: Observation) -> None:
        """Begin an escape after a third of a second of hardly moving."""
        position = seen.variables[:2]
        moved = float(np.hypot(*(position - self._last_position)))
        self._last_position = position.copy()
        self._visits[_cell(position)] += 1
        self._slow = self._slow + 1 if moved < STANDSTILL else max(self._slow - 2, 0)
        if self._slow > PATIENCE and self._escape == 0:
            self._slow = 0
            self._escape = int(self._random.integers(10, 24))
            left, right = (half.mean() for half in np.split(seen.clearance, 2))
            toss = float(self._random.choice((-1.0, 1.0)))
            self._escape_side = float(np.sign(right - left)) if abs(left - right) > 40.0 else toss

    def _flee_wall(self, action: NDArray[np.float64]) -> float:
        """Back off, turn and go on; return the wished turn."""
        self._escape -= 1
        action[BUTTON["MOVE_BACKWARD"]] = self._escape > 14
        action[BUTTON["MOVE_FORWARD"]] = self._escape < 8
        if self._escape % 12 < 8:
            _sidestep(action, self._escape_side)
        return 9.0 * self._escape_side

    def _fight(self, seen: Observation, target: float, action: NDArray[np.float64]) -> float:
        """Aim at the target, keep a distance and strafe; return the wished turn."""
        action[BUTTON["MOVE_FORWARD"]] = seen.distance > self._far and seen.ahead(4) > 40.0
        action[BUTTON["MOVE_BACKWARD"]] = seen.distance < self._near
        _sidestep(action, self._strafe or float(self._slow > 4))
        if self._seen < self._reaction:
            return self._turn * 0.6
        aimed = target + self._aim_error
        if abs(aimed) < 5.0 + 500.0 / max(seen.distance, 60.0) and self._trigger <= -4:
            self._trigger = int(self._random.integers(5, 24))
        return float(np.clip(self._aim_gain * aimed * 1.6, -14.0, 14.0))

    def _may_fire(self, seen: Observation) -> bool:
        """Return false where a rocket would blow up in the player's own face."""
        if seen.variables[VARIABLE["SELECTED_WEAPON"]] != ROCKET_LAUNCHER:
            return True
        return min(seen.ahead(8), seen.distance) > ROCKET_SAFETY

    def _roam(self, seen: Observation, action: NDArray[np.float64]) -> float:
        """Walk in the most promising direction; return the wished turn."""
        reach = np.minimum(seen.clearance, OPEN)
        best = int(np.argmax(np.where(reach > BLOCKED, self._promise(seen), reach / OPEN - 1.0)))
        action[BUTTON["MOVE_FORWARD"]] = 1.0
        if reach[best] > 150.0:
            _sidestep(action, self._strafe)
        if self._random.random() < 0.004:
            self._trigger = int(self._random.integers(3, 10))
        if reach.max() < DEAD_END:
            return 12.0 if self._turn >= 0 else -12.0
        return float(np.clip(0.22 * BEARINGS[best] + 0.04 * self._wander, -12.0, 12.0))

    def _promise(self, seen: Observation) -> NDArray[np.float64]:
        """How good each of the BEARINGS is: open, little visited, and towards the opponent."""
        x, y = seen.variables[:2]
        heading = seen.variables[VARIABLE["ANGLE"]]
        step = np.minimum(seen.clearance, LOOKAHEAD)
        directions = np.radians(heading - BEARINGS)
        places = np.stack((x + step * np.cos(directions), y + step * np.sin(directions)), axis=1)
        been = np.array([self._visits[_cell(place)] for place in places])
        promise: NDArray[np.float64] = np.minimum(seen.clearance, OPEN) / OPEN
        promise -= 0.25 * np.minimum(been / 40.0, 2.0)
        promise -= 0.3 * np.abs(BEARINGS) / 45.0
        promise += 0.15 * np.cos(np.radians(BEARINGS - self._wander))
        if seen.opponent is not None:
            towards = np.degrees(np.arctan2(seen.opponent[1] - y, seen.opponent[0] - x))
            promise += 0.5 * np.cos(np.radians(BEARINGS - (heading - towards)))
        return promise

    def _change_weapon(self, seen: Observation, action: NDArray[np.float64]) -> None:
        """Select another weapon that it has now and then, and soon when out of ammunition."""
        selected = seen.variables[VARIABLE["SELECTED_WEAPON"]]
        empty = seen.variables[VARIABLE["SELECTED_WEAPON_AMMO"]] == 0
        others = [
            slot
            for slot in WEAPON_SLOTS
            if slot != selected and seen.variables[VARIABLE[f"WEAPON{slot}"]]
        ]
        if others and self._random.random() < (0.15 if empty else 0.005):
            action[BUTTON[f"SELECT_WEAPON{self._random.choice(others)}"]] = 1.0


def _cell(position: NDArray[np.float64]) -> tuple[int, int]:
    """The square of the map that a position (2,) lies in."""
    return int(position[0] // CELL), int(position[1] // CELL)


def _sidestep(action: NDArray[np.float64], side: float) -> None:
    """Press left for a negative side and right for a positive one."""
    action[BUTTON["MOVE_RIGHT"]] = side > 0
    action[BUTTON["MOVE_LEFT"]] = side < 0

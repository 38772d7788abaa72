"""Scripted players: what they see, and how they decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.recording.layout import BUTTON, BUTTONS, TICS_PER_SECOND, VARIABLE, WEAPON_SLOTS

FIELD_OF_VIEW: Final = 90.0
COLUMNS: Final = 60
"""Directions in which a player sees how far it can walk."""

BEARINGS: Final = np.linspace(-FIELD_OF_VIEW / 2, FIELD_OF_VIEW / 2, COLUMNS)
"""Those directions, in degrees to the right of straight ahead."""

ROCKET_LAUNCHER: Final = 5
ROCKET_SAFETY: Final = 200.0
NOTHING_PRESSED: Final = np.zeros(len(BUTTONS))


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


def turned(angle: float) -> float:
    """Return `angle` in degrees as the equal angle in [-180, 180)."""
    return (angle + 180.0) % 360.0 - 180.0


@dataclass
class ScriptedPlayer:
    """A player that roams, hunts and fights like a person of middling skill.

    Its decisions follow from its seed and from what it has observed, and from nothing else.
    """

    seed: int
    _random: np.random.Generator = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Draw the player's temper from its seed."""
        self._random = np.random.default_rng(self.seed)
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
        self._visits: dict[tuple[int, int], float] = {}

    def act(self, seen: Observation) -> NDArray[np.float64]:
        """Return the action for one tic: (len(BUTTONS),), the turn in degrees to the right."""
        action = NOTHING_PRESSED.copy()
        if seen.variables[VARIABLE["DEAD"]]:
            self._turn, self._seen, self._slow, self._escape = 0.0, 0, 0, 0
            return action
        self._drift()
        self._notice_standstill(seen)
        if seen.target is not None:
            self._seen = min(self._seen + 1, 3 * TICS_PER_SECOND)
            wish = self._fight(seen, seen.target, action)
        else:
            self._seen = max(self._seen - 2, 0)
            wish = self._roam(seen, action)
        self._turn += 0.55 * (wish - self._turn)
        action[BUTTON["TURN_LEFT_RIGHT_DELTA"]] = np.clip(self._turn, -15.0, 15.0)
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
        position = seen.variables[: len(self._last_position)]
        moved = float(np.hypot(*(position - self._last_position)))
        self._last_position = position.copy()
        self._slow = self._slow + 1 if moved < 2.0 else max(self._slow - 2, 0)
        cell = int(position[0]) // 96, int(position[1]) // 96
        self._visits[cell] = self._visits.get(cell, 0.0) + 1.0
        if self._slow > TICS_PER_SECOND // 3 and self._escape == 0:
            self._escape = int(self._random.integers(10, 24))
            half = COLUMNS // 2
            left, right = seen.clearance[:half].mean(), seen.clearance[half:].mean()
            sure = abs(left - right) > 40.0
            toss = float(self._random.choice((-1.0, 1.0)))
            self._escape_side = (1.0 if right > left else -1.0) if sure else toss
            self._slow = 0

    def _fight(self, seen: Observation, target: float, action: NDArray[np.float64]) -> float:
        """Aim at the target, keep a distance and strafe; return the wished turn."""
        distance = self._distance(seen)
        ahead = float(seen.clearance[COLUMNS // 2 - 4 : COLUMNS // 2 + 4].min())
        action[BUTTON["MOVE_FORWARD"]] = distance > self._far and ahead > 40.0
        action[BUTTON["MOVE_BACKWARD"]] = distance < self._near
        strafe = self._strafe or (1 if self._slow > 4 else 0)
        action[BUTTON["MOVE_RIGHT"]] = strafe > 0
        action[BUTTON["MOVE_LEFT"]] = strafe < 0
        action[BUTTON["SPEED"]] = 1.0
        if self._seen < self._reaction:
            return self._turn * 0.6
        aimed = target + self._aim_error
        if abs(aimed) < 5.0 + 500.0 / max(distance, 60.0) and self._trigger <= -4:
            self._trigger = int(self._random.integers(5, 24))
        return float(np.clip(self._aim_gain * aimed * 1.6, -14.0, 14.0))

    def _may_fire(self, seen: Observation) -> bool:
        """Return false where a rocket would blow up in the player's own face."""
        if seen.variables[VARIABLE["SELECTED_WEAPON"]] != ROCKET_LAUNCHER:
            return True
        ahead = float(seen.clearance[COLUMNS // 2 - 8 : COLUMNS // 2 + 8].min())
        return min(ahead, self._distance(seen)) > ROCKET_SAFETY

    @staticmethod
    def _distance(seen: Observation) -> float:
        """Return how far away the living opponent is, in map units."""
        if seen.opponent is None:
            return np.inf
        return float(np.hypot(*(seen.variables[:2] - seen.opponent)))

    def _roam(self, seen: Observation, action: NDArray[np.float64]) -> float:
        """Walk towards open, little-visited space and the opponent; return the wished turn."""
        random = self._random
        action[BUTTON["SPEED"]] = 1.0
        if self._escape > 0:
            self._escape -= 1
            action[BUTTON["MOVE_BACKWARD"]] = self._escape > 14
            action[BUTTON["MOVE_FORWARD"]] = self._escape < 8
            side = "MOVE_RIGHT" if self._escape_side > 0 else "MOVE_LEFT"
            action[BUTTON[side]] = self._escape % 12 < 8
            return 9.0 * self._escape_side
        x, y = seen.variables[:2]
        heading = seen.variables[VARIABLE["ANGLE"]]
        reach = np.minimum(seen.clearance, 500.0)
        step = np.minimum(reach, 160.0)
        directions = np.radians(heading - BEARINGS)
        cells = np.stack((x + step * np.cos(directions), y + step * np.sin(directions))) // 96
        been = np.array([self._visits.get((int(a), int(b)), 0.0) for a, b in cells.T])
        score = reach / 500.0 - 0.25 * np.minimum(been / 40.0, 2.0)
        score -= 0.3 * np.abs(BEARINGS) / 45.0
        score += 0.15 * np.cos(np.radians(BEARINGS - self._wander))
        if seen.opponent is not None:
            ox, oy = seen.opponent
            bearing = turned(heading - float(np.degrees(np.arctan2(oy - y, ox - x))))
            score += 0.5 * np.cos(np.radians(BEARINGS - bearing))
        best = int(np.argmax(np.where(reach > 60.0, score, reach / 500.0 - 1.0)))
        action[BUTTON["MOVE_FORWARD"]] = 1.0
        if self._strafe and reach[best] > 150.0:
            action[BUTTON["MOVE_RIGHT"]] = self._strafe > 0
            action[BUTTON["MOVE_LEFT"]] = self._strafe < 0
        if random.random() < 0.004:
            self._trigger = int(random.integers(3, 10))
        if reach.max() < 70.0:
            return 12.0 * (1.0 if self._turn >= 0 else -1.0)
        return float(np.clip(0.22 * BEARINGS[best] + 0.04 * self._wander, -12.0, 12.0))

    def _change_weapon(self, seen: Observation, action: NDArray[np.float64]) -> None:
        """Select another weapon that it has now and then, and at once when out of ammunition."""
        has = [slot for slot in WEAPON_SLOTS if seen.variables[VARIABLE[f"WEAPON{slot}"]]]
        selected = seen.variables[VARIABLE["SELECTED_WEAPON"]]
        empty = seen.variables[VARIABLE["SELECTED_WEAPON_AMMO"]] == 0
        others = [slot for slot in has if slot != selected]
        if others and self._random.random() < (0.15 if empty else 0.005):
            action[BUTTON[f"SELECT_WEAPON{self._random.choice(others)}"]] = 1.0

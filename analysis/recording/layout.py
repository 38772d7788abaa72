"""The columns of a player's actions and game variables, and the clock they share."""

from __future__ import annotations

from typing import Final

TICS_PER_SECOND: Final = 35
"""The engine's clock; one frame, one action and one reward a tic."""

BINARY_BUTTONS: Final = (
    "MOVE_FORWARD",
    "MOVE_BACKWARD",
    "MOVE_RIGHT",
    "MOVE_LEFT",
    *(f"SELECT_WEAPON{slot}" for slot in range(1, 8)),
    "ATTACK",
    "SPEED",
)
TURN: Final = "TURN_LEFT_RIGHT_DELTA"
BUTTONS: Final = (*BINARY_BUTTONS, TURN)
"""The columns of an action: 13 binary buttons, then the turn to the right in degrees."""

WEAPON_SLOTS: Final = tuple(range(1, 8))

GAME_VARIABLES: Final = (
    "POSITION_X",
    "POSITION_Y",
    "POSITION_Z",
    "ANGLE",
    "HEALTH",
    "ARMOR",
    "FRAGCOUNT",
    "DEATHCOUNT",
    "DAMAGECOUNT",
    "DAMAGE_TAKEN",
    "HITCOUNT",
    "HITS_TAKEN",
    "SELECTED_WEAPON",
    "SELECTED_WEAPON_AMMO",
    "DEAD",
    *(f"WEAPON{slot}" for slot in WEAPON_SLOTS),
)
"""What is read from the engine on every tic, in this order, under the engine's names."""

PREDICTED: Final = slice(0, 4)
"""Position and angle, by which the guest's live view may be ahead of the game."""

COUNTERS: Final = slice(6, 12)
"""Frags to hits taken. In a replay some of them go on from what was before the demo."""

BUTTON: Final = {name: column for column, name in enumerate(BUTTONS)}
VARIABLE: Final = {name: column for column, name in enumerate(GAME_VARIABLES)}

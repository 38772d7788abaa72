"""What a player does in a clip, by the recorded actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from analysis.kinds.dual_decoder.record import Motion

MOTIONS: Final[tuple[Motion, ...]] = get_args(Motion)

TURNING: Final = 3.0
"""Degrees a frame, the mean over a clip, from which on it is turning."""

STATIC: Final = 0.5
"""Degrees a frame below which a clip without a step is static."""

_MOVES: Final = slice(0, 4)  # forward, back, right, left
_ATTACK: Final = 11
_TURN: Final = 13


def motion_of(actions: NDArray[np.float32]) -> Motion:
    """The motion of a clip: fighting if a shot is fired, else by how it turns and moves.

    Args:
        actions: float32 (N, 14) in the layout's order, of the clip's frames.
    """
    turned = float(np.abs(actions[:, _TURN]).mean())
    if (actions[:, _ATTACK] > 0).any():
        return "fighting"
    if turned >= TURNING:
        return "turning"
    if turned < STATIC and not (actions[:, _MOVES] > 0).any():
        return "static"
    return "moving"


def motions_of(actions: NDArray[np.float32], clip_frames: int) -> dict[Motion, list[int]]:
    """The clips of a view, one after the other from its first frame, by their motion."""
    found: Mapping[Motion, list[int]] = {motion: [] for motion in MOTIONS}
    for clip in range(len(actions) // clip_frames):
        part = actions[clip * clip_frames : (clip + 1) * clip_frames]
        found[motion_of(part)].append(clip)
    return {motion: clips for motion, clips in found.items() if clips}

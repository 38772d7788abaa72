"""What a live player makes of the engine's depth buffer."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.recording.live_player import (
    EYE_HEIGHT,
    FARTHEST,
    FOCAL_LENGTH,
    HORIZON,
    SIZE,
    UNITS_PER_DEPTH,
    clearance,
)
from analysis.recording.players import BEARINGS


def hall(wall: float, *, step: tuple[float, float] = (0.0, 0.0)) -> NDArray[np.uint8]:
    """The depth of a hall that ends at `wall`, with a step (distance, height) across it."""
    rows = np.arange(SIZE[1])
    below = np.maximum(rows - HORIZON, 1e-3)
    depth = np.minimum(EYE_HEIGHT * FOCAL_LENGTH / below, wall)
    distance, height = step
    if height:
        top = np.maximum((EYE_HEIGHT - height) * FOCAL_LENGTH / below, distance)
        depth = np.where(depth > distance, np.minimum(top, depth), depth)
    return np.repeat((depth / UNITS_PER_DEPTH).astype(np.uint8)[:, None], SIZE[0], axis=1)


@pytest.mark.parametrize("wall", [140.0, 350.0, 700.0])
def test_the_way_ends_at_the_wall(wall: float) -> None:
    free = clearance(hall(wall))
    assert free.shape == BEARINGS.shape
    np.testing.assert_allclose(free, wall, atol=UNITS_PER_DEPTH)


def test_a_step_is_no_obstacle_and_a_ledge_is_one() -> None:
    np.testing.assert_allclose(clearance(hall(700.0, step=(210.0, 16.0))), 700.0, atol=7)
    np.testing.assert_allclose(clearance(hall(700.0, step=(210.0, 36.0))), 210.0, atol=7)


def test_an_open_view_is_as_far_as_it_gets() -> None:
    assert (clearance(np.full(SIZE[::-1], 255, np.uint8)) <= FARTHEST).all()

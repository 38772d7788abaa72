"""Where crops of frames lie: on the grid of blocks, the edges as often as the middle."""

from __future__ import annotations

import numpy as np


def crop_start(generator: np.random.Generator, blocks: int, size: int) -> int:
    """The first of `size` consecutive blocks out of `blocks`, drawn at random.

    Starts beyond the edge are drawn back to it: otherwise the bottom rows, where a game's status
    bar is, would be in fewer crops than any others.
    """
    drawn = int(generator.integers(1 - size, blocks))
    return min(max(drawn, 0), blocks - size)

"""Where things stand on Doom's screen."""

from __future__ import annotations

from typing import Final

SCREEN_LINES: Final = 200
STATUS_BAR_LINES: Final = 32
"""Doom's screen has 200 lines, whatever its size in pixels, and the status bar the lowest 32 (id
Software, Doom's source, st_stuff.h: ST_HEIGHT)."""


def status_bar_row(height: int, rendered_height: int | None = None) -> int:
    """The first row of the status bar in a frame of `height` rows.

    Args:
        height: rows of the frame.
        rendered_height: rows that the engine drew, where the frame was scaled afterwards: the bar
            begins at a whole row of what was drawn.
    """
    drawn = rendered_height or height
    above = drawn * (SCREEN_LINES - STATUS_BAR_LINES) // SCREEN_LINES
    return round(above * height / drawn)

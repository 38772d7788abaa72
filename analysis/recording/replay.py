"""Replays a demo: what each player saw, at any of the engine's sizes, frame for frame the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.recording.engine import wad_file
from analysis.recording.layout import GAME_VARIABLES
from analysis.recording.processes import Child, ChildFailed, child
from analysis.recording.scenarios import Scenario
from analysis.recording.screen_modes import screen_mode

STALL_S: Final = 60.0

Tic = tuple[NDArray[np.float64], NDArray[np.uint8]]
"""Game variables (len(GAME_VARIABLES),) and the RGB frame (height, width, 3) of one tic."""


@contextmanager
def replayed_view(
    demo: bytes,
    scenario: Scenario,
    player: int,
    size: tuple[int, int],
    first: int,
    tics: int,
) -> Iterator[Iterator[Tic]]:
    """Replay the view of player 0 or 1 in a process of its own, which ends with the block.

    Yields `tics` tics, from the demo's tic `first` on, at (width, height) pixels.

    Raises:
        InputError: the engine cannot render that size, or has no such map.
        ChildFailed: the engine failed or hung, or the demo is shorter.
    """
    screen_mode(size)
    wad_file(scenario)
    parameters = {
        "wad": scenario.wad,
        "map": scenario.map,
        "player": player + 1,
        "size": size,
        "first": first,
        "tics": tics,
    }
    with child("analysis.recording.replayed_view", parameters, sent=demo) as process:
        yield _tics(process, size, tics)


def _tics(process: Child, size: tuple[int, int], tics: int) -> Iterator[Tic]:
    width, height = size
    known = 8 * len(GAME_VARIABLES)
    for _ in range(tics):
        record = process.read(known + 3 * width * height, STALL_S)
        if not record:
            process.finish(STALL_S)
            raise ChildFailed("the replay ended early")
        variables = np.frombuffer(record, np.float64, len(GAME_VARIABLES))
        frame = np.frombuffer(record, np.uint8, offset=known)
        yield variables, frame.reshape(height, width, 3)
    process.finish(STALL_S)

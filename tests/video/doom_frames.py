"""Renders a walk through a map of Doom: `python -m tests.video.doom_frames OUT.npz`.

In a process of its own, because the engine writes into the working directory and ends the process
when it fails.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import vizdoom
from numpy.typing import NDArray

FRAMES = 24
SIZES = {
    "160x120": vizdoom.ScreenResolution.RES_160X120,
    "320x240": vizdoom.ScreenResolution.RES_320X240,
    "640x480": vizdoom.ScreenResolution.RES_640X480,
}


def render(resolution: vizdoom.ScreenResolution) -> NDArray[np.uint8]:
    """Every third frame, RGB of shape (FRAMES, height, width, 3)."""
    game = vizdoom.DoomGame()
    game.set_doom_game_path(str(Path(vizdoom.__file__).with_name("freedoom2.wad")))
    game.set_doom_map("MAP01")
    game.set_screen_resolution(resolution)
    game.set_screen_format(vizdoom.ScreenFormat.RGB24)
    game.set_window_visible(False)
    game.set_seed(0)
    game.set_available_buttons([vizdoom.Button.MOVE_FORWARD, vizdoom.Button.TURN_LEFT])
    game.init()
    buttons = random.Random(0)
    frames = []
    for tic in range(3 * FRAMES):
        state = game.get_state()
        if tic % 3 == 0:
            frames.append(state.screen_buffer.copy())
        game.make_action([buttons.random() < 0.8, buttons.random() < 0.4])
    game.close()
    return np.array(frames)


if __name__ == "__main__":
    walks: dict[str, Any] = {size: render(resolution) for size, resolution in SIZES.items()}
    np.savez(sys.argv[1], **walks)

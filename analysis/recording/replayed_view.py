"""The process that replays one player's view of a demo; `analysis.recording.replay` starts it."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

import numpy as np
import vizdoom

from analysis.recording.engine import configure, engine_folder, start
from analysis.recording.processes import child_parameters
from analysis.recording.scenarios import Scenario


def show(game: vizdoom.DoomGame, first: int, tics: int, out: BinaryIO) -> None:
    """Write game variables (float64) and frame (RGB) of `tics` tics, from the tic `first` on."""
    for tic in range(first + tics):
        state = game.get_state()
        if state is None:
            raise SystemExit(f"the demo ends at tic {tic}")
        if tic >= first:
            out.write(np.asarray(state.game_variables, dtype=np.float64).tobytes())
            out.write(np.ascontiguousarray(state.screen_buffer).data)
        game.advance_action()


def main() -> None:
    """Replay what the parameters describe."""
    parameters = child_parameters()
    with engine_folder() as folder, os.fdopen(parameters["pipe"], "wb") as out:
        os.chdir(folder)
        demo = folder / "demo.lmp"
        demo.write_bytes(sys.stdin.buffer.read())
        game = configure(
            Scenario(parameters["wad"], parameters["map"]),
            tuple(parameters["size"]),
            folder,
            "-host 1 -deathmatch",
        )
        start(game)
        game.replay_episode(str(demo), parameters["player"])
        show(game, parameters["first"], parameters["tics"], out)
        out.flush()
        game.close()


if __name__ == "__main__":
    main()

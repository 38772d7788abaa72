"""The process of one scripted player in a live duel; `analysis.recording.duel` starts it."""

from __future__ import annotations

import os
import socket
import struct
from typing import BinaryIO, Final

import numpy as np
import vizdoom
from numpy.typing import NDArray

from analysis.recording.engine import configure, engine_folder, start
from analysis.recording.layout import VARIABLE
from analysis.recording.players import BEARINGS, Observation, ScriptedPlayer
from analysis.recording.processes import child_parameters
from analysis.recording.scenarios import Scenario

SIZE: Final = (320, 240)
HORIZON: Final = 104
"""Row of the horizon in a frame of SIZE with the status bar."""
ROWS: Final = np.arange(HORIZON - 6, HORIZON + 46, 4)
"""Rows that tell the free way; lower ones show the player's own weapon."""
FOCAL_LENGTH: Final = SIZE[0] / 2
EYE_HEIGHT: Final = 41.0
STEP_HEIGHT: Final = 24.0
UNITS_PER_DEPTH: Final = 7.0
"""Map units a step of the depth buffer, measured."""
FARTHEST: Final = 1800.0

PEER: Final = struct.Struct("<3d")
"""What players tell each other on every tic: x, y and whether dead."""
PEER_TIMEOUT_S: Final = 20.0


def clearance(depth: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the free way (COLUMNS,) in map units that a depth buffer (H, W) shows.

    A row above the horizon shows walls. A row below it shows the floor, unless something higher
    than a step stands in the way: then it is much nearer than the floor would be.
    """
    columns = ((np.tan(np.radians(BEARINGS)) + 1) * (SIZE[0] - 1) / 2).round().astype(int)
    distance = depth[np.ix_(ROWS, columns)] * UNITS_PER_DEPTH
    below = np.maximum(ROWS - HORIZON, 1e-3)[:, None]
    floor = EYE_HEIGHT * FOCAL_LENGTH / below
    blocked = distance < floor * (1 - STEP_HEIGHT / EYE_HEIGHT)
    free: NDArray[np.float64] = np.where(blocked, distance, FARTHEST).min(axis=0)
    return free


def observe(state: vizdoom.GameState, opponent: tuple[float, float] | None) -> Observation:
    """Return what a player whose living opponent stands at `opponent` sees in `state`."""
    variables = np.asarray(state.game_variables, dtype=np.float64)
    target = None
    for label in state.labels or []:
        place = label.object_position_x, label.object_position_y
        if opponent is None or label.object_name != "DoomPlayer" or label.width < 3:
            continue
        if np.hypot(place[0] - opponent[0], place[1] - opponent[1]) < 64.0:
            middle = (label.x + label.width / 2) / (SIZE[0] / 2) - 1
            target = float(np.degrees(np.arctan(middle)))
    depth = np.asarray(state.depth_buffer, dtype=np.uint8)
    return Observation(variables, clearance(depth), target, opponent)


def _receive(peer: socket.socket) -> tuple[float, float] | None:
    """Return where the living opponent stands; this call is also the barrier of the tic."""
    data = peer.recv(PEER.size, socket.MSG_WAITALL)
    if len(data) < PEER.size:
        raise SystemExit("the other player is gone")
    x, y, dead = PEER.unpack(data)
    return None if dead else (x, y)


def play(
    game: vizdoom.DoomGame, player: ScriptedPlayer, tics: int, peer: socket.socket, out: BinaryIO
) -> None:
    """Play `tics` tics in step with the peer; write game variables and action of each to `out`."""
    for _ in range(tics):
        state = game.get_state()
        if state is None:
            raise SystemExit("the game ended early")
        variables = np.asarray(state.game_variables, dtype=np.float64)
        peer.sendall(PEER.pack(*variables[:2], variables[VARIABLE["DEAD"]]))
        action = player.act(observe(state, _receive(peer)))
        out.write(np.concatenate([variables, action]).tobytes())
        out.flush()
        game.make_action(action.tolist())


def main() -> None:
    """Run the player that the parameters describe."""
    parameters = child_parameters()
    peer = socket.socket(fileno=parameters["peer"])
    peer.settimeout(PEER_TIMEOUT_S)
    with engine_folder() as folder, os.fdopen(parameters["pipe"], "wb") as out:
        os.chdir(folder)
        scenario = Scenario(parameters["wad"], parameters["map"])
        demo = folder / "demo.lmp"
        arguments = parameters["arguments"]
        if parameters["records"]:
            arguments += f" -record {demo}"
        game = configure(scenario, SIZE, folder, arguments, sees=True, seed=parameters["seed"])
        start(game)
        play(game, ScriptedPlayer(parameters["player_seed"]), parameters["tics"], peer, out)
        if parameters["records"]:
            game.send_game_command("stop")
        game.close()
        if parameters["records"]:
            out.write(demo.read_bytes())


if __name__ == "__main__":
    main()

"""A live duel of two scripted players over the engine's own network."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.recording.layout import BUTTONS, GAME_VARIABLES
from analysis.recording.processes import Child, ChildFailed, child
from analysis.recording.scenarios import Scenario

STALL_S: Final = 30.0
JOIN_S: Final = 20
RULES: Final = (
    "-deathmatch +timelimit 0 +fraglimit 0 +sv_forcerespawn 1 +viz_respawn_delay 1"
    " +sv_respawnprotect 1 +sv_spawnfarthest 1 +sv_nocrouch 1 +sv_nojump 1 +sv_noautoaim 0"
    " +sv_itemrespawn 1 +sv_nomonsters 1 +sv_noexit 1 +viz_afk_timeout 600"
)
RECORD: Final = len(GAME_VARIABLES) + len(BUTTONS)


@dataclass(frozen=True)
class LiveRun:
    """What a live duel of N tics left, one entry a player."""

    demo: bytes
    variables: tuple[NDArray[np.float64], NDArray[np.float64]]
    """(N, len(GAME_VARIABLES)): what each player knew before its action."""
    actions: tuple[NDArray[np.float64], NDArray[np.float64]]
    """(N, len(BUTTONS))"""


def free_port() -> int:
    """Return a UDP port of this machine that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def play_duel(
    scenario: Scenario, tics: int, seed: int, port: int, on_tic: Callable[[int], None]
) -> LiveRun:
    """Play `tics` tics over a UDP port; `on_tic` hears how many are done.

    The host runs the engine as a packet server (`-netmode 1`): then a guest's command takes the
    same time on every tic. Peer to peer, the engine lets it drift, and drops commands.

    Raises:
        ChildFailed: a player's process failed or hung; all of them are ended.
    """
    roles = f"-host 2 -netmode 1 -port {port} {RULES}", f"-join 127.0.0.1:{port}"
    with ExitStack() as stack:
        ends = [stack.enter_context(end) for end in socket.socketpair()]
        players = [
            stack.enter_context(
                child(
                    "analysis.recording.live_player",
                    {
                        "wad": scenario.wad,
                        "map": scenario.map,
                        "arguments": f"{role} +viz_connect_timeout {JOIN_S} +name P{number + 1}"
                        f" +colorset {3 * number}",
                        "seed": seed % 2**31,
                        "player_seed": [seed, number],
                        "peer": end.fileno(),
                        "tics": tics,
                        "records": number == 0,
                    },
                    inherited=[end.fileno()],
                )
            )
            for number, (role, end) in enumerate(zip(roles, ends, strict=True))
        ]
        for end in ends:
            end.close()
        rows = np.array([_tic(players, tic, on_tic) for tic in range(tics)])
        demo = players[0].read_rest(STALL_S)
        for player in players:
            player.finish(STALL_S)
    known = slice(0, len(GAME_VARIABLES))
    return LiveRun(
        demo,
        (rows[:, 0, known], rows[:, 1, known]),
        (rows[:, 0, known.stop :], rows[:, 1, known.stop :]),
    )


def _tic(players: list[Child], tic: int, on_tic: Callable[[int], None]) -> NDArray[np.float64]:
    """Return the records of both players for one tic: (2, RECORD)."""
    rows = []
    for player in players:
        data = player.read(RECORD * 8, STALL_S)
        if not data:
            player.finish(STALL_S)
            raise ChildFailed("it ended early")
        rows.append(np.frombuffer(data))
    on_tic(tic + 1)
    return np.stack(rows)

"""Games on disk: what it takes to render a game again, and what was done in it."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from analysis.errors import InputError
from analysis.io.files import appearing_whole
from analysis.recording.layout import BUTTONS, GAME_VARIABLES
from analysis.recording.scenarios import Scenario, Split

FORMAT: Final = "doom-duel/1"
SUFFIX: Final = ".npz"

# What NumPy and pydantic raise for a file that is something else; TypeError is for one array.
_UNREADABLE: Final = (
    OSError,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class GameInfo(BaseModel):
    """What is known of a game besides its arrays; JSON inside the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    scenario: str
    map: str
    split: Split
    seed: int
    tics: int = Field(gt=0)
    first_tic: int = Field(ge=0)
    """The demo's tic that the first frame shows; the few before it are not part of the game."""
    played: float
    """When it was played, in seconds since 1970 (UTC)."""
    duration_s: float
    """How long playing it took."""
    vizdoom: str
    buttons: tuple[str, ...] = BUTTONS
    game_variables: tuple[str, ...] = GAME_VARIABLES
    frame_digests: Mapping[str, tuple[str, str]] = {}
    """For a rendered size, as in `640x480`: SHA-256 over all RGB frames of each player."""


@dataclass(frozen=True)
class Game:
    """A game of N tics between two players; the first axis of every array is the player.

    Row t of each array belongs to frame t: `variables` hold what the frame shows, `actions` what
    the player did upon it, `rewards` what that brought by frame t + 1.
    """

    info: GameInfo
    demo: bytes
    actions: NDArray[np.float32]
    """(2, N, len(BUTTONS)): 13 binary buttons and the turn to the right in degrees."""
    rewards: NDArray[np.float32]
    """(2, N): +1 for each opponent killed, -1 for each own death."""
    variables: NDArray[np.float32]
    """(2, N, len(GAME_VARIABLES)), under the engine's names and units."""

    @property
    def scenario(self) -> Scenario:
        """The map it was played on."""
        return Scenario(self.info.scenario, self.info.map)

    @property
    def digest(self) -> str:
        """SHA-256 of what was played: demo, actions and rewards."""
        parts = (self.demo, self.actions.tobytes(), self.rewards.tobytes())
        return hashlib.sha256(b"".join(parts)).hexdigest()

    def with_frame_digests(self, size: str, digests: tuple[str, str]) -> Game:
        """The same game, with the digests of its frames at a size noted."""
        known = {**self.info.frame_digests, size: digests}
        return replace(self, info=self.info.model_copy(update={"frame_digests": known}))


def save_game(game: Game, path: Path) -> None:
    """Write a game file, whole or not at all; the same game gives the same bytes."""
    with appearing_whole(path) as file:
        np.savez_compressed(
            file,
            info=np.frombuffer(game.info.model_dump_json().encode(), np.uint8),
            demo=np.frombuffer(game.demo, np.uint8),
            actions=game.actions,
            rewards=game.rewards,
            variables=game.variables,
        )


def load_game(path: Path) -> Game:
    """Read a game file.

    Raises:
        InputError: it is missing, no game file, of another format, or its parts do not fit.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            info = GameInfo.model_validate(json.loads(file["info"].tobytes()))
            game = Game(
                info,
                file["demo"].tobytes(),
                file["actions"],
                file["rewards"],
                file["variables"],
            )
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such game file.") from None
    except _UNREADABLE as error:
        raise InputError(
            f"{path}: is no game file that `latent-storage record` wrote; play the game again."
        ) from error
    if info.format != FORMAT:
        raise InputError(f"{path}: is a game of format {info.format}, not {FORMAT}.")
    expected = {
        "actions": (2, info.tics, len(BUTTONS)),
        "rewards": (2, info.tics),
        "variables": (2, info.tics, len(GAME_VARIABLES)),
    }
    for name, shape in expected.items():
        array: NDArray[np.float32] = getattr(game, name)
        if array.shape != shape or array.dtype != np.float32:
            raise InputError(
                f"{path}: its {name} are {array.dtype} {array.shape}, not float32 {shape};"
                " play the game again."
            )
    return game


def game_files(folder: Path) -> list[Path]:
    """The game files in a folder, by name; InputError when there is none."""
    files = sorted(folder.glob(f"[!.]*{SUFFIX}"))
    if not files:
        raise InputError(f"{folder}: holds no game file; give the folder that `record` played to.")
    return files

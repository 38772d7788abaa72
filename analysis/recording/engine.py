"""One headless Doom game in a private folder, ended with the process that plays it."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import vizdoom

from analysis.errors import InputError
from analysis.recording.layout import BUTTONS, GAME_VARIABLES
from analysis.recording.scenarios import FREEDOOM, Scenario
from analysis.recording.screen_modes import LIBRARIES, ScreenMode, screen_mode

SHARED_MEMORY: Final = Path("/dev/shm")
NEW_S: Final = 1.0
"""Shared memory younger than this may just be about to be mapped."""

FREEDOOM_FILE: Final = Path(vizdoom.__file__).with_name(FREEDOOM)

ENGINE_LAUNCHER: Final = """\
#!{python} -IS
import ctypes, os, signal, sys
parent = {parent}
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
if os.getppid() != parent:
    sys.exit("the process that plays this game is gone")
given = sys.argv[1:]
for name, value in {arguments!r}.items():
    given[given.index(name) + 1] = value
os.environ["LD_LIBRARY_PATH"] = {libraries!r}
os.execv({engine!r}, [{engine!r}, *given])
"""


def wad_file(scenario: Scenario) -> Path:
    """Return the WAD that has the scenario's map; InputError when ViZDoom ships none such."""
    scenarios = Path(vizdoom.scenarios_path)
    path = FREEDOOM_FILE if scenario.wad == FREEDOOM else scenarios / scenario.wad
    if not path.is_file() or path.name != scenario.wad:
        names = sorted([FREEDOOM, *(file.name for file in scenarios.glob("*.wad"))])
        raise InputError(f"ViZDoom ships no {scenario.wad}; choose one of {', '.join(names)}.")
    maps = _maps(path)
    if scenario.map not in maps:
        raise InputError(
            f"{scenario.wad} has no map {scenario.map}; choose one of {', '.join(maps)}."
        )
    return path


def _maps(wad: Path) -> list[str]:
    """The names of the maps in a WAD, from its directory."""
    with wad.open("rb") as file:
        lumps, start = struct.unpack("<4x2i", file.read(12))
        file.seek(start)
        names = (struct.unpack("<8x8s", file.read(16))[0] for _ in range(lumps))
        texts = [name.rstrip(b"\0").decode("latin-1") for name in names]
    return [text for text in texts if re.fullmatch(r"MAP\d\d", text)]


@contextmanager
def engine_folder() -> Iterator[Path]:
    """Make a private folder for one engine; it is locked while this process lives."""
    remove_abandoned_engines()
    new = Path(tempfile.mkdtemp(prefix="latent-storage-new-"))
    (new / "_vizdoom").mkdir()
    with _locked(new):
        # It gets the name that others look for when its lock is held, and not before.
        folder = new.rename(new.with_name(new.name.replace("-new-", "-engine-")))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned_engines() -> None:
    """Remove folders and shared memory that killed processes left behind.

    A folder whose lock is held and shared memory that a process has mapped are in use.
    """
    for folder in Path(tempfile.gettempdir()).glob("latent-storage-engine-*"):
        with suppress(OSError), _locked(folder):
            shutil.rmtree(folder, ignore_errors=True)
    files = [file for file in SHARED_MEMORY.glob("ViZDoom*") if _is_ours_and_old(file)]
    mapped = _mapped_files() if files else ""
    for file in files:
        if str(file) not in mapped:
            file.unlink(missing_ok=True)


def _is_ours_and_old(file: Path) -> bool:
    try:
        status = file.stat()
    except FileNotFoundError:
        return False
    return status.st_uid == os.getuid() and time.time() - status.st_ctime > NEW_S


def _mapped_files() -> str:
    """What this user's processes have mapped, in the words of the kernel."""
    texts = []
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with suppress(OSError):
            texts.append(maps.read_text())
    return "".join(texts)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock a folder; OSError when another process has."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _launcher(folder: Path, mode: ScreenMode) -> Path:
    """Write the program that starts the engine so that the kernel ends it with this process."""
    launcher = folder / "engine"
    launcher.write_text(
        ENGINE_LAUNCHER.format(
            python=sys.executable,
            parent=os.getpid(),
            engine=str(mode.binary(folder)),
            arguments=mode.arguments,
            libraries=str(LIBRARIES),
        )
    )
    launcher.chmod(0o755)
    return launcher


def configure(
    scenario: Scenario,
    size: tuple[int, int],
    folder: Path,
    arguments: str,
    *,
    sees: bool = False,
    seed: int = 0,
) -> vizdoom.DoomGame:
    """Return a game ready for `start`, with exactly the project's buttons and game variables.

    `size` is (width, height) in pixels; `sees` adds the depth and label buffers that scripted
    players look at. The engine writes to the working directory, so go to `folder` before.
    """
    mode = screen_mode(size)
    game = vizdoom.DoomGame()
    game.set_vizdoom_path(str(_launcher(folder, mode)))
    game.set_doom_config_path(str(folder / "vizdoom.ini"))
    game.set_doom_game_path(str(FREEDOOM_FILE))
    if scenario.wad != FREEDOOM:
        game.set_doom_scenario_path(str(wad_file(scenario)))
    game.set_doom_map(scenario.map)
    game.set_doom_skill(4)
    game.set_seed(seed)
    game.set_mode(vizdoom.Mode.PLAYER)
    game.set_episode_timeout(0)
    game.set_episode_start_time(1)
    game.set_window_visible(False)
    game.set_sound_enabled(False)
    game.set_console_enabled(False)
    game.set_screen_format(vizdoom.ScreenFormat.RGB24)
    game.set_screen_resolution(mode.named)
    game.set_render_hud(True)
    game.set_render_crosshair(False)
    game.set_render_messages(False)
    game.set_render_weapon(True)
    game.set_render_decals(True)
    game.set_render_particles(True)
    game.set_render_effects_sprites(True)
    game.set_render_corpses(True)
    game.set_render_screen_flashes(True)
    game.set_depth_buffer_enabled(sees)
    game.set_labels_buffer_enabled(sees)
    game.set_available_buttons([getattr(vizdoom.Button, name) for name in BUTTONS])
    game.set_available_game_variables(
        [getattr(vizdoom.GameVariable, name) for name in GAME_VARIABLES]
    )
    game.add_game_args(arguments)
    return game


def start(game: vizdoom.DoomGame) -> None:
    """Start the engine.

    ViZDoom ends the whole process with SIGSEGV when that fails: call this in a child process.
    Once both sides have mapped their shared memory it needs no name, and what has none is not left
    behind, whoever is killed.
    """
    game.init()
    for file in SHARED_MEMORY.glob(f"ViZDoom*{game.get_instance_id()}"):
        file.unlink(missing_ok=True)

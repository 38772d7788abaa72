"""One headless Doom game in a private folder, ended with the process that plays it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import vizdoom

from analysis.errors import InputError
from analysis.recording.layout import BUTTONS, GAME_VARIABLES
from analysis.recording.scenarios import FREEDOOM, Scenario

SHARED_MEMORY: Final = Path("/dev/shm")
INSTANCE_NAME: Final = "instance"

ENGINE_LAUNCHER: Final = """\
#!{python} -IS
import ctypes, os, signal, sys
parent = {parent}
ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
if os.getppid() != parent:
    sys.exit("the process that plays this game is gone")
instance = sys.argv[sys.argv.index("+viz_instance_id") + 1]
open({instance!r}, "w").write(instance)
os.execv({engine!r}, [{engine!r}, *sys.argv[1:]])
"""


def stock_sizes() -> dict[tuple[int, int], vizdoom.ScreenResolution]:
    """Return the engine's own screen modes by (width, height), in pixels."""
    sizes = {}
    for name, resolution in vizdoom.ScreenResolution.__members__.items():
        width, height = name.removeprefix("RES_").split("X")
        sizes[int(width), int(height)] = resolution
    return sizes


def screen_resolution(size: tuple[int, int]) -> vizdoom.ScreenResolution:
    """Return the engine's mode of `size` (width, height); InputError when it has none."""
    modes = stock_sizes()
    if size not in modes:
        available = ", ".join(f"{width}x{height}" for width, height in sorted(modes))
        raise InputError(
            f"The engine cannot render {size[0]}x{size[1]}; choose one of {available}."
        )
    return modes[size]


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
            _remove_engine(folder)


def remove_abandoned_engines() -> None:
    """Remove folders and shared memory of engines whose process was killed.

    A folder whose lock is held belongs to a live engine and is left alone.
    """
    for folder in Path(tempfile.gettempdir()).glob("latent-storage-engine-*"):
        with suppress(OSError), _locked(folder):
            _remove_engine(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock a folder; OSError when another process has."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _remove_engine(folder: Path) -> None:
    with suppress(OSError):
        instance = (folder / INSTANCE_NAME).read_text()
        for file in SHARED_MEMORY.glob(f"ViZDoom*{instance}"):
            file.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _launcher(folder: Path) -> Path:
    """Write the program that starts the engine so that it dies with this process.

    The kernel ends the engine with its parent; the instance name, which is in the names of its
    shared memory, is noted for whoever has to clean up.
    """
    launcher = folder / "engine"
    launcher.write_text(
        ENGINE_LAUNCHER.format(
            python=sys.executable,
            parent=os.getpid(),
            instance=str(folder / INSTANCE_NAME),
            engine=str(Path(vizdoom.__file__).with_name("vizdoom")),
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
    """Return a game ready for `init`, with exactly the project's buttons and game variables.

    `size` is (width, height) in pixels; `sees` adds the depth and label buffers that scripted
    players look at. `init` ends the whole process with SIGSEGV when the engine fails to start:
    call it in a child process. The engine writes to the working directory, so go to `folder`
    before.
    """
    game = vizdoom.DoomGame()
    game.set_vizdoom_path(str(_launcher(folder)))
    game.set_doom_config_path(str(folder / "vizdoom.ini"))
    game.set_doom_game_path(str(Path(vizdoom.__file__).with_name(FREEDOOM)))
    if scenario.wad != FREEDOOM:
        game.set_doom_scenario_path(str(Path(vizdoom.scenarios_path) / scenario.wad))
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
    game.set_screen_resolution(screen_resolution(size))
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

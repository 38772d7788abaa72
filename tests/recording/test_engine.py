"""The engine does not outlive the process that plays."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import time
from pathlib import Path

from analysis.recording.engine import (
    NEW_S,
    engine_folder,
    remove_abandoned_engines,
)
from tests.recording.processes_alive import engines, instance_of, shared_memory, wait_until

PLAY_FOR_EVER = """
import os
from analysis.recording.engine import configure, engine_folder, start
from analysis.recording.scenarios import Scenario

with engine_folder() as folder:
    os.chdir(folder)
    game = configure(Scenario("cig.wad", "MAP01"), (160, 120), folder, "-host 1 -deathmatch")
    start(game)
    print("started", flush=True)
    while True:
        game.advance_action()
"""


def test_an_engine_dies_with_its_process_and_leaves_nothing_behind() -> None:
    process = subprocess.Popen([sys.executable, "-c", PLAY_FOR_EVER], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        (engine,) = engines(process.pid)
        instance = instance_of(engine)
        folder = Path(engine.cwd())
    finally:
        process.kill()
        process.communicate()
    wait_until(lambda: not engine.is_running())
    assert shared_memory(instance) == []
    remove_abandoned_engines()
    assert not folder.exists()


def test_shared_memory_is_removed_when_nobody_has_it_mapped() -> None:
    # What is left when a process is killed while its engine starts.
    used, abandoned = (
        Path(f"/dev/shm/ViZDoomMQCtr{name}{os.getpid()}") for name in ("used", "left")
    )
    try:
        for file in (used, abandoned):
            file.write_bytes(bytes(100))
        with used.open("r+b") as file_used, mmap.mmap(file_used.fileno(), 100):
            time.sleep(NEW_S + 0.1)
            remove_abandoned_engines()
            assert used.exists()
            assert not abandoned.exists()
    finally:
        used.unlink()
        abandoned.unlink(missing_ok=True)


def test_the_folder_of_a_live_engine_is_left_alone() -> None:
    with engine_folder() as folder:
        remove_abandoned_engines()
        assert folder.is_dir()
    assert not folder.exists()

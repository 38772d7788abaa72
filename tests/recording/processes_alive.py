"""Which game engines run, and what they hold, found from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil


def engines(below: int) -> list[psutil.Process]:
    """The engines among the descendants of a process."""
    found = []
    for process in psutil.Process(below).children(recursive=True):
        try:
            if Path(process.exe()).name == "vizdoom":
                found.append(process)
        except psutil.Error:
            continue
    return found


def shared_memory(instance: str) -> list[Path]:
    """The shared memory of an engine."""
    return list(Path("/dev/shm").glob(f"ViZDoom*{instance}"))


def instance_of(engine: psutil.Process) -> str:
    """The name of an engine's instance, which its shared memory bears too."""
    arguments: list[str] = engine.cmdline()
    return arguments[arguments.index("+viz_instance_id") + 1]


def wait_until(happened: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait; AssertionError when it does not happen."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)

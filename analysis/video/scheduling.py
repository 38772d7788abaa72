"""Keeps an encoder from making this process's threads real-time ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_TASKS: Final = Path("/proc/self/task")


def scheduling_keeper() -> Callable[[], None]:
    """A function that gives all threads the scheduling that the calling one has now, if that has
    become another one since.

    As root, SVT-AV1 makes its own threads and the one that opens it real-time ones. These starve
    whatever else the machine does, and what this process starts later inherits it: two engines of a
    game, which wait for each other by spinning, then wait for ever.
    """
    if sys.platform != "linux":
        return lambda: None
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)

    def keep() -> None:
        if os.sched_getscheduler(0) == policy:
            return
        for task in _TASKS.iterdir():
            with suppress(ProcessLookupError):  # it has ended meanwhile
                os.sched_setscheduler(int(task.name), policy, parameters)

    return keep

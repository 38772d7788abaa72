"""Ctrl-C for programs under test, at a moment that was looked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_RESTORE = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def interruptible(command: Sequence[str | Path]) -> list[str]:
    """The command, with Ctrl-C as a terminal's foreground has it.

    A shell without job control starts what runs in its background with SIGINT ignored; programs
    inherit that and respect it, as they should. Tests run in the background then, too.
    """
    return [sys.executable, "-c", _RESTORE, *map(str, command)]


def interrupt_once(happened: Callable[[], object], process: subprocess.Popen[Any]) -> None:
    """Send SIGINT to a process at a moment at which something is the case.

    The process is halted while it is looked at, so that the moment does not pass.
    """
    while True:
        process.send_signal(signal.SIGSTOP)
        halted = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        assert halted is not None
        assert halted.si_code == os.CLD_STOPPED, "it ended before anything was the case"
        if happened():
            break
        process.send_signal(signal.SIGCONT)
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)

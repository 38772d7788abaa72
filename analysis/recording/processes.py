"""Child processes that stream fixed-size records and never outlive their parent."""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

PR_SET_PDEATHSIG: Final = 1
PIPE_BYTES: Final = 1 << 20


class ChildFailed(Exception):
    """A child process ended early, or hung."""


@dataclass(frozen=True)
class Child:
    """A running child, the pipe of its records and the file of what it printed."""

    process: subprocess.Popen[bytes]
    pipe: int
    printed: BinaryIO

    def read(self, size: int, stall_s: float) -> bytes:
        """Return the next `size` bytes, or none at the end of the stream.

        Raises ChildFailed when nothing comes for `stall_s` seconds, or when the stream ends
        within a record.
        """
        ready = select.poll()
        ready.register(self.pipe, select.POLLIN)
        parts = bytearray()
        while len(parts) < size:
            if not ready.poll(stall_s * 1000):
                raise ChildFailed(f"no progress within {stall_s:g} s")
            part = os.read(self.pipe, size - len(parts))
            if not part and parts:
                raise ChildFailed(f"it ended within a record: {self.last_words()}")
            if not part:
                break
            parts += part
        return bytes(parts)

    def read_rest(self, stall_s: float) -> bytes:
        """Return what is left of the stream, in the same way."""
        return b"".join(iter(lambda: self.read(1, stall_s), b""))

    def finish(self, stall_s: float) -> None:
        """Wait for the end; ChildFailed when it ended badly or does not end."""
        try:
            status = self.process.wait(stall_s)
        except subprocess.TimeoutExpired:
            raise ChildFailed(f"it did not end within {stall_s:g} s") from None
        if status != 0:
            raise ChildFailed(f"it ended with status {status}: {self.last_words()}")

    def last_words(self) -> str:
        """Return the last line that the child or its engine printed."""
        self.printed.seek(0)
        lines = self.printed.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it printed nothing"


@contextmanager
def child(
    module: str,
    parameters: Mapping[str, object],
    *,
    sent: bytes = b"",
    inherited: Collection[int] = (),
) -> Iterator[Child]:
    """Run `python -m module` while in the block; it ends with the block or with this process.

    The module receives `parameters` through `child_parameters` and `sent` on its stdin. The
    kernel ends it with the thread that entered the block, so leave the block in the same thread.
    """
    reader, writer = os.pipe()
    with suppress(PermissionError):  # the user's pipes hold much already; a small one is slower
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    text = json.dumps({**parameters, "pipe": writer, "parent": os.getpid()})
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as printed,
        os.fdopen(reader, "rb", buffering=0),
    ):
        stdin.write(sent)
        stdin.seek(0)
        try:
            process = subprocess.Popen(
                # -P: a folder `analysis` in the working directory is not this package.
                [sys.executable, "-P", "-m", module, text],
                stdin=stdin,
                stdout=printed,
                stderr=printed,
                pass_fds=(writer, *inherited),
                start_new_session=True,
            )
        finally:
            os.close(writer)
        try:
            yield Child(process, reader, printed)
        finally:
            process.kill()
            process.wait()


def child_parameters() -> dict[str, Any]:
    """Return the parameters of this child process, and tie its life to its parent's."""
    parameters: dict[str, Any] = json.loads(sys.argv[1])
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parameters["parent"]:
        raise SystemExit("the process that started this one is gone")
    return parameters

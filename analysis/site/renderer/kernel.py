"""A Python kernel for one page: this interpreter, whatever kernels the user has installed."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

CELL_SECONDS = 300


class CellFailed(Exception):
    """Code raised, ran too long or ended the kernel; the message says which, in one line."""


class Kernel:
    """A running kernel. Cells share its state, in the order in which they run."""

    def __init__(self, client: NotebookClient) -> None:
        self._client = client

    def run(self, code: str) -> list[NotebookNode]:
        """Run code as a cell and return its outputs."""
        cell = _node(cell_type="code", source=code, metadata={}, outputs=[])
        self._client.nb.cells.append(cell)
        try:
            self._client.execute_cell(cell, len(self._client.nb.cells) - 1)
        except CellExecutionError as error:
            raise CellFailed(_one_line(error.ename, error.evalue)) from error
        except CellTimeoutError as error:
            raise CellFailed(f"no end after {CELL_SECONDS} seconds") from error
        except DeadKernelError as error:
            raise CellFailed("the Python process ended") from error
        return list(cell.outputs)

    def evaluate(self, expression: str) -> Mapping[str, str]:
        """Evaluate an expression and return its display data: media type to text."""
        for output in self.run(expression):
            if output.output_type == "execute_result":
                data: Mapping[str, str] = output.data
                return data
        raise CellFailed("it has no value")


@contextmanager
def python_kernel(folder: Path, environment: Mapping[str, str]) -> Iterator[Kernel]:
    """Start a kernel that works in `folder` with these further environment variables.

    It runs under this interpreter and leaves nothing in the user's home: no connection file, no
    history. Its sockets are files, so that kernels started side by side cannot take the same port.
    """
    with tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as private:
        manager = KernelManager(
            kernel_name=NATIVE_KERNEL_NAME,
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            transport="ipc",
            connection_file=str(Path(private, "kernel.json")),
        )
        client = NotebookClient(
            _node(cells=[], metadata={}, nbformat=4, nbformat_minor=5),
            km=manager,
            timeout=CELL_SECONDS,
            resources={"metadata": {"path": str(folder)}},
        )
        variables = {
            **os.environ,
            "PYTHONHASHSEED": "0",  # a set prints in the same order in every build
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            **environment,
            "IPYTHONDIR": private,
        }
        try:
            with client.setup_kernel(env=variables, cleanup_kc=True):
                yield Kernel(client)
        finally:
            if manager.has_kernel:
                manager.shutdown_kernel(now=True)


def _one_line(name: str, value: str) -> str:
    return f"{name}: {' '.join(value.split()).rstrip('.')}"


def _node(**fields: object) -> NotebookNode:
    return NotebookNode(**fields)  # type: ignore[no-untyped-call]

"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

# Of a name, in that of its unfinished file: names of up to 255 bytes have to do with what is added.
_NAME_KEPT: Final = 40


def partial_name(name: str, writer: str | None) -> str:
    """What a file is called while it is written."""
    return f".{name[:_NAME_KEPT]}.{writer}.tmp" if writer else f".{name}.tmp"


@contextmanager
def appearing_whole(
    path: Path, *, replace: bool = True, writer: str | None = None
) -> Iterator[BinaryIO]:
    """A file that is found at `path` once the block has ended well and it is on the disk.

    Until then it has a hidden name in the same folder; a block that fails leaves nothing, and what
    a killed process left is overwritten by the next one.

    Args:
        path: where it appears.
        replace: whether an older file there is replaced.
        writer: a name of this writer's own, where several may write the same file at a time; what
            a killed one left then stays.

    Raises:
        FileExistsError: `path` is there already and may not be replaced.
    """
    partial = path.with_name(partial_name(path.name, writer))
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            partial.replace(path)
        else:
            os.link(partial, path)  # fails where a rename would replace
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

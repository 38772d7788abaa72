"""Shards: the tars of a data set, at a path or below it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from analysis.errors import InputError
from analysis.io.locations import StoredFile, find_files

SUFFIX: Final = ".tar"


def find_shards(path: str | Path) -> list[StoredFile]:
    """The shard at a path, or every `*.tar` below it, sorted by name.

    Raises:
        InputError: nothing is there, no shard is below it, or its store cannot be reached.
    """
    shards = find_files(path, lambda name: name.endswith(SUFFIX))
    if not shards:
        raise InputError(f"{path}: holds no shard (*{SUFFIX}); give the folder that has them.")
    return shards


def latent_shard_name(number: int, worker: int | None = None) -> str:
    """The file name of a latent shard: `latent-000000.tar`, or `latent-w3-000000.tar`."""
    return f"latent-{number:06d}.tar" if worker is None else f"latent-w{worker}-{number:06d}.tar"

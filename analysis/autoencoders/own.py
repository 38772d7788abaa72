"""The project's own autoencoders, whose weights are in the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from analysis.errors import InputError

OWN: Final = "project/doom-dcae-f32c32"
"""The first one, of single frames."""

PREFIX: Final = "project/"
"""Of all their names."""


def own_autoencoders() -> tuple[str, ...]:
    """The names of the project's own autoencoders."""
    return tuple(f"{PREFIX}{folder.name}" for folder in own_folders())


def own_folders() -> list[Path]:
    """The folders that their weights are in."""
    root = Path(str(files("analysis.autoencoders"))) / "weights"
    return sorted(path.parent for path in root.glob("*/config.json"))


def own_folder(name: str) -> Path:
    """The folder of the one of this name.

    Raises:
        InputError: there is none.
    """
    for folder in own_folders():
        if name == f"{PREFIX}{folder.name}":
            return folder
    known = ", ".join(own_autoencoders()) or "none in this installation: install the package anew"
    raise InputError(f"{name} is none of the project's autoencoders ({known}).")

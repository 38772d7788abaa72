"""How an entry of the catalogue is read: strictly, from TOML beside this file."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import BaseModel, ConfigDict

FOLDER: Traversable = files("analysis.catalog")
"""Where the files of the catalogue lie."""


class Entry(BaseModel):
    """A frozen record in which a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read(name: str) -> dict[str, Any]:
    """The content of `name` in the catalogue's folder."""
    return tomllib.loads(FOLDER.joinpath(name).read_text(encoding="utf-8"))

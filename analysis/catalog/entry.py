"""How an entry of the catalogue is read: strictly, from TOML beside this file."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A frozen record in which a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read(name: str) -> dict[str, Any]:
    """The content of `name` in the catalogue's folder."""
    return tomllib.loads(files("analysis.catalog").joinpath(name).read_text(encoding="utf-8"))

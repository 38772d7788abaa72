"""What others store of latents, as in `practice.toml`."""

from __future__ import annotations

from functools import cache
from typing import Literal

from analysis.catalog.entry import Entry, read


class Practice(Entry):
    """One project or paper; see the head of `practice.toml` for the fields."""

    who: str
    stores: str
    compression: Literal["none", "lossless", "quantised", "tokens", "video"]
    source: str


@cache
def practices() -> tuple[Practice, ...]:
    """All of them, in the order of the file."""
    return tuple(Practice(**entry) for entry in read("practice.toml")["practice"])

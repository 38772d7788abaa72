"""The resolutions of the note's tables, as in `resolutions.toml`."""

from __future__ import annotations

import re
from functools import cache

from analysis.catalog.entry import Entry, read
from analysis.errors import InputError


class Resolution(Entry):
    """A named frame size in pixels."""

    name: str
    height: int
    width: int

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.height, self.width


@cache
def resolutions() -> tuple[Resolution, ...]:
    """All of them, smallest first."""
    return tuple(Resolution(**entry) for entry in read("resolutions.toml")["resolution"])


def resolution(name: str) -> Resolution:
    """A resolution by name (`720p`) or by size (`1280x720`, width first).

    Raises:
        InputError: neither a known name nor a size.
    """
    for entry in resolutions():
        if entry.name.lower() == name.lower():
            return entry
    if match := re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", name):
        width, height = map(int, match.groups())
        return Resolution(name=name, height=height, width=width)
    known = ", ".join(entry.name for entry in resolutions())
    raise InputError(f"No resolution {name!r}; give one of {known}, or a size such as 1280x720.")

"""The maps that two players fight on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from analysis.errors import InputError

Split = Literal["training", "held-out"]

FREEDOOM: Final = "freedoom2.wad"


@dataclass(frozen=True)
class Scenario:
    """A map in a scenario WAD that ViZDoom ships, or in Freedoom itself."""

    wad: str
    map: str

    def __str__(self) -> str:
        """Return the spelling that `parse_scenario` reads, as in `cig.wad:MAP01`."""
        return f"{self.wad}:{self.map}"


MAPS: Final[dict[Scenario, Split]] = {
    Scenario("cig.wad", "MAP01"): "training",
    Scenario("cig_with_unknown.wad", "MAP03"): "training",
    Scenario("multi_deathmatch.wad", "MAP01"): "training",
    Scenario("cig_with_unknown.wad", "MAP05"): "held-out",
}
"""Maps that scripted players fight well on: no door needs opening, and the two meet often."""


def parse_scenario(text: str) -> Scenario:
    """Return the scenario spelt as in `cig.wad:MAP01`, or InputError."""
    wad, colon, name = text.partition(":")
    if not colon or not wad.endswith(".wad") or not name:
        raise InputError(f"There is no map {text!r}; write it as in cig.wad:MAP01.")
    return Scenario(wad, name.upper())

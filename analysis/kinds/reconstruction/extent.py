"""How much of a study is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analysis.ledger.records import Profile


@dataclass(frozen=True)
class Extent:
    """How much is compared, at most; each spread evenly over what there is."""

    episodes_a_split: int
    views_an_episode: int
    frames_a_view: int


EXTENTS: Final[dict[Profile, Extent]] = {
    "quick": Extent(episodes_a_split=1, views_an_episode=1, frames_a_view=2),
    "full": Extent(episodes_a_split=3, views_an_episode=2, frames_a_view=8),
}
"""Frames of a game resemble each other, so more of them say less than more games do."""

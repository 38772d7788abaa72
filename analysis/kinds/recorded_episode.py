"""A recorded episode and what its `meta.json` says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.catalog.screen import status_bar_row
from analysis.datasets.dataset import Episode
from analysis.datasets.metadata import RecordingMeta, encoded_meta

_SMALLEST_BAR: Final = 8  # rows, a window of SSIM


@dataclass(frozen=True)
class Recorded:
    """A recorded episode with its `meta.json`."""

    source: Episode
    meta: RecordingMeta

    @property
    def split(self) -> str:
        """Whether it was for training or held out; `all` where the recording does not say."""
        return str(self._extra("split") or "all")

    @property
    def map(self) -> str | None:
        """The map with the WAD it is in, without the ending: `cig MAP01`."""
        wad = Path(self.meta.scenario).stem if self.meta.scenario else None
        return " ".join(part for part in (wad, self.meta.map) if part) or None

    @property
    def game(self) -> str | None:
        """The digest of the game that it was rendered from."""
        digest = self._extra("game")
        return None if digest is None else str(digest)

    def hud_row(self, height: int) -> int | None:
        """The first row of Doom's status bar; None where no scenario of Doom is named, or where
        the bar is too small to judge."""
        if self.meta.scenario is None:
            return None
        rendered = self.meta.play_resolution
        row = status_bar_row(height, rendered[1] if rendered else None)
        return row if height - row >= _SMALLEST_BAR else None

    def _extra(self, name: str) -> object:
        return (self.meta.model_extra or {}).get(name)


def recorded(episode: Episode) -> Recorded:
    """An episode with its `meta.json`, an empty one where it has none that can be read."""
    return Recorded(episode, encoded_meta(episode.meta))

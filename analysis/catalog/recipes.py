"""How recordings are made, as in `recipes.toml`."""

from __future__ import annotations

from functools import cache

from analysis.catalog.entry import Entry, read
from analysis.catalog.video_encoders import encoding_title


class Recipe(Entry):
    """One way to make a recording of a game."""

    name: str
    title: str
    codec: str
    quality: int
    source: str
    play: tuple[int, int] | None = None

    @property
    def description(self) -> str:
        """What is done to a frame, in a line."""
        rendered = "rendered at the video's size"
        if self.play:
            rendered = f"rendered at {self.play[0]}×{self.play[1]} and upscaled"
        return f"{rendered}, {encoding_title(self.codec, self.quality)}"


@cache
def recipes() -> tuple[Recipe, ...]:
    """All of them."""
    return tuple(Recipe(**entry) for entry in read("recipes.toml")["recipe"])


def recipe(name: str) -> Recipe:
    """The recipe of this name; the names are those that `study.toml` and `record` take."""
    return next(entry for entry in recipes() if entry.name == name)

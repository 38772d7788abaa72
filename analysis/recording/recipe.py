"""Recipes: how frames become the video of a shard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import catalog
from analysis.catalog import recording_encoder, video_encoder
from analysis.errors import InputError
from analysis.video.encoder_settings import EncoderSettings, encoder_settings

RecipeName = Literal["native", "note"]
Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True)
class Recipe:
    """The engine renders at one size; the video has another, with a codec at a quality."""

    name: RecipeName
    rendered: Size
    video: Size
    codec: str
    quality: int

    @property
    def encoder_settings(self) -> EncoderSettings:
        """How the video is encoded."""
        return encoder_settings(video_encoder(self.codec), self.quality)

    def picture(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a rendered frame (height, width, 3) at the size of the video, cubic-scaled."""
        if self.rendered == self.video:
            return frame
        return cv2.resize(frame, self.video, interpolation=cv2.INTER_CUBIC).astype(np.uint8)


VIDEO: Final[Size] = (640, 480)
"""The size of the videos of the note, and of this project's when nothing else is asked for."""


def _catalogued(name: RecipeName) -> Recipe:
    entry = catalog.recipe(name)
    return Recipe(name, entry.play or VIDEO, VIDEO, entry.codec, entry.quality)


NATIVE: Final = _catalogued("native")
NOTE: Final = _catalogued("note")
"""What the recorder of the note wrote: small frames scaled up, as OpenCV encodes `mp4v`."""


def choose_recipe(
    name: str, size: Size | None = None, codec: str | None = None, quality: int | None = None
) -> Recipe:
    """Return the recipe of that name; `native` renders at the size of the video.

    Raises:
        InputError: there is no such recipe, codec or quality, or a choice does not go with
            `note`.
    """
    if name == "note":
        if (size, codec, quality) != (None, None, None):
            raise InputError("The recipe note fixes size, codec and quality; leave them out.")
        return NOTE
    if name != "native":
        raise InputError(f"There is no recipe {name}; choose native or note.")
    codec = codec or NATIVE.codec
    default = recording_encoder(codec, quality).quality
    size = size or NATIVE.video
    quality = default if quality is None else quality
    return Recipe("native", size, size, codec, quality)


def parse_size(text: str) -> Size:
    """Return the size spelt as in `640x480`, or InputError."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise InputError(f"There is no size {text!r}; write it as in 640x480.")
    return int(width), int(height)


def size_text(size: Size) -> str:
    """Return the spelling that `parse_size` reads."""
    return f"{size[0]}x{size[1]}"

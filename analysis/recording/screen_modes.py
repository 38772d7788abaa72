"""The sizes that the engine draws at: its own table of screen modes, and any other size.

The engine snaps a size that is not in its table to one that is. So for another size it runs from
a private copy of its binary, in whose table one entry is replaced.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import vizdoom

from analysis.errors import InputError

Size = tuple[int, int]
"""Width and height in pixels."""

ENGINE: Final = Path(vizdoom.__file__).with_name("vizdoom")
LIBRARIES: Final = ENGINE.parents[1] / "vizdoom.libs"
"""Where the engine's binary looks for its libraries, by a path relative to its own."""

SMALLEST: Final[Size] = (160, 100)
LARGEST: Final[Size] = (5760, 3600)
"""ZDoom's own limits (MAXWIDTH and MAXHEIGHT in its source, r_defs.h and v_video.h)."""

_BESIDE: Final = ("vizdoom.pk3", "bots.cfg")
"""What the engine looks for beside its binary."""

_TABLE_STARTS: Final[tuple[Size, ...]] = ((160, 120), (200, 125), (200, 150), (256, 144))
_REPLACED: Final[Size] = (200, 125)
_ENTRY: Final = struct.Struct("<HH")

_ASPECTS: Final = ((16 / 9, 1), (16 / 10, 2), (4 / 3, 3), (5 / 4, 4))
"""Width over height, and what the engine's variable vid_aspect calls it; 0 for others."""
_ASPECT_TOLERANCE: Final = 0.01


@dataclass(frozen=True)
class ScreenMode:
    """How the engine is made to draw at a size."""

    size: Size
    stock: vizdoom.ScreenResolution | None
    """The engine's own mode; None where its table has none of this size."""

    @property
    def named(self) -> vizdoom.ScreenResolution:
        """What ViZDoom is told; for a size that is not stock `arguments` overrule it."""
        return self.stock or vizdoom.ScreenResolution.RES_640X480

    @property
    def arguments(self) -> dict[str, str]:
        """The engine's arguments to be replaced, by name."""
        if self.stock is not None:
            return {}
        width, height = self.size
        aspect = next(
            (name for ratio, name in _ASPECTS if abs(width / height - ratio) < _ASPECT_TOLERANCE), 0
        )
        return {"-width": str(width), "-height": str(height), "+vid_aspect": str(aspect)}

    def binary(self, folder: Path) -> Path:
        """The engine that draws at this size: its own binary, or a copy put into `folder`."""
        if self.stock is not None:
            return ENGINE
        binary = folder / "vizdoom"
        binary.write_bytes(_with_entry(ENGINE.read_bytes(), self.size))
        binary.chmod(0o755)
        for name in _BESIDE:
            (folder / name).symlink_to(ENGINE.with_name(name))
        return binary


@cache
def stock_sizes() -> dict[Size, vizdoom.ScreenResolution]:
    """The engine's own screen modes by size."""
    sizes = {}
    for name, resolution in vizdoom.ScreenResolution.__members__.items():
        width, height = name.removeprefix("RES_").split("X")
        sizes[int(width), int(height)] = resolution
    return sizes


def screen_mode(size: Size) -> ScreenMode:
    """The mode of that size.

    Raises:
        InputError: a side is odd, or beyond what the engine can draw.
    """
    if any(
        side % 2 or not least <= side <= most
        for side, least, most in zip(size, SMALLEST, LARGEST, strict=True)
    ):
        raise InputError(
            "The engine cannot render {}x{}; choose even sides from {}x{} to {}x{}.".format(
                *size, *SMALLEST, *LARGEST
            )
        )
    return ScreenMode(size, stock_sizes().get(size))


def _with_entry(binary: bytes, size: Size) -> bytes:
    """The engine's binary with `size` in its table of modes."""
    table = binary.find(b"".join(_ENTRY.pack(*entry) for entry in _TABLE_STARTS))
    if table < 0:
        raise InputError(
            f"{ENGINE}: its table of screen modes is not where it was; install the version of "
            "ViZDoom that constraints.txt names, or render a stock size such as 640x480."
        )
    place = table + _ENTRY.size * _TABLE_STARTS.index(_REPLACED)
    return binary[:place] + _ENTRY.pack(*size) + binary[place + _ENTRY.size :]

"""How a player turns the frames of a video before it shows them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # headers are read without it
    from numpy.typing import NDArray

_ONE: Final = 0x10000
"""1 in the matrix of a track header, 16.16 fixed point."""


@dataclass(frozen=True)
class Orientation:
    """Rows and columns are exchanged, then the order of rows and that of columns reversed."""

    transposed: bool = False
    rows_reversed: bool = False
    columns_reversed: bool = False

    def upright(self, planes: NDArray[Any]) -> NDArray[Any]:
        """Coded pictures, (…, height, width), as they are shown: a view of the same memory."""
        if self.transposed:
            planes = planes.swapaxes(-1, -2)
        return planes[
            ..., :: -1 if self.rows_reversed else 1, :: -1 if self.columns_reversed else 1
        ]

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of a coded picture as it is shown, and the other way round."""
        return (height, width) if self.transposed else (width, height)

    def __str__(self) -> str:
        return _NAMES[self.transposed, self.rows_reversed, self.columns_reversed]


_NAMES: Final = {
    (False, False, False): "upright",
    (False, False, True): "mirrored",
    (False, True, False): "mirrored upside down",
    (False, True, True): "turned by 180°",
    (True, False, False): "mirrored and turned by 90°",
    (True, False, True): "turned by 90° clockwise",
    (True, True, False): "turned by 90° anticlockwise",
    (True, True, True): "mirrored and turned by 270°",
}

UPRIGHT: Final = Orientation()


def orientation_of(matrix: bytes) -> Orientation | None:
    """What the matrix of a track header asks for; None for other than quarter turns and mirrors.

    A picture's point (x, y) is shown at (a x + c y, b x + d y): ISO/IEC 14496-12, 6.2.2.

    Args:
        matrix: its nine numbers of four bytes: a, b, u, c, d, v, x, y, w.
    """
    a, b, _, c, d = struct.unpack_from(">5i", matrix)
    if not (a or b or c or d):  # some writers leave it empty
        return UPRIGHT
    if (abs(a), abs(d), b, c) == (_ONE, _ONE, 0, 0):
        return Orientation(False, d < 0, a < 0)
    if (abs(b), abs(c), a, d) == (_ONE, _ONE, 0, 0):
        return Orientation(True, b < 0, c < 0)
    return None


def turned(frame: NDArray[Any], orientation: Orientation) -> NDArray[Any]:
    """A frame (height, width, channels) as it is shown."""
    return orientation.upright(frame.transpose(2, 0, 1)).transpose(1, 2, 0)

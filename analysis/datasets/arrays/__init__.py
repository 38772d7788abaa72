"""One module an array format, found in this folder: a header without payload, frames in pieces."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

from numpy.typing import NDArray

from analysis.datasets.arrays.header import ArrayHeader
from analysis.io.byte_range import ByteRange

__all__ = ["ArrayFormat", "ArrayHeader", "StoredFrames", "array_formats", "format_of"]


class StoredFrames(Protocol):
    """A four-dimensional array that is read in runs of its first dimension."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, c, h, w)."""

    def frames(self, start: int, stop: int) -> NDArray[Any]:
        """Frames `start` up to `stop`, in an array of its own.

        Raises:
            InputError: they are damaged or cut off.
            IndexError: there are no such frames.
        """


class ArrayFormat(Protocol):
    """What a module of an array format has."""

    SUFFIX: str
    """What names of such members end in, with the dot."""

    def read_header(self, data: ByteRange) -> ArrayHeader:
        """The header of an array, whose payload is not read.

        Raises:
            InputError: it is no such array, or some of it is missing.
        """

    def open_frames(self, data: ByteRange) -> StoredFrames:
        """An array of frames, to read in pieces; the range stays open as long as it is read.

        Raises:
            InputError: it is no such array, or has no four dimensions.
            MissingPackage: what decodes it is not installed.
        """


@cache
def array_formats() -> dict[str, ArrayFormat]:
    """The formats by suffix."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    formats = (module for module in modules if hasattr(module, "SUFFIX"))
    return {module.SUFFIX: module for module in formats}


def format_of(name: str) -> ArrayFormat | None:
    """The format of a member by the end of its name; None where no format has it."""
    return next((found for end, found in array_formats().items() if f".{name}".endswith(end)), None)

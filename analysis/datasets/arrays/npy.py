"""The npy format: headers, and frames of float16, float32 or bfloat16 read in pieces."""

from __future__ import annotations

import io
import math
import warnings
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.datasets.arrays.header import ArrayHeader
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange

SUFFIX: Final = ".npy"

# numpy gives a plain array a header of 128 bytes; a longer one describes something else.
_MAX_HEADER: Final = 512

_BFLOAT16: Final = np.dtype("V2")
"""What numpy writes and reads of an array of ml_dtypes.bfloat16."""


def read_header(data: ByteRange) -> ArrayHeader:
    """Read the header of an npy file and check that all its values are there.

    Raises:
        InputError: it is no npy file, it holds Python objects, or its values are cut off.
    """
    shape, _, dtype, begin = _parse(data)
    if dtype.hasobject:
        raise InputError(f"{data.name}: holds Python objects; save it as plain numbers.")
    if begin + math.prod(shape) * dtype.itemsize != data.size:
        raise InputError(
            f"{data.name}: the array {shape} of {dtype} does not fill its {data.size} bytes; "
            "write it again or leave this episode out."
        )
    return ArrayHeader(shape, "bfloat16" if dtype == _BFLOAT16 else str(dtype))


def open_frames(data: ByteRange) -> NpyFrames:
    """Latents that are read in pieces.

    Raises:
        InputError: they are no (frames, channels, rows, columns) of a float format in C order.
    """
    shape, in_columns, dtype, begin = _parse(data)
    if (dtype.kind != "f" and dtype != _BFLOAT16) or in_columns or len(shape) != 4:
        order = " in Fortran order" if in_columns else ""
        raise InputError(
            f"{data.name}: is {dtype} {shape}{order}, not (frames, channels, rows, columns) of "
            "float16, float32 or bfloat16 in C order; save it so, or encode it again."
        )
    return NpyFrames(data, shape, dtype, begin)


def _parse(data: ByteRange) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Shape, whether columns come first, dtype, and where the values begin."""
    start = io.BytesIO(data.read(0, _MAX_HEADER))
    try:
        version = np.lib.format.read_magic(start)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with warnings.catch_warnings():
            # numpy advises to save files of Python 2 again.
            warnings.simplefilter("ignore")
            shape, in_columns, dtype = read(start)
    # The header is a Python literal: garbled ones fail in the parser in every way it knows.
    except Exception as error:
        raise InputError(f"{data.name}: is not a npy array; write it with numpy.save.") from error
    return shape, in_columns, dtype, start.tell()


class NpyFrames:
    """Frames of an npy array; `open_frames` makes them."""

    def __init__(
        self, data: ByteRange, shape: tuple[int, ...], dtype: np.dtype[Any], begin: int
    ) -> None:
        self.shape = shape
        """(N, c, h, w)."""
        self._data = data
        self._dtype = dtype
        self._begin = begin

    def frames(self, start: int, stop: int) -> NDArray[Any]:
        """Frames `start` up to `stop`, in an array that may be written to.

        Raises:
            InputError: they are cut off.
            IndexError: there are no such frames.
        """
        if not 0 <= start <= stop <= self.shape[0]:
            raise IndexError(
                f"{self._data.name}: has {self.shape[0]} frames, not {start} to {stop}"
            )
        frame = math.prod(self.shape[1:]) * self._dtype.itemsize
        content = self._data.read(self._begin + start * frame, (stop - start) * frame)
        if len(content) < (stop - start) * frame:
            raise InputError(f"{self._data.name}: is cut off; copy or encode it again.")
        shape = (stop - start, *self.shape[1:])
        if self._dtype == _BFLOAT16:
            # The upper half of a float32.
            bits = np.frombuffer(content, np.dtype("<u2")).astype(np.uint32) << 16
            return bits.view(np.float32).reshape(shape)
        values = np.frombuffer(content, self._dtype)
        # A copy, which may be written to: what was read may not.
        return values.astype(self._dtype.newbyteorder("=")).reshape(shape)

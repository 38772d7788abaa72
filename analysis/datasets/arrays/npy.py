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

# numpy gives a plain array a header of 128 bytes; arrays of records have longer ones.
_USUAL_HEADER: Final = 512
_MAX_HEADER: Final = 65_536

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

    Of an array in Fortran order, whose frames lie scattered, all is read for every piece.

    Raises:
        InputError: they are no (frames, channels, rows, columns) of a float format.
    """
    shape, in_columns, dtype, begin = _parse(data)
    if (dtype.kind != "f" and dtype != _BFLOAT16) or len(shape) != 4:
        raise InputError(
            f"{data.name}: is {dtype} {shape}, not (frames, channels, rows, columns) of "
            "float16, float32 or bfloat16; save it so, or encode it again."
        )
    return NpyFrames(data, shape, dtype, begin, in_columns)


def _parse(data: ByteRange) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Shape, whether columns come first, dtype, and where the values begin."""
    head = data.read(0, _USUAL_HEADER)
    if (length := _header_length(head)) > len(head):
        head = data.read(0, min(length, _MAX_HEADER))
    start = io.BytesIO(head)
    try:
        version = np.lib.format.read_magic(start)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
            # The same but for its text, which is UTF-8 instead of Latin-1.
            (3, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with warnings.catch_warnings():
            # numpy advises to save files of Python 2 again.
            warnings.simplefilter("ignore")
            shape, in_columns, dtype = read(start, max_header_size=_MAX_HEADER)
    # The header is a Python literal: garbled ones fail in the parser in every way it knows.
    except Exception as error:
        raise InputError(f"{data.name}: is not a npy array; write it with numpy.save.") from error
    return shape, in_columns, dtype, start.tell()


def _header_length(head: bytes) -> int:
    """Bytes up to the first value: magic, version, a length of two bytes or four, and the text."""
    width = 2 if head[6:7] == b"\1" else 4
    return 8 + width + int.from_bytes(head[8 : 8 + width], "little")


class NpyFrames:
    """Frames of an npy array; `open_frames` makes them."""

    def __init__(
        self,
        data: ByteRange,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        begin: int,
        in_columns: bool = False,
    ) -> None:
        self.shape = shape
        """(N, c, h, w)."""
        self._data = data
        self._dtype = dtype
        self._begin = begin
        self._in_columns = in_columns

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
        if self._in_columns:
            columns = self._values(0, self.shape[0]).reshape(self.shape, order="F")
            return np.ascontiguousarray(columns[start:stop])
        return self._values(start, stop).reshape(stop - start, *self.shape[1:])

    def _values(self, start: int, stop: int) -> NDArray[Any]:
        """The values of as many frames, in the order in which they lie."""
        frame = math.prod(self.shape[1:]) * self._dtype.itemsize
        content = self._data.read(self._begin + start * frame, (stop - start) * frame)
        if len(content) < (stop - start) * frame:
            raise InputError(f"{self._data.name}: is cut off; copy or encode it again.")
        if self._dtype == _BFLOAT16:
            # The upper half of a float32.
            bits = np.frombuffer(content, np.dtype("<u2")).astype(np.uint32) << 16
            return bits.view(np.float32)
        values = np.frombuffer(content, self._dtype)
        # A copy, which may be written to: what was read may not.
        return values.astype(self._dtype.newbyteorder("="))

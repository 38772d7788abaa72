"""The header of an npy array: its shape and dtype, without the values."""

from __future__ import annotations

import io
import math
import warnings
from typing import Final

import numpy as np

from analysis.datasets.arrays.header import ArrayHeader
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange

SUFFIX: Final = ".npy"

# numpy gives a plain array a header of 128 bytes; a longer one describes something else.
_MAX_HEADER: Final = 512


def read_header(npy: ByteRange) -> ArrayHeader:
    """Read the header of an npy file and check that all its values are there.

    Raises:
        InputError: it is no npy file, it holds Python objects, or its values are cut off.
    """
    start = io.BytesIO(npy.read(0, _MAX_HEADER))
    try:
        version = np.lib.format.read_magic(start)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with warnings.catch_warnings():
            # numpy advises to save files of Python 2 again.
            warnings.simplefilter("ignore")
            shape, _, dtype = read(start)
    # The header is a Python literal: garbled ones fail in the parser in every way it knows.
    except Exception as error:
        raise InputError(f"{npy.name}: is not a npy array; write it with numpy.save.") from error
    if dtype.hasobject:
        raise InputError(f"{npy.name}: holds Python objects; save it as plain numbers.")
    if start.tell() + math.prod(shape) * dtype.itemsize != npy.size:
        raise InputError(
            f"{npy.name}: the array {shape} of {dtype} does not fill its {npy.size} bytes; "
            "write it again or leave this episode out."
        )
    return ArrayHeader(shape, str(dtype))

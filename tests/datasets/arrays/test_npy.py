"""Headers of arrays against numpy's own reader."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.datasets.arrays import ArrayHeader
from analysis.datasets.arrays.npy import read_header
from analysis.errors import InputError
from analysis.io.byte_range import bytes_range
from tests.datasets.examples import npy


def header(data: bytes) -> ArrayHeader:
    return read_header(bytes_range(data, "actions_p1.npy"))


@given(
    shape=st.lists(st.integers(0, 5), max_size=4).map(tuple),
    dtype=st.sampled_from(["float16", "float32", "float64", "int64", "uint8", "bool"]),
)
def test_shape_and_dtype_are_numpys(shape: tuple[int, ...], dtype: str) -> None:
    assert header(npy(np.zeros(shape, dtype))) == ArrayHeader(shape, dtype)


def test_arrays_in_fortran_order_and_of_version_2_are_read() -> None:
    buffer = io.BytesIO()
    array = np.asfortranarray(np.zeros((3, 4), np.float32))
    np.lib.format.write_array(buffer, array, version=(2, 0))
    assert header(buffer.getvalue()) == ArrayHeader((3, 4), "float32")


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_long_headers_of_any_version_are_read(version: tuple[int, int]) -> None:
    records = np.zeros(35, [(f"a column of a long name {number}", "<f4") for number in range(60)])
    for array in (records, np.zeros((35, 2), np.float16)):
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, array, version=version)
        assert header(buffer.getvalue()).shape == array.shape


ARRAY = npy(np.zeros((20, 14), np.float32))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is not a npy array"),
        (b"PK\x03\x04 an archive", "is not a npy array"),
        (ARRAY[:-4], "does not fill"),
        (ARRAY + b"more", "does not fill"),
        (npy(np.array([None, {}])), "Python objects"),
    ],
)
def test_what_is_no_whole_array_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=f"actions_p1.npy.*{what}"):
        header(data)


@pytest.mark.filterwarnings("ignore:Reading `.npy`")
@given(changes=st.dictionaries(st.integers(0, 128), st.integers(0, 255), max_size=4))
def test_a_garbled_header_is_refused_or_describes_the_bytes(changes: dict[int, int]) -> None:
    garbled = bytearray(ARRAY)
    for position, value in changes.items():
        garbled[position] = value
    try:
        found = header(bytes(garbled))
    except InputError:
        return
    assert np.prod(found.shape) * np.dtype(found.dtype).itemsize <= len(ARRAY)

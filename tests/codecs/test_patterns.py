"""Rearranged patterns come back, and have the order and the size that they are rearranged for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from analysis.codecs import patterns
from analysis.codecs.patterns import Patterns
from tests.codecs.examples import assert_same_bits, every_pattern

Rearrange = Callable[[Patterns], Patterns]

EVERY = patterns.patterns(every_pattern())
INVERSES = pytest.mark.parametrize(
    ("there", "back"),
    [
        (patterns.ordered, patterns.unordered),
        (patterns.time_delta, patterns.undo_time_delta),
        (patterns.time_xor, patterns.undo_time_xor),
        (patterns.zigzag, patterns.undo_zigzag),
    ],
    ids=["ordered", "time_delta", "time_xor", "zigzag"],
)


def test_the_bits_of_every_value_are_its_pattern() -> None:
    assert EVERY.ravel().tolist() == list(range(1 << 16))
    assert_same_bits(patterns.values(EVERY), every_pattern())


@INVERSES
def test_every_pattern_comes_back(there: Rearrange, back: Rearrange) -> None:
    for each in (EVERY, EVERY.reshape(-1, 1), EVERY[::-1].reshape(2, -1)):
        rearranged = there(each)
        assert rearranged.dtype == np.uint16
        np.testing.assert_array_equal(back(rearranged), each)


@INVERSES
@given(bits=arrays(np.uint16, array_shapes(min_dims=1, max_dims=4, max_side=5)))
def test_any_arrangement_comes_back(there: Rearrange, back: Rearrange, bits: Patterns) -> None:
    np.testing.assert_array_equal(back(there(bits)), bits)


@pytest.mark.parametrize("rearrange", [patterns.ordered, patterns.zigzag])
def test_every_pattern_has_a_number_of_its_own(rearrange: Rearrange) -> None:
    assert len(np.unique(rearrange(EVERY))) == 1 << 16


def test_numbers_are_in_the_order_of_their_values() -> None:
    values = every_pattern().ravel()
    numbers = patterns.ordered(patterns.patterns(values))
    in_order = values[np.argsort(numbers)]
    in_order = in_order[~np.isnan(in_order)].astype(np.float64)
    assert (np.diff(in_order) >= 0).all()
    assert len(np.unique(in_order)) == len(in_order) - 1, "but for the two zeros"


def test_numbers_of_neighbours_are_one_apart() -> None:
    smallest, above_one = 2.0**-24, 1 + 2.0**-10
    row = np.array([-np.inf, -65504, -smallest, -0.0, 0.0, smallest, 1, above_one], np.float16)
    numbers = patterns.ordered(patterns.patterns(row)).astype(int)
    apart = np.diff(numbers).tolist()
    assert apart[:1] + apart[2:5] + apart[6:] == [1, 1, 1, 1, 1]


def test_small_differences_of_either_sign_are_small_numbers() -> None:
    differences = np.array([0, -1, 1, -2, 2, 32767, -32768], np.int16).view(np.uint16)
    assert patterns.zigzag(differences).tolist() == [0, 1, 2, 3, 4, 65534, 65535]


def test_what_stands_still_leaves_nothing_in_time() -> None:
    still = np.repeat(EVERY[:1], 4, axis=0)
    for change in (patterns.time_delta, patterns.time_xor):
        changed = change(still)
        np.testing.assert_array_equal(changed[0], still[0])
        assert not changed[1:].any()


@given(arrays(np.uint16, array_shapes(max_dims=4, max_side=5, min_side=0)))
def test_byte_planes_come_back_in_one_row(bits: Patterns) -> None:
    planes = patterns.byte_planes(bits)
    assert (
        planes == (bits >> 8).astype(np.uint8).tobytes() + (bits & 255).astype(np.uint8).tobytes()
    )
    np.testing.assert_array_equal(patterns.undo_byte_planes(planes), bits.ravel())


def test_byte_planes_of_every_pattern_come_back() -> None:
    np.testing.assert_array_equal(
        patterns.undo_byte_planes(patterns.byte_planes(EVERY)), EVERY.ravel()
    )

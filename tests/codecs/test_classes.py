"""Classes by activity: what they are, and that symbols coded by them come back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from analysis.codecs.classed_pcodec import ClassedPcodec
from analysis.codecs.classed_range import ClassedRange
from analysis.codecs.classes import (
    Classes,
    find_activity,
    from_rows,
    read_activity,
    rows_by_class,
)
from analysis.codecs.prediction import NoPrediction
from analysis.codecs.ranged import Ranged
from analysis.codecs.symbols import SymbolMethod, Symbols
from tests.codecs.symbol_examples import any_chunks, assert_come_back, smooth_symbols

METHODS: dict[str, SymbolMethod] = {
    "range": ClassedRange(Classes(8)),
    "range, 2 classes": ClassedRange(Classes(2)),
    "pcodec": ClassedPcodec(Classes(6, 2), 8),
    "pcodec, 4 groups": ClassedPcodec(Classes(6, 4), 8),
    "pcodec, 1 class": ClassedPcodec(Classes(1, 1), 8),
}
EVERY_METHOD = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())


@EVERY_METHOD
@settings(max_examples=40)
@given(chunks=any_chunks())
def test_any_symbols_come_back(method: SymbolMethod, chunks: list[Symbols]) -> None:
    assert_come_back(method, chunks)


@EVERY_METHOD
def test_symbols_beyond_two_bytes_come_back(method: SymbolMethod) -> None:
    symbols = smooth_symbols(40)
    symbols[5, 0, 1, 1], symbols[6, 1, 0, 0] = 40_000, -40_000
    assert_come_back(method, [symbols[:20], symbols[20:]])


@EVERY_METHOD
def test_differences_beyond_two_bytes_of_symbols_within_them_come_back(
    method: SymbolMethod,
) -> None:
    symbols = smooth_symbols(20)
    symbols[::2, 1], symbols[1::2, 1] = 32_767, -32_768
    symbols[3, 0, 0, 0] = -32_767
    assert_come_back(method, [symbols])


@EVERY_METHOD
@pytest.mark.parametrize("symbol", [0, 7, -40_000])
def test_equal_symbols_come_back_and_take_next_to_nothing(
    method: SymbolMethod, symbol: int
) -> None:
    assert assert_come_back(method, [np.full((32, 3, 8, 8), symbol, np.int32)]) < 400


@EVERY_METHOD
def test_one_frame_comes_back(method: SymbolMethod) -> None:
    assert_come_back(method, [smooth_symbols(1)])
    assert_come_back(method, [smooth_symbols(32), smooth_symbols(1)])


@EVERY_METHOD
def test_one_channel_comes_back(method: SymbolMethod) -> None:
    assert_come_back(method, [smooth_symbols(32, channels=1)])


@EVERY_METHOD
def test_a_chunk_that_moves_among_others_that_stand_still_comes_back(method: SymbolMethod) -> None:
    still = np.repeat(smooth_symbols(1), 32, axis=0)
    assert_come_back(method, [still] * 20 + [smooth_symbols(32)] + [still] * 20)


@pytest.mark.parametrize("method", [ClassedRange(Classes(8))])
def test_symbols_of_which_half_stand_still_take_less_by_classes(method: SymbolMethod) -> None:
    symbols = smooth_symbols(400)
    chunks = [symbols[start : start + 32] for start in range(0, len(symbols), 32)]
    assert assert_come_back(method, chunks) < 0.8 * assert_come_back(Ranged(NoPrediction()), chunks)


def test_classes_are_about_as_large_and_by_the_size_of_differences() -> None:
    random = np.random.default_rng(0)
    spread = random.uniform(1, 100, (200, 1, 6, 8))
    symbols = np.cumsum(np.rint(random.standard_normal((200, 4, 6, 8)) * spread), 0).astype(int)
    activity = find_activity([symbols], 8)
    assert activity.classes == 8
    differences = np.diff(symbols, axis=0)
    classes = activity.of(differences)
    counts = np.bincount(classes.ravel(), minlength=8)
    assert (np.abs(counts / classes.size - 1 / 8) < 0.01).all()
    energy = np.square(differences).mean(1)
    means = [energy[classes == number].mean() for number in range(8)]
    assert means == sorted(means)
    assert not activity.of(np.zeros_like(differences)).any()


def test_a_channel_of_large_symbols_does_not_outweigh_others() -> None:
    symbols = smooth_symbols(100)
    activity = find_activity([symbols * np.array([1, 100, 1]).reshape(-1, 1, 1)], 4)
    same = find_activity([symbols], 4)
    np.testing.assert_allclose(activity.scale[1], 100 * same.scale[1], rtol=0.01)


@given(
    arrays(np.float32, st.integers(0, 9), elements=st.floats(0, 1e6, width=32)),
    arrays(np.float32, st.integers(1, 5), elements=st.floats(0.125, 1e6, width=32)),
)
def test_activity_is_read_as_it_was_stored(
    thresholds: NDArray[np.float32], scale: NDArray[np.float32]
) -> None:
    stored = np.concatenate([thresholds, scale]).astype("<f4").tobytes()
    activity = read_activity(stored, len(scale))
    np.testing.assert_array_equal(activity.thresholds, thresholds)
    np.testing.assert_array_equal(activity.scale, scale)
    assert activity.to_bytes() == stored


def test_without_differences_everything_is_of_some_class() -> None:
    activity = find_activity([smooth_symbols(1)], 8)
    assert (activity.classes, len(activity.scale)) == (8, 3)
    assert activity.of(np.zeros((0, 3, 6, 8), np.int32)).shape == (0, 6, 8)


@given(st.data())
def test_rows_of_classes_are_put_together_again(data: st.DataObject) -> None:
    places = data.draw(st.tuples(*[st.integers(1, 4)] * 3))
    classes = data.draw(arrays(np.uint8, places, elements=st.integers(0, 3)))
    frames, height, width = places
    differences = data.draw(arrays(np.int16, (frames, 2, height, width)))
    rows = list(rows_by_class(differences, classes, 4))
    assert [part.shape for part in rows] == [(2, np.sum(classes == number)) for number in range(4)]
    np.testing.assert_array_equal(from_rows(rows, classes), differences)

"""Predictors that lose nothing, and coders that bring back whole numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from analysis.codecs.byte_coders import AsTheyAre, Zstandard
from analysis.codecs.given_previous import GivenPrevious, RangedGivenPrevious
from analysis.codecs.packed import Narrow, NumberCoder, Packed, Pcodec
from analysis.codecs.prediction import LeastSquares, NoPrediction, Predictor, PreviousFrame
from analysis.codecs.ranged import Ranged
from analysis.codecs.symbols import SymbolMethod, Symbols, summed
from tests.codecs.symbol_examples import any_chunks, assert_come_back, smooth_symbols

PREDICTORS: list[Predictor] = [NoPrediction(), PreviousFrame(), LeastSquares()]
EVERY_PREDICTOR = pytest.mark.parametrize(
    "predictor", PREDICTORS, ids=[type(each).__name__ for each in PREDICTORS]
)
NUMBER_CODERS: list[NumberCoder] = [Narrow(AsTheyAre()), Narrow(Zstandard(1)), Pcodec(8)]
EVERY_NUMBER_CODER = pytest.mark.parametrize("coder", NUMBER_CODERS, ids=str)

wide = arrays(
    np.int32,
    st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
    elements=st.integers(-(2**31), 2**31 - 1),
)


@EVERY_PREDICTOR
@given(symbols=wide)
def test_residuals_of_any_symbols_give_them_back(predictor: Predictor, symbols: Symbols) -> None:
    side = predictor.fit([symbols])
    kept = symbols.copy()
    residuals = predictor.residuals(symbols, side)
    np.testing.assert_array_equal(predictor.undo(residuals, side), symbols)
    np.testing.assert_array_equal(symbols, kept)


@EVERY_PREDICTOR
def test_the_first_frame_is_not_predicted(predictor: Predictor) -> None:
    symbols = smooth_symbols(10)
    residuals = predictor.residuals(symbols, predictor.fit([symbols]))
    np.testing.assert_array_equal(residuals[0], symbols[0])


@pytest.mark.parametrize("predictor", [PreviousFrame(), LeastSquares()])
def test_what_stands_still_is_predicted(predictor: Predictor) -> None:
    symbols = np.repeat(smooth_symbols(1), 20, axis=0)
    assert not predictor.residuals(symbols, predictor.fit([symbols]))[1:].any()


def test_lines_in_time_are_predicted_from_two_frames() -> None:
    slopes = np.random.default_rng(0).integers(-9, 10, (3, 6, 8), np.int32)
    symbols = smooth_symbols(1) + np.arange(40, dtype=np.int32).reshape(-1, 1, 1, 1) * slopes
    residuals = LeastSquares().residuals(symbols, LeastSquares().fit([symbols]))
    assert np.abs(residuals[2:]).max() <= 1


def test_coefficients_of_other_symbols_still_give_them_back() -> None:
    symbols = smooth_symbols(20)
    side = LeastSquares().fit([symbols[::-1] * 100])
    residuals = LeastSquares().residuals(symbols, side)
    np.testing.assert_array_equal(LeastSquares().undo(residuals, side), symbols)


@given(
    arrays(np.int16, array_shapes(min_dims=2, max_dims=4, max_side=5, min_side=0)),
    st.sampled_from([np.int8, np.int16, np.int32]),
)
def test_running_sums_wrap_around_as_those_of_numpy(
    numbers: NDArray[np.int16], dtype: type[np.signedinteger]
) -> None:
    differences = numbers.astype(dtype)
    sums = summed(differences)
    assert sums.dtype == dtype
    np.testing.assert_array_equal(sums, np.cumsum(differences, axis=0, dtype=dtype))


METHODS: dict[str, SymbolMethod] = {
    "range": Ranged(NoPrediction()),
    "previous+range": Ranged(PreviousFrame()),
    "linear+range": Ranged(LeastSquares()),
    "given-previous+range": RangedGivenPrevious(GivenPrevious(25)),
    "narrow": Packed(Narrow(AsTheyAre()), NoPrediction()),
    "previous+narrow+zstd": Packed(Narrow(Zstandard(1)), PreviousFrame()),
    "linear+pcodec": Packed(Pcodec(8), LeastSquares()),
}
EVERY_METHOD = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())


@EVERY_METHOD
@settings(max_examples=40)
@given(chunks=any_chunks())
def test_any_symbols_come_back(method: SymbolMethod, chunks: list[Symbols]) -> None:
    assert_come_back(method, chunks)


@EVERY_METHOD
def test_symbols_beyond_two_bytes_come_back(method: SymbolMethod) -> None:
    symbols = smooth_symbols(20)
    symbols[5, 0, 1, 1], symbols[6, 1, 0, 0] = 40_000, -40_000
    assert_come_back(method, [symbols, symbols[:1]])


@EVERY_METHOD
@pytest.mark.parametrize("symbol", [0, 7, -40_000])
def test_equal_symbols_come_back_and_take_next_to_nothing(
    method: SymbolMethod, symbol: int
) -> None:
    symbols = np.full((32, 3, 8, 8), symbol, np.int32)
    size = assert_come_back(method, [symbols])
    assert size < 300 or method is METHODS["narrow"]


@EVERY_METHOD
def test_one_frame_comes_back(method: SymbolMethod) -> None:
    assert_come_back(method, [smooth_symbols(1)])
    assert_come_back(method, [smooth_symbols(32), smooth_symbols(1)])


@pytest.mark.parametrize("name", ["previous+range", "linear+range", "given-previous+range"])
def test_what_follows_the_frame_before_takes_less_when_given_it(name: str) -> None:
    symbols = smooth_symbols(200)
    alone = assert_come_back(METHODS["range"], [symbols])
    assert assert_come_back(METHODS[name], [symbols]) < 0.9 * alone


@EVERY_NUMBER_CODER
@settings(max_examples=60)
@given(
    numbers=arrays(
        np.int32,
        st.integers(1, 40),
        elements=st.one_of(
            st.integers(-128, 127), st.integers(0, 65_535), st.integers(-(2**31), 2**31 - 1)
        ),
    )
)
def test_stored_numbers_come_back(coder: NumberCoder, numbers: NDArray[np.int32]) -> None:
    np.testing.assert_array_equal(coder.unpack(coder.pack(numbers)), numbers)


@pytest.mark.parametrize(
    ("low", "high", "size"),
    [
        (-128, 127, 1),
        (0, 255, 1),
        (-1, 128, 2),
        (-32768, 32767, 2),
        (0, 65535, 2),
        (-1, 65535, 4),
        (-32769, 0, 4),
    ],
)
def test_numbers_are_stored_in_the_narrowest_type(low: int, high: int, size: int) -> None:
    assert len(Narrow(AsTheyAre()).pack(np.array([low, high, low]))) == 1 + 3 * size

"""Tables of frequencies: counted, stored, read, and coded with."""

from __future__ import annotations

import constriction
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from analysis.codecs import tables
from analysis.codecs.tables import Tables, read_tables, words

Numbers = NDArray[np.int32]


def coded(found: Tables, parts: list[tuple[int, Numbers]]) -> bytes:
    """Symbols of contexts, one after the other."""
    encoder = constriction.stream.queue.RangeEncoder()
    for context, symbols in parts:
        found.encode(encoder, context, symbols)
    return words(encoder)


def assert_come_back(found: Tables, parts: list[tuple[int, Numbers]]) -> int:
    """Codes symbols, reads them by tables that were stored; the bytes that they take."""
    read, rest = read_tables(found.to_bytes())
    assert rest == b""
    data = coded(found, parts)
    decoder = constriction.stream.queue.RangeDecoder(np.frombuffer(data, np.uint32))
    for context, symbols in parts:
        np.testing.assert_array_equal(read.decode(decoder, context, len(symbols)), symbols)
    return len(data)


@st.composite
def contexts_and_symbols(draw: st.DrawFn) -> list[tuple[Numbers, Numbers]]:
    """Up to three arrays of symbols, each in one of four contexts of five."""
    largest = draw(st.sampled_from([0, 1, 20, 70_000]))
    pairs = []
    for length in draw(st.lists(st.integers(0, 30), max_size=3)):
        context = draw(arrays(np.int32, length, elements=st.integers(0, 3)))
        symbols = draw(arrays(np.int32, length, elements=st.integers(-largest, largest)))
        pairs.append((context, symbols))
    return pairs


@given(contexts_and_symbols(), st.binary(max_size=20))
def test_what_is_stored_is_read_back(pairs: list[tuple[Numbers, Numbers]], after: bytes) -> None:
    found = tables.fit(5, pairs)
    read, rest = read_tables(found.to_bytes() + after)
    assert rest == after
    np.testing.assert_array_equal(read.lows, found.lows)
    assert len(read.frequencies) == len(found.frequencies) == 5
    for one, other in zip(read.frequencies, found.frequencies, strict=True):
        np.testing.assert_array_equal(one, other)


@given(contexts_and_symbols())
def test_all_symbols_that_were_counted_can_be_coded(pairs: list[tuple[Numbers, Numbers]]) -> None:
    found = tables.fit(5, pairs)
    parts = [
        (number, symbols[context == number]) for context, symbols in pairs for number in range(5)
    ]
    assert_come_back(found, parts)


def test_no_contexts_are_read_back() -> None:
    read, rest = read_tables(tables.fit(0, []).to_bytes() + b"rest")
    assert (len(read.lows), read.frequencies, rest) == (0, (), b"rest")


@pytest.mark.parametrize("rare", [-3, 5, 300])
def test_a_symbol_that_was_seen_once_can_be_coded(rare: int) -> None:
    symbols = np.zeros(1_000_000, np.int32)
    symbols[77] = rare
    found = tables.fit(1, [(np.zeros_like(symbols), symbols)])
    assert found.frequencies[0].min(initial=9, where=found.frequencies[0] > 0) == 1
    few = np.array([rare, 0, 0, rare], np.int32)
    assert_come_back(found, [(0, few), (0, symbols[:100])])


def test_frequencies_are_in_proportion() -> None:
    symbols = np.repeat(np.arange(-2, 2, dtype=np.int32), [1000, 4000, 0, 2000])
    found = tables.fit(1, [(np.zeros_like(symbols), symbols)])
    assert found.lows.tolist() == [-2]
    assert found.frequencies[0].tolist() == [16_384, 65_535, 0, 32_768]


def test_a_context_that_was_never_seen_decodes_nothing() -> None:
    symbols = np.arange(4, dtype=np.int32)
    found = tables.fit(3, [(np.zeros_like(symbols), symbols)])
    nothing = np.zeros(0, np.int32)
    size = assert_come_back(found, [(1, nothing), (0, symbols), (2, nothing)])
    assert size == len(coded(found, [(0, symbols)]))


def test_one_symbol_alone_takes_next_to_nothing() -> None:
    symbols = np.full(100_000, -40_000, np.int32)
    found = tables.fit(1, [(np.zeros_like(symbols), symbols)])
    assert found.frequencies[0].tolist() == [65_535]
    assert assert_come_back(found, [(0, symbols)]) < 100


def test_coding_comes_near_the_entropy() -> None:
    symbols = np.random.default_rng(0).geometric(0.3, 100_000).astype(np.int32)
    shares = np.bincount(symbols)[1:] / len(symbols)
    entropy = -(shares[shares > 0] * np.log2(shares[shares > 0])).sum()
    found = tables.fit(1, [(np.zeros_like(symbols), symbols)])
    bits = 8 * assert_come_back(found, [(0, symbols)]) / len(symbols)
    assert entropy < bits < 1.001 * entropy

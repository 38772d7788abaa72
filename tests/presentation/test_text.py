"""Numbers as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ledger.estimate import Estimate
from analysis.presentation.text import (
    apart,
    compared,
    duration,
    estimated,
    mark,
    number,
    ordinal,
    size,
)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.5, 3, "0.500"),
        (0.0871, 2, "0.087"),
        (46, 3, "46.0"),
        (999.7, 3, "1,000"),
        (1234.5, 3, "1,234"),
        (10500, 5, "10,500"),
        (0.00000123, 2, "0.0000012"),
        (0, 2, "0.0"),
        (-2.5, 2, "-2.5"),
    ],
)
def test_numbers_keep_their_significant_digits(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


@given(st.floats(1e-9, 1e15), st.integers(2, 6))
def test_a_number_is_as_near_as_its_digits_allow(value: float, digits: int) -> None:
    text = number(value, digits)
    assert "e" not in text
    assert float(text.replace(",", "")) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits))


def test_an_estimate_stands_with_its_interval_and_n() -> None:
    assert estimated(Estimate(value=0.57, low=0.49, high=0.66, n=12), 2) == (
        "0.57 (0.49 to 0.66, n = 12)"
    )
    assert estimated(Estimate(value=0.57, n=1), 2) == "0.57 (n = 1)"


def test_bytes_and_seconds_take_the_unit_that_fits() -> None:
    assert [size(value) for value in (950, 51.4e9, 1.398e12)] == ["950 B", "51.4 GB", "1.40 TB"]
    assert [duration(value) for value in (59, 700, 7300)] == ["59.0 s", "11.7 min", "2.03 h"]


def test_a_mark_is_a_span_of_its_class() -> None:
    assert mark("measured") == "[measured]{.measured}"


def test_a_word_follows_from_two_figures_as_they_are_printed() -> None:
    words = ("larger", "equal", "smaller")
    assert compared(2.0, 1.0, *words) == "larger"
    assert compared(1.0, 2.0, *words) == "smaller"
    assert compared(1.0, 1.0004, *words) == "equal"
    assert compared(1.0, 1.0004, *words, digits=5) == "smaller"


def test_a_difference_stands_with_its_side_and_without_one_where_there_is_none() -> None:
    words = ("dB", "above", "level with", "below")
    assert apart(28.5, 25.7, *words) == "2.8 dB above"
    assert apart(25.7, 28.5, *words) == "2.8 dB below"
    assert apart(28.51, 28.49, *words) == "level with"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (21, "21st"), (112, "112th")],
)
def test_ordinals_end_as_they_are_spoken(value: int, text: str) -> None:
    assert ordinal(value) == text

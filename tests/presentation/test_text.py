"""Numbers as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ledger.estimate import Estimate
from analysis.presentation.text import duration, estimated, mark, number, size


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

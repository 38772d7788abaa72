"""Figures as words: how they stand in a sentence or a cell, and which words follow from them.

A sentence with a direction takes its words from `compared` or `apart`, so that it turns when its
figures do. Figures that print alike count as equal: a page never calls 2.0 larger than 2.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from analysis.ledger.estimate import Estimate

Provenance = Literal["measured", "modelled", "published"]


def mark(provenance: Provenance) -> str:
    """The badge that says where a figure comes from."""
    return f"[{provenance}]{{.{provenance}}}"


def number(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits, in groups of three, never with an exponent.

    Whole numbers above that precision keep all their digits.
    """
    if abs(value) >= 10**digits:
        return f"{value:,.0f}"
    return f"{Decimal(f'{value:.{digits - 1}e}'):,f}"


def listed(words: Sequence[str]) -> str:
    """A, B and C."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def ordinal(value: int) -> str:
    """1st, 2nd, 3rd, 4th, …, for "every 4th latent"."""
    teens = value % 100 in (11, 12, 13)
    return f"{value}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def compared(
    value: float, reference: float, larger: str, equal: str, smaller: str, *, digits: int = 3
) -> str:
    """The words for a figure against another, both printed with `digits` significant digits."""
    if number(value, digits) == number(reference, digits):
        return equal
    return larger if value > reference else smaller


def apart(
    value: float,
    reference: float,
    unit: str,
    larger: str,
    equal: str,
    smaller: str,
    *,
    digits: int = 2,
) -> str:
    """How far a figure lies from another, and on which side: "2.8 dB above"; `equal` for neither.

    Args:
        value: the figure, printed with three significant digits where it stands by itself.
        reference: what it is compared with.
        unit: of both.
        larger: the words behind the difference where the figure is the larger one.
        equal: the words where both print alike.
        smaller: the words behind the difference where it is the smaller one.
        digits: significant digits of the difference.
    """
    side = compared(value, reference, larger, "", smaller)
    return f"{number(abs(value - reference), digits)} {unit} {side}" if side else equal


def interval(estimate: Estimate, digits: int = 3) -> str:
    """The 95 % interval and the episodes behind it: "0.49 to 0.66, n = 12"."""
    if estimate.low is None or estimate.high is None:
        return f"n = {estimate.n}"
    return f"{number(estimate.low, digits)} to {number(estimate.high, digits)}, n = {estimate.n}"


def estimated(estimate: Estimate, digits: int = 3) -> str:
    """A value with its interval: "0.57 (0.49 to 0.66, n = 12)"."""
    return f"{number(estimate.value, digits)} ({interval(estimate, digits)})"


def ranged(estimate: Estimate) -> str:
    """A value with its interval, "0.57 (0.49 to 0.66)"; of how many games the caption says."""
    if estimate.low is None or estimate.high is None:
        return number(estimate.value)
    return f"{number(estimate.value)} ({number(estimate.low)} to {number(estimate.high)})"


def size(byte_count: float, digits: int = 3) -> str:
    """Bytes in the decimal unit that fits: "811 GB"."""
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3)):
        if byte_count >= 10**power:
            return f"{number(byte_count / 10**power, digits)} {unit}"
    return f"{byte_count:.0f} B"


def duration(seconds: float) -> str:
    """Seconds in the unit that fits: "12.0 min"."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{number(seconds / length)} {unit}"
    return f"{number(seconds)} s"

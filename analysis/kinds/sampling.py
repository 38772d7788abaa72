"""A few of many, from all over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def evenly(items: Sequence[T], count: int) -> list[T]:
    """At most `count` of the items, spread evenly."""
    count = min(count, len(items))
    return [items[int((place + 0.5) * len(items) / count)] for place in range(count)]

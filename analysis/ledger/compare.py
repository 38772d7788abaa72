"""Two measurements of a kind side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from analysis.errors import InputError
from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement

Number = int | float | Estimate


@dataclass(frozen=True)
class Difference:
    """One figure in two runs; a side is None where that run has no such figure.

    `beyond` says that the difference is not explained by sampling: the 95 % intervals do not
    meet, or, for a figure without an interval, the values differ at all.
    """

    figure: str
    first: Number | None
    second: Number | None
    beyond: bool

    @property
    def relative(self) -> float | None:
        """(second - first) / first, where both are there and the first is not zero."""
        if self.first is None or self.second is None or _value(self.first) == 0:
            return None
        return _value(self.second) / _value(self.first) - 1

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        sides = {"first": self.first, "second": self.second}
        return {
            "figure": self.figure,
            **{
                side: value.model_dump() if isinstance(value, Estimate) else value
                for side, value in sides.items()
            },
            "relative": self.relative,
            "beyond": self.beyond,
        }


def compare(first: Measurement, second: Measurement) -> list[Difference]:
    """Every figure of the results of two runs, in the order of the first.

    Raises:
        InputError: the runs are of different kinds.
    """
    if first.schema_ != second.schema_:
        raise InputError(
            f"{first.run.id} is {first.schema_} and {second.run.id} is {second.schema_}; "
            "compare two runs of one kind."
        )
    one, other = dict(_figures(first.results)), dict(_figures(second.results))
    return [
        Difference(name, a := one.get(name), b := other.get(name), _beyond(a, b))
        for name in dict.fromkeys([*one, *other])
    ]


def _figures(value: object, name: str = "") -> Iterator[tuple[str, Number]]:
    """The numbers below `value`, named by their path; list items by what they are called."""
    match value:
        case Estimate():
            yield name, value
        case BaseModel():
            for field in type(value).model_fields:
                yield from _figures(getattr(value, field), _join(name, field))
        case dict():
            for key, item in value.items():
                yield from _figures(item, _join(name, str(key)))
        case list() | tuple():
            for index, item in enumerate(value):
                yield from _figures(item, f"{name}[{_label(item, index)}]")
        case bool():
            return
        case int() | float():
            yield name, value


def _label(item: object, index: int) -> str:
    labels: Sequence[str] = ("name", "id", "key", "way", "motion")
    return next((str(getattr(item, label)) for label in labels if hasattr(item, label)), str(index))


def _join(name: str, field: str) -> str:
    return f"{name}.{field}" if name else field


def _value(number: Number) -> float:
    return number.value if isinstance(number, Estimate) else float(number)


def _beyond(first: Number | None, second: Number | None) -> bool:
    if first is None or second is None:
        return True
    a, b = _ends(first), _ends(second)
    return a[1] < b[0] or b[1] < a[0]


def _ends(number: Number) -> tuple[float, float]:
    if isinstance(number, Estimate) and number.low is not None and number.high is not None:
        return number.low, number.high
    value = _value(number)
    return value, value

"""Two measurements of a kind side by side."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import InputError
from analysis.ledger.estimate import Estimate
from analysis.ledger.figures import Number, ends, figures, value
from analysis.ledger.records import Measurement


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
        if self.first is None or self.second is None or value(self.first) == 0:
            return None
        return value(self.second) / value(self.first) - 1

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        sides = {"first": self.first, "second": self.second}
        return {
            "figure": self.figure,
            **{
                side: number.model_dump() if isinstance(number, Estimate) else number
                for side, number in sides.items()
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
    one, other = figures(first), figures(second)
    return [
        Difference(name, a := one.get(name), b := other.get(name), _beyond(a, b))
        for name in dict.fromkeys([*one, *other])
    ]


def _beyond(first: Number | None, second: Number | None) -> bool:
    if first is None or second is None:
        return True
    a, b = ends(first), ends(second)
    return a[1] < b[0] or b[1] < a[0]

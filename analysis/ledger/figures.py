"""The figures of a run: every number of its results, named by its path through them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel

from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Measurement, Record

Number = int | float | Estimate

# The unit that the end of a name says; the first that fits.
_UNITS: Final = (
    ("bits_per_pixel", "bit/px"),
    ("mb_per_min", "MB/min"),
    ("mb_per_s", "MB/s"),
    ("gb_per_s", "GB/s"),
    ("gflop_per_frame", "GFLOP/frame"),
    ("gflop_per_s", "GFLOP/s"),
    ("frames_per_core_s", "frames/s/core"),
    ("frames_per_s", "frames/s"),
    ("clips_per_s", "clips/s"),
    ("fps", "frames/s"),
    ("bytes", "B"),
    ("core_s", "core-s"),
    ("seconds", "s"),
    ("duration_s", "s"),
    ("warm_up_s", "s"),
    ("_ms", "ms"),
    ("_db", "dB"),
    ("percent", "%"),
)

HEADER: Final = ("figure", "value", "low", "high", "n", "unit")
"""The columns of a run as CSV; `low`, `high` and `n` are empty where a figure is not sampled."""


def figures(measurement: Measurement) -> dict[str, Number]:
    """Every number of the results by its path, say `sets[native].bits_per_pixel`, in their order.

    Items of a list go by what they are called, so that runs that list them in another order have
    the same paths; by their place where they have no name or share one.
    """
    return dict(_below(measurement.results, ""))


def value(number: Number) -> float:
    """The figure itself, without its interval."""
    return number.value if isinstance(number, Estimate) else float(number)


def ends(number: Number) -> tuple[float, float]:
    """The 95 % interval; of a figure without one, the figure twice."""
    if isinstance(number, Estimate) and number.low is not None and number.high is not None:
        return number.low, number.high
    return value(number), value(number)


def unit(figure: str) -> str:
    """The unit that a path ends in, or nothing where it names none."""
    return next((unit for end, unit in _UNITS if figure.endswith(end)), "")


def as_csv(measurement: Measurement) -> str:
    """All figures of a run, one a line below `HEADER`, with every digit that its JSON has."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for figure, number in figures(measurement).items():
        writer.writerow((figure, *_cells(number), unit(figure)))
    return text.getvalue()


def _cells(number: Number) -> tuple[float | None, float | None, float | None, int | None]:
    if isinstance(number, Estimate):
        return number.value, number.low, number.high, number.n
    return number, None, None, None


def _below(item: object, path: str) -> Iterator[tuple[str, Number]]:
    match item:
        case Estimate():
            yield path, item
        case BaseModel():
            for field in type(item).model_fields:
                yield from _below(getattr(item, field), f"{path}.{field}" if path else field)
        case dict():
            for key, inner in item.items():
                yield from _below(inner, f"{path}.{key}" if path else str(key))
        case list() | tuple():
            for label, inner in zip(_labels(item), item, strict=True):
                yield from _below(inner, f"{path}[{label}]")
        case bool():
            return
        case int() | float():
            yield path, item


def _labels(items: Sequence[object]) -> list[str]:
    """What the items of a list are called, each differently."""
    names = _identity(items)
    labels = [", ".join(_words(item, names)) for item in items]
    distinct = len(set(labels)) == len(labels) and all(labels)
    return labels if distinct else [str(place) for place in range(len(items))]


def _identity(items: Sequence[object]) -> tuple[str, ...]:
    """The fields that tell these items apart, if they have such."""
    models = {type(item) for item in items}
    if len(models) != 1 or not issubclass(model := models.pop(), Record):
        return ()
    known = model.model_fields
    return model.identified_by if all(name in known for name in model.identified_by) else ()


def _words(item: object, names: tuple[str, ...]) -> Iterator[str]:
    """Texts as they are; where several values name an item, numbers and switches by field."""
    for name in names:
        match getattr(item, name):
            case None | False:
                continue
            case True:
                yield name
            case str() as text:
                yield text
            case number:
                yield str(number) if len(names) == 1 else f"{name} {number}"

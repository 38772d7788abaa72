"""Examples with some of their figures changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def changed(model: M, *changes: Callable[[dict[str, Any]], None]) -> M:
    """The model after these changes to its content, read strictly again."""
    content = model.model_dump(by_alias=True)
    for change in changes:
        change(content)
    return type(model).model_validate(content)


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Put a value at a path such as `results.codecs.3.share`; * is every item of a list."""
    *before, last = path.split(".")

    def change(content: Any, steps: list[str] = before) -> None:
        if not steps:
            content[_key(last)] = value
        elif steps[0] == "*":
            for item in content:
                change(item, steps[1:])
        else:
            change(content[_key(steps[0])], steps[1:])

    return change


def _key(step: str) -> str | int:
    return int(step) if step.isdigit() else step


def estimate(value: float) -> dict[str, float]:
    """A value over six games, with an interval of a tenth either way."""
    ends = sorted((0.9 * value, 1.1 * value))
    return {"value": value, "low": ends[0], "high": ends[1], "n": 6}

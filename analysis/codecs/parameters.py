"""Parameters of the parts of a codec: what may be written, what is stored, how it is spelt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Value = int | float | str


class Parameter(Protocol):
    """One parameter; a part's are written after its name in their order, each after a colon."""

    @property
    def name(self) -> str:
        """As files store it, and in capitals as messages show it."""

    @property
    def implied(self) -> bool:
        """Whether it is left out where it is the default."""

    @property
    def pattern(self) -> str:
        """A regular expression of all that may be one."""

    @property
    def allowed(self) -> str:
        """What may stand there, for a message."""

    def default(self, names: frozenset[str]) -> Value:
        """What it is where nothing is written, in a codec of the parts `names`."""

    def checked(self, value: object) -> Value | None:
        """A value as written or as stored; None if it is none or out of bounds."""

    def spelt(self, value: Value) -> str:
        """The one way to write a value."""


@dataclass(frozen=True)
class Integer:
    """A whole number from `low` to `high`; `usual` may depend on the parts of the same codec.

    Args:
        name: as files store it.
        low: the smallest.
        high: the largest.
        usual: the default: one, or by the part that is also there, "" for any other codec.
        implied: whether it is left out where it is the default.
    """

    name: str
    low: int
    high: int
    usual: int | Mapping[str, int]
    implied: bool = False

    @property
    def pattern(self) -> str:
        """Digits."""
        return r"\d{1,9}"

    @property
    def allowed(self) -> str:
        """The bounds."""
        return f"a whole number from {self.low} to {self.high}"

    def default(self, names: frozenset[str]) -> int:
        """The usual one."""
        if isinstance(self.usual, int):
            return self.usual
        return next((value for part, value in self.usual.items() if part in names), self.usual[""])

    def checked(self, value: object) -> int | None:
        """The number."""
        if isinstance(value, str) and re.fullmatch(self.pattern, value, re.ASCII):
            value = int(value)
        # A file's true and false are no numbers.
        return value if type(value) is int and self.low <= value <= self.high else None

    def spelt(self, value: Value) -> str:
        """In digits, without zeros before them."""
        return str(value)


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`.

    Args:
        name: as files store it.
        low: the smallest.
        high: the largest.
        usual: the default.
        fraction: whether a whole one is written with its `.0`.
        implied: whether it is left out where it is the default.
    """

    name: str
    low: float
    high: float
    usual: float
    fraction: bool = False
    implied: bool = False

    @property
    def pattern(self) -> str:
        """Digits, and perhaps a fraction or a power of ten."""
        return r"\d{1,9}(?:\.\d{1,20})?(?:e-?\d{1,2})?"

    @property
    def allowed(self) -> str:
        """The bounds."""
        return f"a number from {self.low:g} to {self.high:g}"

    def default(self, names: frozenset[str]) -> float:
        """The usual one."""
        return self.usual

    def checked(self, value: object) -> float | None:
        """The number."""
        if isinstance(value, str) and re.fullmatch(self.pattern, value, re.ASCII):
            value = float(value)
        if type(value) is int:
            value = float(value)
        return value if type(value) is float and self.low <= value <= self.high else None

    def spelt(self, value: Value) -> str:
        """With no more digits than it needs."""
        whole = not self.fraction and float(value).is_integer()
        return str(int(value)) if whole else repr(float(value))


@dataclass(frozen=True)
class Word:
    """One of a few words; the first one is the default.

    Args:
        name: as files store it.
        words: all of them.
        implied: whether it is left out where it is the default.
    """

    name: str
    words: tuple[str, ...]
    implied: bool = False

    @property
    def pattern(self) -> str:
        """Any of them."""
        return "|".join(map(re.escape, self.words))

    @property
    def allowed(self) -> str:
        """All of them."""
        return " or ".join(self.words)

    def default(self, names: frozenset[str]) -> str:
        """The first one."""
        return self.words[0]

    def checked(self, value: object) -> str | None:
        """The word."""
        return next((word for word in self.words if word == value), None)

    def spelt(self, value: Value) -> str:
        """Itself."""
        return str(value)

"""Reads and writes codecs as parts joined by `+`: `picture:48+classes+pcodec`.

Parts stand in the order in which they are applied to latents; parameters follow a part's name,
each after a colon, and have defaults. Every codec has one spelling that is kept in files and shown:
that of `zstd` is `zstd:3`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.codecs.parameters import Value
from analysis.codecs.part import AFTER, UNFINISHED, Part
from analysis.codecs.parts import PARTS
from analysis.errors import InputError

NAME = "part"
"""Under which a file stores the name of a part, along with its parameters."""


@dataclass(frozen=True)
class ChosenPart:
    """A part with its parameters chosen, in the part's order."""

    part: Part
    values: tuple[Value, ...] = ()

    @property
    def parameters(self) -> dict[str, Value]:
        """The parameters by name."""
        names = (parameter.name for parameter in self.part.parameters)
        return dict(zip(names, self.values, strict=True))

    def stored(self) -> dict[str, Value]:
        """As a file keeps it."""
        return {NAME: self.part.name, **self.parameters}

    def make(self, *given: object) -> Any:
        """The part itself, given what it builds on.

        Raises:
            MissingPackage: a package that it needs is not installed.
        """
        return self.part.make(*given, **self.parameters)


Chain = tuple[ChosenPart, ...]
"""The parts of a codec, in their order."""


def spelling(chain: Chain) -> str:
    """The one way to write a codec."""
    names = _names(chosen.part for chosen in chain)
    return "+".join(chosen.part.word(chosen.parameters, names) for chosen in chain)


def parse(spec: str) -> Chain:
    """The parts that a spec names.

    Raises:
        InputError: a part is not known, cannot stand where it does, or has no such parameter.
    """
    words = spec.split("+")
    return _chain(words, [_candidates(word) for word in words], f"The latent codec {spec!r}")


def stored_chain(stored: Sequence[Mapping[str, object]]) -> Chain:
    """The parts that a file stores.

    Raises:
        InputError: a part is not known, cannot stand where it does, or lacks a parameter.
    """
    words = [str(each.get(NAME)) for each in stored]
    found = []
    for word, each in zip(words, stored, strict=True):
        arguments = {name: value for name, value in each.items() if name != NAME}
        found.append([(part, arguments) for part in PARTS if part.name == word])
        if not found[-1]:
            raise _unknown(word)
    return _chain(words, found, "The latent codec of this file")


_Candidates = Sequence[tuple[Part, Mapping[str, object]]]
"""Parts of one name, which take different places, and what is said of their parameters."""


def _candidates(word: str) -> _Candidates:
    found = [(part, arguments) for part in PARTS if (arguments := part.arguments(word)) is not None]
    if found:
        return found
    same = {part.form for part in PARTS if part.arguments(word.partition(":")[0]) is not None}
    if same:
        raise InputError(f"There is no latent codec part {word!r}; write {' or '.join(same)}.")
    raise _unknown(word)


def _unknown(word: str) -> InputError:
    known = ", ".join(dict.fromkeys(part.form for part in PARTS))
    return InputError(f"There is no latent codec part {word!r}; choose from {known}.")


def _chain(words: Sequence[str], found: Sequence[_Candidates], codec: str) -> Chain:
    placed: list[tuple[Part, Mapping[str, object]]] = []
    for word, candidates in zip(words, found, strict=True):
        before = placed[-1][0] if placed else None
        place = f"after {words[len(placed) - 1]}" if placed else "at the beginning"
        fitting = [each for each in candidates if _may_follow(each[0], before)]
        if not fitting:
            raise InputError(f"{codec} has {word} {place}, where {_those_after(before)}.")
        placed.append(fitting[0])
    last = placed[-1][0]
    if last.role in UNFINISHED:
        raise InputError(f"{codec} ends with {words[-1]}, after which {_those_after(last)}.")
    names = _names(part for part, _ in placed)
    return tuple(
        ChosenPart(part, _values(part, arguments, names, word, codec))
        for word, (part, arguments) in zip(words, placed, strict=True)
    )


def _values(
    part: Part, arguments: Mapping[str, object], names: frozenset[str], word: str, codec: str
) -> tuple[Value, ...]:
    values = []
    for parameter in part.parameters:
        value = (
            parameter.checked(arguments[parameter.name])
            if parameter.name in arguments
            else parameter.default(names)
        )
        if value is None:
            raise InputError(
                f"{codec} has {word}, whose {parameter.name.upper()} is {parameter.allowed}."
            )
        values.append(value)
    return tuple(values)


def _may_follow(part: Part, before: Part | None) -> bool:
    return (before and before.role) in AFTER[part.role]


def _those_after(before: Part | None) -> str:
    names = dict.fromkeys(part.form for part in PARTS if _may_follow(part, before))
    return f"{', '.join(names)} may stand" if names else "nothing may stand"


def _names(parts: Iterable[Part]) -> frozenset[str]:
    return frozenset(part.name for part in parts)

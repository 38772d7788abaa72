"""What a part of a latent codec is: its name, its place among others, its parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Final

from analysis.codecs.parameters import Parameter, Value, Word
from analysis.errors import MissingPackage


class Role(Enum):
    """What a part does."""

    REARRANGEMENT = "bits of float16 values to others"
    BYTE_CODER = "bytes to fewer bytes"
    FLOAT16_CODER = "bits of float16 values to bytes"
    BOUNDED_CODER = "latents to bytes, errors within a bound"
    DIFFERENCES = "differences in time, without a closed loop"
    DIFFERENCE_QUANTISER = "these differences to whole numbers"
    QUANTISER = "latents to whole numbers: symbols"
    CELLS = "latents to the symbols of cells, and the places in these"
    PREDICTOR = "symbols to what earlier frames do not say of them"
    CLASSES = "places of frames to classes"
    CONTEXT = "what a symbol is coded by"
    NUMBER_CODER = "whole numbers to bytes"
    SYMBOL_CODER = "symbols, or what a predictor leaves, to bytes"
    CLASS_CODER = "symbols to bytes, class by class"
    CONTEXT_CODER = "symbols to bytes, by their context"


_SYMBOLS: Final = frozenset((Role.QUANTISER, Role.CELLS))
_LATENTS: Final = frozenset((None, Role.REARRANGEMENT))
_START: Final = frozenset((None,))

AFTER: Final[Mapping[Role, frozenset[Role | None]]] = MappingProxyType(
    {
        Role.REARRANGEMENT: _LATENTS,
        Role.BYTE_CODER: _LATENTS
        | _SYMBOLS
        | {Role.PREDICTOR, Role.DIFFERENCES, Role.DIFFERENCE_QUANTISER},
        Role.FLOAT16_CODER: _LATENTS,
        Role.BOUNDED_CODER: _START,
        Role.DIFFERENCES: _START,
        Role.DIFFERENCE_QUANTISER: frozenset((Role.DIFFERENCES,)),
        Role.QUANTISER: _START,
        Role.CELLS: _START,
        Role.PREDICTOR: _SYMBOLS,
        Role.CLASSES: _SYMBOLS,
        Role.CONTEXT: _SYMBOLS,
        Role.NUMBER_CODER: _SYMBOLS | {Role.PREDICTOR},
        Role.SYMBOL_CODER: _SYMBOLS | {Role.PREDICTOR},
        Role.CLASS_CODER: frozenset((Role.CLASSES,)),
        Role.CONTEXT_CODER: frozenset((Role.CONTEXT,)),
    }
)
"""What a part of each role may stand after; None is the beginning."""

UNFINISHED: Final = frozenset(
    (
        Role.REARRANGEMENT,
        Role.DIFFERENCES,
        Role.DIFFERENCE_QUANTISER,
        Role.CLASSES,
        Role.CONTEXT,
    )
)
"""What a codec cannot end with. Symbols without a coder are stored in a narrow type."""

LOSSY: Final = frozenset((Role.BOUNDED_CODER, Role.DIFFERENCES, Role.QUANTISER))


@dataclass(frozen=True)
class Part:
    """One part.

    Args:
        name: as files store it, and as it is written where `written` does not say otherwise.
        role: what it does, and so where it may stand.
        implementation: the module of this package and the class in it, whose arguments are the
            parameters by their names; coders of symbols are first given what they code by.
        parameters: in the order that they are written in.
        needs: packages, by the name they are imported by, that the core install does without.
        written: where parameters stand within the name: `u{bits}-channel`.
        weighted: whether it needs the sensitivity of the autoencoder's decoder.
    """

    name: str
    role: Role
    implementation: str
    parameters: tuple[Parameter, ...] = ()
    needs: tuple[str, ...] = ()
    written: str = ""
    weighted: bool = False

    @property
    def form(self) -> str:
        """How it is written: `zstd[:LEVEL]`."""
        inner, rest = self._split()
        shown = (self.written or self.name).format_map({each.name: _shown(each) for each in inner})
        for parameter in rest:
            shown += f"[:{_shown(parameter)}"
        return shown + "]" * len(rest)

    def arguments(self, word: str) -> dict[str, str] | None:
        """What a word says of the parameters, unchecked; None if it is another part's."""
        inner, rest = self._split()
        head, *after = word.split(":")
        groups = {each.name: f"(?P<{each.name}>{each.pattern})" for each in inner}
        pattern = re.escape(self.written or self.name).replace(r"\{", "{").replace(r"\}", "}")
        found = re.fullmatch(pattern.format_map(groups), head, re.ASCII)
        if found is None or len(after) > len(rest):
            return None
        names = (each.name for each in rest)
        return found.groupdict() | dict(zip(names, after, strict=False))

    def word(self, values: Mapping[str, Value], names: frozenset[str]) -> str:
        """The one way to write it with these parameters, in a codec of the parts `names`."""
        _, rest = self._split()
        while rest and rest[-1].implied:
            if values[rest[-1].name] != rest[-1].default(names):
                break
            rest.pop()
        spelt = {each.name: each.spelt(values[each.name]) for each in self.parameters}
        head = (self.written or self.name).format_map(spelt)
        return ":".join([head, *(spelt[each.name] for each in rest)])

    def _split(self) -> tuple[list[Parameter], list[Parameter]]:
        """The parameters within the name, and those after it."""
        inner = [each for each in self.parameters if f"{{{each.name}}}" in self.written]
        return inner, [each for each in self.parameters if each not in inner]

    def make(self, *given: object, **parameters: Value) -> Any:
        """The part itself.

        Raises:
            MissingPackage: a package that it needs is not installed.
        """
        for package in self.needs:
            if find_spec(package) is None:
                raise MissingPackage(package)
        module, _, name = self.implementation.partition(":")
        return getattr(import_module(f"analysis.codecs.{module}"), name)(*given, **parameters)


def _shown(parameter: Parameter) -> str:
    if isinstance(parameter, Word):
        return "|".join(parameter.words)
    return parameter.name.upper()

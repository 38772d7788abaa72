"""The kinds of measurement: every folder here is one."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from pydantic import BaseModel

import analysis.kinds
from analysis.errors import InputError
from analysis.kinds.kind import Kind


def kinds() -> Mapping[str, Kind]:
    """All kinds by name, in the order of a full run."""
    folders = [
        module.name for module in pkgutil.iter_modules(analysis.kinds.__path__) if module.ispkg
    ]
    found = sorted(map(_declared, folders), key=lambda kind: (kind.order, kind.name))
    return {kind.name: kind for kind in found}


def find_kind(name: str) -> Kind:
    """A kind by its name.

    Raises:
        InputError: there is none of that name.
    """
    found = kinds().get(name)
    if found is None:
        raise InputError(f"No kind is called {name!r}; the kinds are {', '.join(kinds())}.")
    return found


def measured_kinds() -> list[str]:
    """The names of the kinds that `latent-storage measure` makes, in the order of a full run."""
    return [name for name, kind in kinds().items() if kind.is_measured]


def options_of_kinds() -> dict[str, type[BaseModel]]:
    """The models of the options that kinds take from a study, by kind."""
    return {name: kind.options for name, kind in kinds().items() if kind.options is not None}


def _declared(folder: str) -> Kind:
    kind: Kind = import_module(f"{analysis.kinds.__name__}.{folder}").KIND
    return kind

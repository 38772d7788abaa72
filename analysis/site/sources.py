"""Where a page's figures come from: the newest runs of the ledger, and how they are cited."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from IPython.display import Markdown

from analysis.errors import InputError
from analysis.ledger import store
from analysis.ledger.kinds import KINDS, schema_name
from analysis.ledger.records import Measurement
from analysis.site.build import MEASUREMENTS_VARIABLE

M = TypeVar("M", bound=Measurement)

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Source(Generic[M]):
    """A run that a page shows figures of."""

    path: Path
    measurement: M

    @property
    def link(self) -> str:
        """The address of its JSON, from a page of the report."""
        return f"../measurements/{self.measurement.kind}/{self.path.name}"

    def media(self, name: str) -> str:
        """The address of a file beside its JSON, from a page of the report."""
        kind = self.measurement.kind
        return f"../measurements/{store.MEDIA}/{kind}/{self.measurement.run.id}/{name}"

    @property
    def command(self) -> str:
        """The command that repeats it."""
        profile, command = self.measurement.run.profile, self.measurement.run.command
        if command.startswith("latent-storage train "):
            return command
        return f"latent-storage measure {self.measurement.kind} --profile {profile}"

    def line(self) -> Markdown:
        """The line below a figure or a table, as Markdown: data, date, machine, reproduction."""
        run, host = self.measurement.run, self.measurement.host
        return Markdown(
            f"[[measured]{{.measured}} {run.created:%-d %B %Y}, {run.profile} profile, on "
            f"{host.cpu}, {host.cores} cores · [data]({self.link}) · "
            f"reproduce: `{self.command}`]{{.source}}"
        )


def folders() -> list[Path]:
    """The ledgers to read, in order of preference."""
    named = os.environ.get(MEASUREMENTS_VARIABLE)
    return [Path(name) for name in named.split(os.pathsep)] if named else [PROJECT / "measurements"]


def newest(model: type[M]) -> Source[M]:
    """The newest run of a kind.

    Raises:
        InputError: there is none.
    """
    found = store.newest(folders(), model)
    if found is None:
        kind = schema_name(model).partition("/")[0]
        raise InputError(
            f"No {kind} run in {', '.join(map(str, folders()))}: "
            f"run `latent-storage measure {kind}`."
        )
    return Source(*found)


@cache
def every_run() -> tuple[Source[Measurement], ...]:
    """All runs of all kinds, newest first."""
    paths = [path for kind in KINDS for path in store.runs(folders(), kind)]
    sources = [Source(path, store.read(path)) for path in paths]
    return tuple(sorted(sources, key=lambda source: source.measurement.run.created, reverse=True))


def modelled(equation: str, inputs: str) -> Markdown:
    """The line below a figure that an equation gives: which one, and from what."""
    return Markdown(
        f"[[modelled]{{.modelled}} by `analysis.storage.{equation}` from {inputs}]{{.source}}"
    )


def published(source: str) -> Markdown:
    """The line below a figure that others published."""
    return Markdown(f"[[published]{{.published}} {source}]{{.source}}")

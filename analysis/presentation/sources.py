"""Where a page's figures come from: the newest runs of the ledger, and how they are cited."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from IPython.display import Markdown

from analysis.catalog import note
from analysis.io.project import LEDGER, PROJECT
from analysis.ledger import store
from analysis.ledger.records import Measurement, kind_name

M = TypeVar("M", bound=Measurement)

MEASUREMENTS_VARIABLE = "LATENT_STORAGE_MEASUREMENTS"
"""Names the measurement folders to the pages, joined by `os.pathsep`; the first one wins."""

LEDGER_PAGE = "ledger.qmd"

PRINTED_BY_RATIO = (
    "latent_bits_per_pixel",
    "break_even_bits_per_pixel",
    "storage_ratio",
    "temporal_threshold",
    "tokens_per_second",
    "video_bytes",
)
"""Equations whose figures `latent-storage ratio` prints."""


@dataclass(frozen=True)
class Source(Generic[M]):
    """A run that a page shows figures of."""

    path: Path
    measurement: M

    @property
    def link(self) -> str:
        """The address of its JSON, from a page of the report."""
        return f"{self._folder}/{self.path.name}"

    @property
    def csv(self) -> str:
        """The address of its figures as CSV, from a page of the report."""
        return f"{self._folder}/{self.measurement.run.id}.csv"

    @property
    def schema(self) -> str:
        """The address of the schema of its JSON, from a page of the report."""
        return f"../measurements/schema/{self.measurement.kind}.json"

    @property
    def _folder(self) -> str:
        return f"../measurements/{self.measurement.kind}"

    def media(self, name: str) -> str:
        """The address of a file beside its JSON, from a page of the report."""
        kind = self.measurement.kind
        return f"../measurements/{store.MEDIA}/{kind}/{self.measurement.run.id}/{name}"

    @property
    def anchor(self) -> str:
        """The id of its entry on the page of the ledger."""
        return f"run-{self.measurement.kind}-{self.measurement.run.id}"

    @property
    def command(self) -> str:
        """The command that repeats it: this kind alone, from the same study, in the same profile.

        Its result goes to the ledger of whoever repeats it.
        """
        command, words = self.measurement.run.command, shlex.split(self.measurement.run.command)
        if words[:2] != ["latent-storage", "measure"]:
            return command
        options = _options(words[2:])
        options.pop("--out", None)
        options["--profile"] = self.measurement.run.profile
        if study := getattr(self.measurement.parameters, "study", None):
            options["--study"] = study
        pairs = (word for pair in sorted(options.items()) for word in pair)
        return shlex.join([*words[:2], self.measurement.kind, *pairs])

    def line(self) -> Markdown:
        """The line below a figure or a table, as Markdown: data, date, machine, reproduction."""
        run, host = self.measurement.run, self.measurement.host
        ledger = f" · [run]({LEDGER_PAGE}#{self.anchor})" if _beside(LEDGER_PAGE) else ""
        gpu = f"{host.gpu}, " if host.gpu else ""
        return Markdown(
            f"[[measured]{{.measured}} {run.created:%-d %B %Y}, {run.profile} profile, on "
            f"{gpu}{host.cpu}, {host.cores} cores · [data]({self.link}){ledger} · "
            f"reproduce: `{self.command}`]{{.source}}"
        )


def _options(words: Sequence[str]) -> dict[str, str]:
    """The options among the words after `latent-storage measure`; each of them takes a value."""
    left, options = iter(words), {}
    for word in left:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            options[name] = value if equals else next(left, "")
    return options


def _beside(page: str) -> bool:
    """Whether a page lies beside the one that is being rendered, in whose folder cells run."""
    return Path(page).is_file()


def folders() -> list[Path]:
    """The ledgers to read, in order of preference."""
    named = os.environ.get(MEASUREMENTS_VARIABLE)
    return [Path(name) for name in named.split(os.pathsep)] if named else [PROJECT / LEDGER]


def newest(model: type[M]) -> Source[M]:
    """The newest run of a kind.

    Raises:
        InputError: there is none.
    """
    return Source(*store.needed(folders(), model))


def runs(model: type[M]) -> list[Source[M]]:
    """All runs of a kind, newest first; one that several ledgers hold is the first one's."""
    found: dict[str, Source[M]] = {}
    for folder in folders():
        for path in store.runs([folder], kind_name(model)):
            source = Source(path, store.read(path, model))
            found.setdefault(source.measurement.run.id, source)
    return sorted(found.values(), key=lambda source: source.measurement.run.created, reverse=True)


def modelled(equation: str, inputs: str, command: str | None = None) -> Markdown:
    """The line below a figure that an equation gives: which one, from what, and how to repeat it.

    Args:
        equation: of `analysis.storage`; several are joined by commas and "and".
        inputs: what went into it, in words.
        command: repeats it. Without one the line gives `latent-storage ratio` for the note's own
            setting where that prints the figure, and else the command that renders the page.
    """
    again = "for the note's setting" if _printed_by_ratio(equation) else "reproduce"
    return Markdown(
        f"[[modelled]{{.modelled}} by `analysis.storage.{equation}` from {inputs} · "
        f"{'reproduce' if command else again}: `{command or _recomputed(equation)}`]{{.source}}"
    )


def _printed_by_ratio(equation: str) -> bool:
    return any(name in equation for name in PRINTED_BY_RATIO)


def _recomputed(equation: str) -> str:
    if not _printed_by_ratio(equation):
        return "latent-storage site"
    setting = note().setting
    return (
        f"latent-storage ratio --autoencoder {setting.autoencoder} "
        f"--resolution {setting.resolution} --bpp {setting.bits_per_pixel}"
    )


def published(source: str) -> Markdown:
    """The line below a figure that others published."""
    return Markdown(f"[[published]{{.published}} {source}]{{.source}}")

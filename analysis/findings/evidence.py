"""What claims are judged by: the note, and the newest run of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from analysis.catalog import Autoencoder, Note, Resolution, autoencoder, latent_space, resolution
from analysis.catalog import note as published_note
from analysis.ledger.records import Measurement
from analysis.storage import Latent

M = TypeVar("M", bound=Measurement)


class NotMeasured(Exception):
    """A run that would answer is not there, or has not what it takes."""


@dataclass(frozen=True)
class Evidence:
    """The note with its own setting, and runs by kind with the files that they are in."""

    runs: Mapping[str, Measurement] = field(default_factory=dict)
    note: Note = field(default_factory=published_note)
    paths: tuple[Path, ...] = ()

    @classmethod
    def of(cls, *runs: Measurement, note: Note | None = None) -> Evidence:
        """Of these runs, each of another kind, and of this note instead of the published one."""
        return cls({run.kind: run for run in runs}, note or published_note())

    def get(self, model: type[M]) -> M | None:
        """The run of this kind, if there is one."""
        return next((run for run in self.runs.values() if isinstance(run, model)), None)

    def need(self, model: type[M]) -> M:
        """The run of this kind.

        Raises:
            NotMeasured: there is none.
        """
        run = self.get(model)
        if run is None:
            raise NotMeasured
        return run

    def only(self, kinds: Sequence[str]) -> Evidence:
        """The same with runs of these kinds alone, in this order."""
        runs = {kind: self.runs[kind] for kind in kinds if kind in self.runs}
        return Evidence(runs, self.note, self.paths)

    @property
    def autoencoder(self) -> Autoencoder:
        """The note's."""
        return autoencoder(self.note.setting.autoencoder)

    def in_its_space(self, name: str | None) -> bool:
        """Whether an autoencoder, as a run names it, makes latents of the note's space."""
        own = self.autoencoder.latent_space or self.autoencoder.id
        return name is not None and latent_space(name) == own

    @property
    def latent(self) -> Latent:
        """What it stores, in float16."""
        return self.autoencoder.latent()

    @property
    def resolution(self) -> Resolution:
        """That of the note's recordings."""
        return resolution(self.note.setting.resolution)

    @property
    def size(self) -> tuple[int, int]:
        """Its (height, width)."""
        return self.resolution.size

    @property
    def bits_per_pixel(self) -> float:
        """The note's b."""
        return float(self.note.setting.bits_per_pixel)

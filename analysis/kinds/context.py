"""What every measure is given and gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from analysis.datasets.dataset import Dataset
from analysis.datasets.opening import open_dataset
from analysis.kinds.study import LatentSource, Study
from analysis.ledger.records import Input, Profile, Record

Progress = Callable[[str, int, int], None]
"""Told what is being worked on, how many are done and of how many."""


@dataclass(frozen=True)
class Context:
    """What to measure, and where earlier runs are found (in order of preference)."""

    study: Study
    study_path: Path
    profile: Profile
    ledger: tuple[Path, ...]
    progress: Progress
    device: str | None = None
    """Where autoencoders run; None for the best there is."""
    latents: LatentSource | None = None
    """Latents to measure instead of the study's."""
    judge_claims: Callable[[Sequence[Path]], Outcome] | None = None
    """Judges the note's claims by the newest runs of these ledgers."""
    unfinished: Path = Path("build/unfinished")
    """Where long measurements keep what they have until they are done."""
    opened: dict[str, Dataset] = field(default_factory=dict, compare=False)
    """Data sets that a measure has opened already, by path."""

    @property
    def autoencoders(self) -> tuple[str, ...]:
        """Those that the recordings are encoded with in this profile.

        Raises:
            InputError: the study has no such profile.
        """
        return self.study.profile(self.profile).encode_with or self.study.encode_with

    def dataset(self, path: str) -> Dataset:
        """The data set at a path, whose headers are read once however many measures ask for it.

        Raises:
            InputError: as `open_dataset`.
        """
        if path not in self.opened:
            self.opened[path] = open_dataset(path, progress=partial(self.progress, path))
        return self.opened[path]


@dataclass(frozen=True)
class Outcome:
    """What a measurement file holds besides its provenance."""

    parameters: Record
    inputs: tuple[Input, ...]
    results: Record
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What is written beside it, by name: pictures that the results speak of."""
    unfinished: Path | None = None
    """A folder of parts to go on from, of no use once the measurement is in the ledger."""

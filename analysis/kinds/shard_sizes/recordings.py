"""The measured sets of recordings that latents are compared with."""

from __future__ import annotations

from dataclasses import dataclass

from analysis import storage
from analysis.catalog import recipe
from analysis.errors import InputError
from analysis.kinds.shard_sizes.record import ShardSet, ShardSizes
from analysis.ledger.estimate import Estimate
from analysis.storage import Latent


@dataclass(frozen=True)
class Recording:
    """One set of recording shards whose frames have one size, (height, width)."""

    entry: ShardSet
    size: tuple[int, int]

    @property
    def pixels(self) -> int:
        """Pixels of a frame."""
        return self.size[0] * self.size[1]

    @property
    def bits_per_pixel(self) -> Estimate:
        """b, measured."""
        return self.entry.bits_per_pixel

    @property
    def label(self) -> str:
        """Its name and codec: "native: H.264 (High)"."""
        return f"{self.entry.name}: {', '.join(self.entry.codecs)}"

    @property
    def title(self) -> str:
        """What it is, for a sentence: "H.264 video"."""
        return recipe(self.entry.recipe).title if self.entry.recipe else self.label

    @property
    def description(self) -> str:
        """How it was recorded, where that is known."""
        return recipe(self.entry.recipe).description if self.entry.recipe else self.label

    def ratio(self, latent: Latent) -> Estimate:
        """R of this autoencoder against these recordings."""
        return self.bits_per_pixel.under(storage.latent_bits_per_pixel(latent, *self.size))


def recordings_of(run: ShardSizes) -> tuple[Recording, ...]:
    """The sets of recordings in a run, in the order of its study.

    Raises:
        InputError: it has none whose frames have one size.
    """
    found = tuple(Recording(entry, size) for entry, size in run.results.recordings)
    if not found:
        raise InputError(
            f"The shard-sizes run {run.run.id} has no set of recordings to compare latents with; "
            "measure a study that names one too."
        )
    return found

"""The measured sets of recordings as pages speak of them."""

from __future__ import annotations

from dataclasses import dataclass

from IPython.display import Markdown

from analysis import storage
from analysis.catalog import recipe
from analysis.errors import InputError
from analysis.kinds.shard_sizes.record import ShardSet, ShardSizes
from analysis.ledger.estimate import Estimate
from analysis.presentation.clips import Clip, clip_figure
from analysis.presentation.sources import Source
from analysis.presentation.text import number
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


def of(run: ShardSizes) -> tuple[Recording, ...]:
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


def game(run: Source[ShardSizes]) -> Markdown:
    """Some seconds of a game, its players side by side; nothing where the run kept none."""
    shown = run.measurement.results.clip
    if shown is None:
        return Markdown("")
    players = [f"player {player.removeprefix('p')}" for player in shown.players]
    where = _map(run.measurement, shown.set, shown.episode)
    clip = Clip(
        video=run.media(shown.file),
        poster=run.media(shown.poster),
        width=shown.width,
        height=shown.height,
        panels=[players],
        said=f"Both views of a game{f' on {where}' if where else ''} at the same time, "
        f"{number(shown.frames / shown.fps, 2)} s from frame {shown.first_frame:,} on: in "
        f"{shown.both_fire_frames} of these {shown.frames} frames both players fire, the most that "
        "was found. Each sees the other where its own shots go. Made smaller for this page.",
    )
    return Markdown(f"```{{=html}}\n{clip_figure(clip)}\n```")


def _map(run: ShardSizes, name: str, episode: str) -> str | None:
    return next(
        (
            each.map
            for entry in run.results.sets
            if entry.name == name
            for each in entry.per_episode
            if each.key == episode
        ),
        None,
    )

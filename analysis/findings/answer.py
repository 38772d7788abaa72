"""The answer in a sentence: which is smaller, by how much, and what turns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analysis import storage
from analysis.catalog import autoencoder, encoding_title, note, recipe
from analysis.findings.offered_encodings import offered_encodings
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.kinds.shard_sizes.recordings import Recording, recordings_of
from analysis.kinds.video_bitrate.measured_encodings import (
    MeasuredEncoding,
    across_resolutions,
    recorded,
)
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.ledger.estimate import Estimate
from analysis.presentation.text import interval, number
from analysis.storage import Latent

NEAR: Final = 1.25
"""A ratio within this factor of 1 is a near tie."""

FAR: Final = 2.0
"""A ratio beyond this factor is a large difference."""


@dataclass(frozen=True)
class Answer:
    """What it follows from: shards, encodings by size and quality, latent codecs."""

    shards: ShardSizes
    video: VideoBitrate
    codecs: LatentCodecs

    @property
    def recorded(self) -> Recording:
        """The first set of recordings, the one that all is compared with."""
        return recordings_of(self.shards)[0]

    @property
    def encodings(self) -> tuple[MeasuredEncoding, ...]:
        """Those that were measured at every resolution."""
        return across_resolutions(self.video.results)

    @property
    def latent(self) -> Latent:
        """The note's autoencoder, in float16."""
        return autoencoder(note().setting.autoencoder).latent()

    @property
    def ratio(self) -> Estimate:
        """R of that autoencoder against the recordings."""
        return self.recorded.ratio(self.latent)

    @property
    def latents_smaller(self) -> bool:
        """Whether the latents take fewer bytes than the recordings."""
        return self.ratio.value < 1


def which_is_smaller(ratio: float) -> str:
    """In words, at R."""
    if ratio == 1:
        return "both take the same bytes"
    return "the latents are the smaller ones" if ratio < 1 else "the video is the smaller one"


def how_large_the_video_is(ratio: float) -> str:
    """Against the latents, in words, from R."""
    if 1 / NEAR <= ratio <= NEAR:
        return "about as large"
    far = "far " if not 1 / FAR < ratio < FAR else ""
    return f"{far}{'smaller' if ratio > 1 else 'larger'}"


def sentence(answer: Answer) -> str:
    """Which is smaller, by how much, and when the other one is."""
    recorded, ratio = answer.recorded, answer.ratio
    turns = turning_points(answer)
    lead, end = "Neither is smaller by nature", ""
    if turns:
        end = (
            f", but {'more' if answer.latents_smaller else 'less'} than the video once "
            f"{' or '.join(turns)}"
        )
    else:
        words = which_is_smaller(ratio.value)
        lead = f"{words[0].upper()}{words[1:]} under every condition measured"
    return (
        f"**{lead}**: at {recorded.size[1]} × {recorded.size[0]}, "
        f"{autoencoder(note().setting.autoencoder).name} latents in float16 take "
        f"**{number(ratio.value, 2)} times** (95 % interval {interval(ratio)} games) the bytes of "
        f"{recording_title(recorded)} video of the same Doom games{end}."
    )


def recording_title(recorded: Recording) -> str:
    """The encoder and its quality where the recipe is known, else what the set is called."""
    if recorded.entry.recipe is None:
        return recorded.label
    made = recipe(recorded.entry.recipe)
    return encoding_title(made.codec, made.quality)


def turning_points(answer: Answer) -> list[str]:
    """Each change of a single condition that makes the other one the smaller."""
    size = answer.recorded.size
    main = recorded(answer.encodings)
    latent_bits = storage.latent_bits_per_pixel(answer.latent, *size)
    found = []
    for encoding in offered_encodings(answer.video.results):
        video_bits = encoding.known.get(size)
        if encoding.codec != main.codec or video_bits is None:
            continue
        if (latent_bits < video_bits) != answer.latents_smaller:
            found.append(f"it is encoded at {encoding.title.rpartition(', ')[2]}")
            break
    tie, pixels = main.tie(answer.latent), answer.recorded.pixels
    if tie is not None and tie.latents_win(pixels) == answer.latents_smaller:
        beyond = "exceed" if pixels < tie.pixels else "stay below"
        found.append(f"frames {beyond} about {number(tie.pixels / 1e6, 2)} million pixels")
    return found

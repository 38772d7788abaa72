"""The note's published figures, as in `note.toml`.

Every figure is a `Decimal` that keeps the digits it was printed with, so that "agrees with what
was printed" has one meaning (`as_printed`).
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from analysis.catalog.entry import Entry, read


def as_printed(published: Decimal, value: float) -> bool:
    """Whether `value` rounds to what was published, at the precision it was published with."""
    half_a_digit = 0.5 * 10.0 ** int(published.as_tuple().exponent)
    return abs(float(published) - value) <= half_a_digit * (1 + 1e-9)


class Setting(Entry):
    """The data set that the note measured."""

    autoencoder: str
    resolution: str
    fps: int
    hours: int
    episodes: int
    bits_per_pixel: Decimal
    mp4_gb: Decimal
    latent_gb: Decimal
    mp4_mb_per_min: Decimal
    latent_mb_per_min: Decimal


class Final(Entry):
    """Figures its authors published later, beside the code."""

    frames: int
    episodes: int
    mp4_gib: Decimal
    latent_gib: Decimal
    action_bytes_per_frame: int
    reward_bytes_per_frame: int


class Headline(Entry):
    """Single figures of the text."""

    latent_smaller_percent: Decimal
    ratio: Decimal
    autoencoder_compression: Decimal
    video_compression: Decimal
    area_factor: Decimal
    channel_expansion: Decimal
    ratio_t2: Decimal
    ratio_numerator: Decimal
    ratio_denominator: Decimal
    empirical_ratio: Decimal


class ComparisonRow(Entry):
    """A row of the table DC-AE against Cosmos."""

    name: str
    autoencoder: str
    latent_shape: tuple[Decimal, Decimal, Decimal]
    """Channels, rows and columns of a latent frame."""
    bytes_per_value: int
    compression: Decimal
    ratio: Decimal
    mb_per_min: Decimal


class ResolutionRow(Entry):
    """A row of the resolution table; t4, t8: that temporal factor with all else unchanged."""

    name: str
    grid: tuple[int, int]
    bits_per_pixel: Decimal
    mp4_mb_per_min: Decimal
    latent_mb_per_min: Decimal
    ratio: Decimal
    t4_mb_per_min: Decimal
    t4_ratio: Decimal
    t8_mb_per_min: Decimal
    t8_ratio: Decimal
    t8_fp8_mb_per_min: Decimal
    t8_fp8_ratio: Decimal


class ThresholdRow(Entry):
    """A row of the table of smallest temporal factors."""

    name: str
    temporal: Decimal


class ProjectionRow(Entry):
    """A row of the projected sizes of the whole data set."""

    name: str
    mp4_tb: Decimal
    latent_tb: Decimal
    t8_fp8_gb: Decimal


class CompressionRow(Entry):
    """A row of the post-hoc compression table."""

    method: str
    mb_per_min: Decimal
    percent_of_raw: Decimal
    lossless: str
    mean_squared_error: str | None = None
    """As printed."""

    @property
    def percent_saved(self) -> Decimal:
        """What is gone of raw."""
        return 100 - self.percent_of_raw


class DriftRow(Entry):
    """A row of the clipped int8 delta table."""

    clip_sigma: int
    percent_of_raw: Decimal
    mse: Decimal
    maximum_error: Decimal


class Note(Entry):
    """All published figures of the note."""

    authors: str
    date: str
    setting: Setting
    final: Final
    headline: Headline
    comparison: tuple[ComparisonRow, ...]
    resolution: tuple[ResolutionRow, ...]
    threshold: tuple[ThresholdRow, ...]
    projection: tuple[ProjectionRow, ...]
    compression: tuple[CompressionRow, ...]
    drift: tuple[DriftRow, ...]


@cache
def note() -> Note:
    """The note."""
    return Note(**read("note.toml"))

"""Measured encodings, each at every resolution, and where latents tie with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from analysis import storage
from analysis.catalog import encoding_title, note, recipe, resolution
from analysis.errors import InputError
from analysis.kinds.video_bitrate.record import BitrateLaw, BitrateRow, VideoBitrateResults
from analysis.ledger.estimate import Estimate
from analysis.storage import Latent

PUBLISHED_B = {row.name: float(row.bits_per_pixel) for row in note().resolution}
"""The note's b by resolution."""


@dataclass(frozen=True)
class Tie:
    """The size of a frame, in pixels, at which latents and video take the same bytes."""

    pixels: float
    latents_smaller: Literal["below", "above"]
    """On which side of that size the latents are the smaller ones."""

    def latents_win(self, pixels: float) -> bool:
        """Whether latents are the smaller ones for frames of this many pixels."""
        return (pixels < self.pixels) == (self.latents_smaller == "below")


@dataclass(frozen=True)
class MeasuredEncoding:
    """One encoding of natively rendered frames, by resolution."""

    rows: dict[str, BitrateRow]
    law: BitrateLaw | None

    @property
    def title(self) -> str:
        """Its name: "x264 veryfast, CRF 17"."""
        row = next(iter(self.rows.values()))
        return encoding_title(row.codec, row.quality, row.preset)

    @property
    def codec(self) -> str:
        """The project's name of the codec."""
        return next(iter(self.rows.values())).codec

    @property
    def quality(self) -> int:
        """On the codec's own scale."""
        return next(iter(self.rows.values())).quality

    def ratio(self, name: str, latent: Latent) -> Estimate:
        """R at a resolution."""
        row = self.rows[name]
        return row.bits_per_pixel.under(storage.latent_bits_per_pixel(latent, *row.size))

    @cached_property
    def anchored(self) -> dict[str, Estimate]:
        """b at each resolution if it is the note's at 480p and goes as this encoding's."""
        published = PUBLISHED_B[note().setting.resolution]
        return {
            name: row.relative_to_480p.through(lambda relative: relative * published)
            for name, row in self.rows.items()
            if row.relative_to_480p is not None
        }

    def tie(self, latent: Latent) -> Tie | None:
        """Where latents and video take the same bytes by the law; none where b is level."""
        if self.law is None or self.law.exponent.value == 0:
            return None
        k, exponent = self.law.at_480p.value, self.law.exponent.value
        share = storage.break_even_bits_per_pixel(latent) / k
        return Tie(
            pixels=float(storage.REFERENCE_PIXELS * share ** (1 / exponent)),
            latents_smaller="below" if exponent < 0 else "above",
        )


def across_resolutions(results: VideoBitrateResults) -> tuple[MeasuredEncoding, ...]:
    """The encodings that every native resolution of the run has, in the run's order."""
    found: dict[tuple[object, ...], dict[str, BitrateRow]] = {}
    for row in results.rows:
        if not row.upscaled:
            key = row.codec, row.preset, row.quality, row.gop, row.pixel_format
            found.setdefault(key, {})[row.resolution] = row
    names = {row.resolution for row in results.rows if not row.upscaled}
    laws = {(law.codec, law.preset, law.quality): law for law in results.laws}
    return tuple(
        MeasuredEncoding(
            dict(sorted(rows.items(), key=lambda item: item[1].height)),
            laws.get((key[0], key[1], key[2])),  # type: ignore[arg-type]
        )
        for key, rows in found.items()
        if rows.keys() == names
    )


def find_recorded(encodings: Sequence[MeasuredEncoding]) -> MeasuredEncoding | None:
    """The encoding of the recipe `native`, if it is among them."""
    native = recipe("native")
    wanted = native.codec, native.quality
    return next((each for each in encodings if (each.codec, each.quality) == wanted), None)


def recorded(encodings: Sequence[MeasuredEncoding]) -> MeasuredEncoding:
    """The encoding of the recipe `native`.

    Raises:
        InputError: the run does not have it.
    """
    found = find_recorded(encodings)
    if found is None:
        raise InputError(
            "The newest video-bitrate run does not have the encoding of the recipe native at every "
            "resolution; run `latent-storage measure video-bitrate`."
        )
    return found


def published_exponent() -> float:
    """Of a power law through the note's own values of b, by least squares of the logarithms."""
    names = list(PUBLISHED_B)
    pixels = [resolution(name).height * resolution(name).width for name in names]
    return float(np.polyfit(np.log(pixels), np.log([PUBLISHED_B[name] for name in names]), 1)[0])

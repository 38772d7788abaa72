"""Adds up what was compared, episode by episode, into figures with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.kinds.reconstruction.record import Quality, Reproduction
from analysis.ledger.estimate import Estimate, ratio_of_sums
from analysis.video.quality import FrameQuality, psnr_db, qualities

Frames = NDArray[np.uint8]
Part = Literal["whole", "hud", "rest"]
Parts = dict[Part, list[FrameQuality]]


def compare_parts(reference: Frames, frames: Frames, hud_row: int | None) -> Parts:
    """The quality of each frame (N, H, W, 3): whole and, with a status bar, below and above."""
    found: Parts = {"whole": qualities(reference, frames)}
    if hud_row is not None:
        found["hud"] = qualities(reference[:, hud_row:], frames[:, hud_row:])
        found["rest"] = qualities(reference[:, :hud_row], frames[:, :hud_row])
    return found


@dataclass(frozen=True)
class StoredForm:
    """How frames are stored: as latents of an autoencoder in a format, or as video."""

    autoencoder: str | None = None
    format: str | None = None

    def __str__(self) -> str:
        return f"{self.autoencoder} {self.format}" if self.autoencoder else "video"


VIDEO = StoredForm()


@dataclass(frozen=True)
class Stored:
    """What a whole view takes on disk, its `values` those of the latents (none for video)."""

    bytes: int
    values: int
    pixels: int
    minutes: float


@dataclass
class _Episode:
    stored: list[Stored] = field(default_factory=list)
    parts: Parts = field(default_factory=dict)


class Tally:
    """One way of storing frames, over the episodes of a split."""

    def __init__(self) -> None:
        self._episodes: dict[str, _Episode] = {}

    def add_view(self, episode: str, parts: Parts, stored: Stored) -> None:
        """Add a view of an episode: its sampled frames' quality, and the size of all of it."""
        tally = self._episodes.setdefault(episode, _Episode())
        tally.stored.append(stored)
        for part, found in parts.items():
            tally.parts.setdefault(part, []).extend(found)

    @property
    def frames(self) -> int:
        """How many were compared."""
        return sum(len(episode.parts["whole"]) for episode in self._episodes.values())

    def reproduction(self, name: str, form: StoredForm) -> Reproduction:
        """The figures, under the name by which runs are compared."""
        bytes = self._stored(lambda stored: stored.bytes)
        values = sum(self._stored(lambda stored: stored.values))
        whole = self._quality("whole")
        assert whole is not None
        return Reproduction(
            name=name,
            kind="latents" if form.autoencoder else "video",
            autoencoder=form.autoencoder,
            format=form.format,
            bytes_per_value=sum(bytes) / values if values else None,
            bits_per_pixel=ratio_of_sums(
                [8 * count for count in bytes], self._stored(lambda stored: stored.pixels)
            ),
            mb_per_min=ratio_of_sums(
                [count / 1e6 for count in bytes], self._stored(lambda stored: stored.minutes)
            ),
            whole=whole,
            hud=self._quality("hud"),
            rest=self._quality("rest"),
        )

    def _stored(self, value: Callable[[Stored], float]) -> list[float]:
        """The sum over the views of each episode."""
        return [sum(map(value, episode.stored)) for episode in self._episodes.values()]

    def _quality(self, part: Part) -> Quality | None:
        """Of this part, over the episodes that have it; None where none has."""
        episodes = [tally.parts[part] for tally in self._episodes.values() if part in tally.parts]
        return _quality(episodes) if episodes else None


def _quality(episodes: Sequence[Sequence[FrameQuality]]) -> Quality:
    def summed(value: Callable[[FrameQuality], float]) -> list[float]:
        return [sum(map(value, frames)) for frames in episodes]

    def mean(value: Callable[[FrameQuality], float]) -> Estimate:
        return ratio_of_sums(summed(value), [len(frames) for frames in episodes])

    has_ms_ssim = all(frame.ms_ssim is not None for frames in episodes for frame in frames)
    squared_error = ratio_of_sums(
        summed(lambda frame: frame.squared_error), summed(lambda frame: frame.values)
    )
    return Quality(
        psnr_db=mean(lambda frame: frame.psnr_db),
        pooled_psnr_db=squared_error.through(psnr_db),
        ssim=mean(lambda frame: frame.ssim),
        ms_ssim=mean(lambda frame: frame.ms_ssim or 0) if has_ms_ssim else None,
    )

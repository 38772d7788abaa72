"""The latents that every codec is tried on, and the frames that they are judged by."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.codecs.codec import Latents
from analysis.datasets.latent_reader import LatentReader
from analysis.errors import InputError
from analysis.kinds.context import Progress
from analysis.kinds.latent_sets import RecordedFrames, StoredView
from analysis.video.quality import FrameQuality, qualities

Frames = NDArray[np.uint8]


@dataclass(frozen=True)
class Judged:
    """Frames of a view that are decoded.

    Args:
        numbers: of the latent frames, the first and the last one among them.
        exact: uint8 (n, H, W, 3), the decode of the exact latents.
        recorded: what the video shows there; None where it is not there.
        exact_quality: of the exact decode against that.
    """

    numbers: tuple[int, ...]
    exact: Frames
    recorded: Frames | None
    exact_quality: tuple[FrameQuality, ...] | None


@dataclass(frozen=True)
class SampledView:
    """A view's latents in memory.

    Args:
        episode: which episode it is of, counted from 0.
        latents: float16 (N, c, h, w).
        minutes: how long it plays.
        judged: frames to decode; None without a decoder.
    """

    episode: int
    latents: Latents
    minutes: float
    judged: Judged | None


@dataclass(frozen=True)
class Decoder:
    """What turns latents back into frames.

    Args:
        autoencoder: an image autoencoder: each latent frame is decoded for itself.
        size: height and width of the frames.
    """

    autoencoder: Autoencoder
    size: tuple[int, int]

    def frames(self, latents: Latents) -> Frames:
        """Latent frames (n, c, h, w) as frames (n, H, W, 3)."""
        return self.autoencoder.decode(np.ascontiguousarray(latents), self.size)


def read_sample(
    reader: LatentReader,
    episodes: Sequence[Sequence[StoredView]],
    decoder: Decoder | None,
    recordings: RecordedFrames | None,
    frames_a_view: int,
    progress: Progress,
) -> list[SampledView]:
    """Read the views of these episodes; with a decoder, decode some frames of each.

    Raises:
        InputError: a view cannot be read, or holds what is no finite number.
    """
    total = sum(len(views) for views in episodes)
    sample: list[SampledView] = []
    for number, views in enumerate(episodes):
        for view in views:
            progress("reading latents", len(sample), total)
            count = view.place.shape[0]
            latents = reader.clip(view.place, 0, count)
            if not np.isfinite(latents).all():
                raise InputError(
                    f"{view.place.track.label}: some latents are infinite or no numbers; "
                    "encode it again or leave it out."
                )
            judged = None
            if decoder is not None:
                places = np.linspace(0, count - 1, min(frames_a_view, count))
                numbers = tuple(int(place) for place in places.round())
                recorded = None if recordings is None else recordings.of(view.place, numbers)
                exact = decoder.frames(latents[list(numbers)])
                quality = None if recorded is None else tuple(compare(recorded, exact))
                judged = Judged(numbers, exact, recorded, quality)
            sample.append(SampledView(number, latents, view.minutes, judged))
    return sample


def compare(reference: Frames, frames: Frames) -> list[FrameQuality]:
    """The quality of each frame."""
    return qualities(reference, frames, with_ms_ssim=False)


def deviation(arrays: Sequence[Latents]) -> float:
    """The standard deviation of all values together."""
    count = sum(latents.size for latents in arrays)
    mean = sum(float(latents.sum(dtype=np.float64)) for latents in arrays) / count
    squares = sum(
        float(np.square(latents.astype(np.float32) - mean).sum(dtype=np.float64))
        for latents in arrays
    )
    return math.sqrt(squares / count)


def digest(sample: Sequence[SampledView]) -> str:
    """What tells one sample from another."""
    total = hashlib.sha256()
    for view in sample:
        total.update(view.latents.data)
        total.update(repr(view.judged.numbers if view.judged else ()).encode())
    return total.hexdigest()

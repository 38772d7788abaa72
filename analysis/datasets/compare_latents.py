"""Two sets of latents of the same frames, channel by channel: how near is one to the other?

For latents that should be the same, by an encoder and by one that was distilled from it, on two
machines or in two number formats, exact and compressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.datasets.latent_reader import Frames, LatentReader, LatentView
from analysis.errors import InputError

_BATCH: Final = 256
"""Latent frames of a view in memory at a time, of each set."""

Progress = Callable[[str, int, int], None]
Sums = NDArray[np.float64]


@dataclass(frozen=True)
class ChannelAgreement:
    """How near the second set's values of some channels are to the first set's.

    Args:
        channel: its number; None of all channels together.
        first_mean: of the first set.
        second_mean: of the second one.
        first_deviation: standard deviation.
        second_deviation: likewise.
        correlation: Pearson's; None where a set does not vary.
        error: root of the mean squared difference.
        largest_error: the largest absolute difference.
    """

    channel: int | None
    first_mean: float
    second_mean: float
    first_deviation: float
    second_deviation: float
    correlation: float | None
    error: float
    largest_error: float

    @property
    def relative_error(self) -> float | None:
        """The error relative to the first set's deviation; None where that is 0."""
        return self.error / self.first_deviation if self.first_deviation else None

    def as_dict(self) -> dict[str, Any]:
        """All figures by their names."""
        return {**asdict(self), "relative_error": self.relative_error}


@dataclass(frozen=True)
class LatentComparison:
    """What two sets of latents have in common.

    Args:
        made_by: the autoencoders that made each set, as they say; empty where nothing says it.
        views: views that both have.
        frames: latent frames in these.
        whole: all channels together.
        channels: one after the other.
        only_in_first: views that the second set lacks.
        only_in_second: likewise.
    """

    made_by: tuple[tuple[str, ...], tuple[str, ...]]
    views: int
    frames: int
    whole: ChannelAgreement
    channels: tuple[ChannelAgreement, ...]
    only_in_first: tuple[str, ...]
    only_in_second: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            **asdict(self),
            "whole": self.whole.as_dict(),
            "channels": [channel.as_dict() for channel in self.channels],
        }


def compare_latents(
    first: str, second: str, progress: Progress = lambda what, done, total: None
) -> LatentComparison:
    """Compare two sets of latents, view by view of the same episode.

    Args:
        first: a folder, a file or an fsspec URL with latents; what the other is held against.
        second: another, of the same frames.
        progress: hears of the views.

    Raises:
        InputError: one cannot be read, they have no view in common, or a view has other frames or
            another shape in one than in the other.
    """
    with LatentReader(first) as one, LatentReader(second) as other:
        for reader in (one, other):
            for problem in reader.problems:
                raise InputError(problem)
        ours, theirs = _by_name(one), _by_name(other)
        common = [name for name in ours if name in theirs]
        if not common:
            raise InputError(
                f"{first} and {second} have no view of an episode in common; give two sets of "
                "latents of the same recordings."
            )
        frames = sum(ours[name].shape[0] for name in common)
        if not frames:
            raise InputError(f"{first}: its views have no frames; give some that have.")
        channels = ours[common[0]].shape[1]

        def batches() -> Iterator[tuple[Frames, Frames]]:
            for number, name in enumerate(common):
                progress("comparing", number, len(common))
                pair = ours[name], theirs[name]
                _refuse_other_shapes(pair, channels)
                for start in range(0, pair[0].shape[0], _BATCH):
                    stop = min(start + _BATCH, pair[0].shape[0])
                    yield one.clip(pair[0], start, stop), other.clip(pair[1], start, stop)

        whole, by_channel = agreements(batches())
        return LatentComparison(
            made_by=(_makers(ours.values()), _makers(theirs.values())),
            views=len(common),
            frames=frames,
            whole=whole,
            channels=by_channel,
            only_in_first=tuple(_text(name) for name in ours if name not in theirs),
            only_in_second=tuple(_text(name) for name in theirs if name not in ours),
        )


def agreements(
    pairs: Iterable[tuple[Frames, Frames]],
) -> tuple[ChannelAgreement, tuple[ChannelAgreement, ...]]:
    """How near latents are to others: all channels together, and each.

    Args:
        pairs: latent frames (n, c, h, w) of the first set and of the second, n at least 1.
    """
    sums: _Sums | None = None
    for first, second in pairs:
        sums = sums or _Sums(first.shape[1])
        sums.add(first, second)
    assert sums is not None, "no frames"
    return sums.agreements()


_Name = tuple[str, str]


def _by_name(reader: LatentReader) -> dict[_Name, LatentView]:
    return {(view.key, view.view): view for view in reader.views}


def _text(name: _Name) -> str:
    return " ".join(filter(None, name))


def _makers(views: Iterable[LatentView]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(view.made_by for view in views if view.made_by))


def _refuse_other_shapes(pair: tuple[LatentView, LatentView], channels: int) -> None:
    one, other = pair
    if one.shape != other.shape or one.shape[1] != channels:
        raise InputError(
            f"{other.track.label} holds latents of {other.shape} and {one.track.label} of "
            f"{one.shape}; give two sets of latents of the same frames and the same shape."
        )


class _Sums:
    """Sums over the values of a channel: of both sets, about the first batch's means of the first
    one so that nothing cancels out, of their products, and of their difference.
    """

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self._values = 0
        self._centre: Sums | None = None
        self._sum = np.zeros((2, channels))
        self._products = np.zeros((2, 2, channels))
        self._squared_error = np.zeros(channels)
        self._largest_error = np.zeros(channels)

    def add(self, first: Frames, second: Frames) -> None:
        """Latent frames (n, c, h, w) of each set."""
        both = np.stack([first, second]).astype(np.float64)
        error = both[1] - both[0]
        if self._centre is None:
            self._centre = both[0].mean((0, 2, 3))
        both -= self._centre[:, None, None]
        self._values += error.size // self.channels
        self._sum += both.sum((1, 3, 4))
        self._products += np.einsum("inchw,jnchw->ijc", both, both)
        self._squared_error += np.square(error).sum((0, 2, 3))
        self._largest_error = np.maximum(self._largest_error, np.abs(error).max((0, 2, 3)))

    def agreements(self) -> tuple[ChannelAgreement, tuple[ChannelAgreement, ...]]:
        """Of all channels together, and of each."""
        assert self._centre is not None
        means = self._sum / self._values
        covariances = self._products / self._values - means[:, None] * means[None]
        means += self._centre
        squared_error = self._squared_error / self._values
        mean = means.mean(1)
        # Variance within channels and among their means.
        apart = means - mean[:, None]
        covariance = (covariances + apart[:, None] * apart[None]).mean(2)
        whole = _agreement(
            None, mean, covariance, float(squared_error.mean()), float(self._largest_error.max())
        )
        return whole, tuple(
            _agreement(
                channel,
                means[:, channel],
                covariances[:, :, channel],
                float(squared_error[channel]),
                float(self._largest_error[channel]),
            )
            for channel in range(self.channels)
        )


def _agreement(
    channel: int | None, means: Sums, covariance: Sums, squared_error: float, largest_error: float
) -> ChannelAgreement:
    """From the means (2,) and the covariance (2, 2) of both sets' values."""
    first, second = np.sqrt(np.diagonal(covariance).clip(min=0)).tolist()
    correlation = None
    if first and second:
        correlation = max(-1.0, min(1.0, float(covariance[0, 1]) / (first * second)))
    return ChannelAgreement(
        channel=channel,
        first_mean=float(means[0]),
        second_mean=float(means[1]),
        first_deviation=first,
        second_deviation=second,
        correlation=correlation,
        error=squared_error**0.5,
        largest_error=largest_error,
    )

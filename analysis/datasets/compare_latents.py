"""Two sets of latents of the same frames, channel by channel: how near is one to the other?

For latents that should be the same, by an encoder and by one that was distilled from it, on two
machines or in two number formats, exact and compressed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
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
        shape = ours[common[0]].shape
        sums = _Sums.of(shape[1])
        for number, name in enumerate(common):
            progress("comparing", number, len(common))
            pair = ours[name], theirs[name]
            _refuse_other_shapes(pair, shape)
            for start in range(0, pair[0].shape[0], _BATCH):
                stop = min(start + _BATCH, pair[0].shape[0])
                sums.add(one.clip(pair[0], start, stop), other.clip(pair[1], start, stop))
        if not sums.frames:
            raise InputError(f"{first}: its views have no frames; give some that have.")
        return LatentComparison(
            made_by=(_makers(ours.values()), _makers(theirs.values())),
            views=len(common),
            frames=sums.frames,
            whole=sums.whole(),
            channels=sums.by_channel(),
            only_in_first=tuple(_text(name) for name in ours if name not in theirs),
            only_in_second=tuple(_text(name) for name in theirs if name not in ours),
        )


_Name = tuple[str, str]


def _by_name(reader: LatentReader) -> dict[_Name, LatentView]:
    return {(view.key, view.view): view for view in reader.views}


def _text(name: _Name) -> str:
    return " ".join(filter(None, name))


def _makers(views: Iterable[LatentView]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(view.made_by for view in views if view.made_by))


def _refuse_other_shapes(pair: tuple[LatentView, LatentView], shape: tuple[int, ...]) -> None:
    one, other = pair
    if one.shape != other.shape or one.shape[1] != shape[1]:
        raise InputError(
            f"{other.track.label} holds latents of {other.shape} and {one.track.label} of "
            f"{one.shape}; give two sets of latents of the same frames and the same shape."
        )


@dataclass
class _Sums:
    """Sums over values by channel, about the first batch's means, so that nothing cancels out."""

    centre: Sums | None
    totals: dict[str, Sums]
    largest: Sums
    values: int = 0
    """Of a channel."""
    frames: int = 0

    @classmethod
    def of(cls, channels: int) -> _Sums:
        return cls(None, defaultdict(lambda: np.zeros(channels)), np.zeros(channels))

    def add(self, first: Frames, second: Frames) -> None:
        one, other = first.astype(np.float64), second.astype(np.float64)
        axes = (0, 2, 3)
        error = other - one
        if self.centre is None:
            self.centre = one.mean(axes)
        one -= self.centre[:, None, None]
        other -= self.centre[:, None, None]
        for name, values in (
            ("one", one),
            ("other", other),
            ("one²", one**2),
            ("other²", other**2),
            ("product", one * other),
            ("error²", error**2),
        ):
            self.totals[name] += values.sum(axes)
        self.largest = np.maximum(self.largest, np.abs(error).max(axes))
        self.values += error.size // error.shape[1]
        self.frames += len(error)

    def by_channel(self) -> tuple[ChannelAgreement, ...]:
        assert self.centre is not None
        found = {name: total / self.values for name, total in self.totals.items()}
        return tuple(
            _agreement(
                channel,
                {name: float(each[channel]) for name, each in found.items()},
                float(self.centre[channel]),
                float(self.largest[channel]),
            )
            for channel in range(len(self.centre))
        )

    def whole(self) -> ChannelAgreement:
        """Of all values, about their common mean."""
        assert self.centre is not None
        mean = {name: total / self.values for name, total in self.totals.items()}
        shift = self.centre - self.centre.mean()
        about = {
            "one": mean["one"] + shift,
            "other": mean["other"] + shift,
            "one²": mean["one²"] + 2 * shift * mean["one"] + shift**2,
            "other²": mean["other²"] + 2 * shift * mean["other"] + shift**2,
            "product": mean["product"] + shift * (mean["one"] + mean["other"]) + shift**2,
            "error²": mean["error²"],
        }
        pooled = {name: float(each.mean()) for name, each in about.items()}
        return _agreement(None, pooled, float(self.centre.mean()), float(self.largest.max()))


def _agreement(
    channel: int | None, mean: dict[str, float], centre: float, largest: float
) -> ChannelAgreement:
    """From the means of values about a centre, of their squares and of their product."""
    deviations = [max(mean[f"{name}²"] - mean[name] ** 2, 0.0) ** 0.5 for name in ("one", "other")]
    product = deviations[0] * deviations[1]
    together = mean["product"] - mean["one"] * mean["other"]
    return ChannelAgreement(
        channel,
        mean["one"] + centre,
        mean["other"] + centre,
        deviations[0],
        deviations[1],
        max(-1.0, min(1.0, together / product)) if product else None,
        mean["error²"] ** 0.5,
        largest,
    )

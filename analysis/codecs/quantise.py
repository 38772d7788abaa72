"""Quantisers: latents to whole numbers (symbols) and back, and what a reader needs for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.codec import Latents, Sensitivity
from analysis.codecs.symbols import Symbols
from analysis.errors import InputError

_MOST_LEVELS: Final = 1 << 16
_AXES: Final = (0, 2, 3)
_ROUNDING: Final = 1e-12
"""Of the largest variance, what rounding leaves of a component without any."""
LARGEST: Final = float(np.finfo(np.float16).max)
"""The largest finite float16."""


class Scale(Protocol):
    """A quantiser with its parameters."""

    def symbols(self, latents: Latents) -> Symbols:
        """The symbols (n, c, h, w) of latents (n, c, h, w)."""

    def values(self, symbols: Symbols) -> Latents:
        """The latents that symbols stand for."""


class Quantiser(Protocol):
    """Finds its parameters from an array of finite latents."""

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """The parameters, as they are stored."""

    def scale(self, parameters: bytes) -> Scale:
        """The quantiser with these parameters."""


def finite(latents: Latents) -> Latents:
    """The same latents.

    Raises:
        InputError: one is infinite or no number.
    """
    if not np.isfinite(latents).all():
        raise InputError(
            "Some latents are infinite or no numbers, and a lossy codec cannot store those; "
            "compress them with a lossless one or leave their episode out."
        )
    return latents


def to_float16(values: NDArray[np.float32]) -> Latents:
    """The nearest finite latents: what a codec makes of one near the largest may lie beyond it."""
    return values.clip(-LARGEST, LARGEST).astype(np.float16)


@dataclass(frozen=True)
class Affine:
    """Even steps between the smallest and the largest value of each channel.

    Args:
        bits: of a symbol, so 2^bits levels; both ends come back as they were.
    """

    bits: int

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """Two float32 a channel."""
        low = latents.min(_AXES).astype(np.float32)
        high = latents.max(_AXES).astype(np.float32)
        return np.stack([low, high]).astype("<f4").tobytes()

    def scale(self, parameters: bytes) -> Scale:
        """The quantiser with these ends."""
        low, high = np.frombuffer(parameters, "<f4").reshape(2, -1).astype(np.float32)
        step = np.where(high > low, (high - low) / np.float32((1 << self.bits) - 1), np.float32(1))
        return Steps(step, low)


@dataclass(frozen=True)
class Steps:
    """Even steps a channel: value = offset + symbol · step.

    Args:
        step: float32 (c,).
        offset: likewise.
    """

    step: NDArray[np.float32]
    offset: NDArray[np.float32]

    def symbols(self, latents: Latents) -> Symbols:
        """The nearest level of each value."""
        shifted = latents.astype(np.float32) - self.offset.reshape(-1, 1, 1)
        symbols: Symbols = np.rint(shifted / self.step.reshape(-1, 1, 1)).astype(np.int32)
        return symbols

    def values(self, symbols: Symbols) -> Latents:
        """The levels.

        Looked up where there are few: numpy takes longer to round a float32 to float16.
        """
        low, high = int(symbols.min(initial=0)), int(symbols.max(initial=0))
        channels, width = symbols.shape[1], high - low + 1
        if channels * width > _MOST_LEVELS:
            return self._levels(symbols)
        every = np.arange(low, high + 1).reshape(1, 1, width, 1)
        table = self._levels(np.broadcast_to(every, (1, channels, width, 1))).ravel()
        places = (np.arange(channels) * width - low).reshape(-1, 1, 1)
        # Modulo 2^16 throughout, which the places in the table are below.
        index = symbols.astype(np.uint16, copy=False) + places.astype(np.uint16)
        return table.take(index, mode="clip")

    def _levels(self, symbols: Symbols) -> Latents:
        scaled = np.multiply(symbols, self.step.reshape(-1, 1, 1), dtype=np.float32)
        return to_float16(scaled + self.offset.reshape(-1, 1, 1))


@dataclass(frozen=True)
class Deviations:
    """Steps of a channel's standard deviation over `parts`."""

    parts: float

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """A float32 a channel."""
        return _checked(_deviations(latents) / self.parts, latents)

    def scale(self, parameters: bytes) -> Scale:
        """The quantiser with these steps."""
        return _steps(parameters)


@dataclass(frozen=True)
class Picture:
    """Steps by what an error in a channel does to the decoded picture.

    Each channel gets the same share of the squared error that `decibels` leave, by a linear model
    of the decoder: with sensitivity g and c channels, step = sqrt(12 · 10^(-dB/10) / (c g)). Equal
    shares need the fewest bits where steps are small against the deviations (reverse water-filling:
    Cover & Thomas, Elements of Information Theory, 2nd ed., 2006, section 10.3.3).

    Args:
        decibels: the PSNR that decoded frames are to have against the decode of the exact latents.
    """

    decibels: float

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """A float32 a channel."""
        if sensitivity is None:
            raise ValueError("steps by the picture need the decoder's sensitivity")
        channels = latents.shape[1]
        if sensitivity.shape != (channels,):
            raise InputError(
                f"The decoder's latents have {len(sensitivity)} channels and these {channels}; "
                "give the autoencoder that made them."
            )
        squared_error = 10 ** (-self.decibels / 10)
        with np.errstate(divide="ignore"):
            steps = np.sqrt(12 * squared_error / (channels * sensitivity))
        # A channel that the decoder does not look at is held to its own spread.
        return _checked(np.minimum(steps, _deviations(latents)), latents)

    def scale(self, parameters: bytes) -> Scale:
        """The quantiser with these steps."""
        return _steps(parameters)


@dataclass(frozen=True)
class Decorrelated:
    """The Karhunen-Loève transform across channels, then one step for all of its components.

    Args:
        parts: the step is the geometric mean of the components' deviations over this.
    """

    parts: float

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """The step, the mean and the rows of the transform, as float32."""
        samples = np.moveaxis(latents.astype(np.float32), 1, -1).reshape(-1, latents.shape[1])
        mean = samples.mean(0, dtype=np.float64)
        covariance = np.cov(samples, rowvar=False, ddof=0, dtype=np.float64)
        variances, directions = np.linalg.eigh(covariance.reshape(len(mean), -1))
        # Components that do not vary, but for rounding, say nothing of how fine steps have to be.
        varying = variances[variances > _ROUNDING * variances.max()]
        step = float(np.exp(np.log(varying).mean() / 2)) / self.parts if len(varying) else 1.0
        _check_levels(float(2 * np.abs(samples - mean).max() * np.sqrt(len(mean)) / step))
        parameters = np.concatenate([[step], mean, directions.T.ravel()])
        return parameters.astype("<f4").tobytes()

    def scale(self, parameters: bytes) -> Scale:
        """The quantiser with this transform."""
        numbers = np.frombuffer(parameters, "<f4").astype(np.float32)
        channels = round((np.sqrt(4 * len(numbers) - 3) - 1) / 2)
        mean, rows = numbers[1 : channels + 1], numbers[channels + 1 :]
        return _Transformed(numbers[0], mean, rows.reshape(channels, channels))


@dataclass(frozen=True)
class _Transformed:
    step: np.float32
    mean: NDArray[np.float32]
    rows: NDArray[np.float32]

    def symbols(self, latents: Latents) -> Symbols:
        centred = latents.astype(np.float32) - self.mean.reshape(-1, 1, 1)
        symbols: Symbols = np.rint(self._apply(self.rows, centred) / self.step).astype(np.int32)
        return symbols

    def values(self, symbols: Symbols) -> Latents:
        centred = self._apply(self.rows.T, symbols.astype(np.float32) * self.step)
        return to_float16(centred + self.mean.reshape(-1, 1, 1))

    def _apply(
        self, matrix: NDArray[np.float32], values: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        frames, channels, rows, columns = values.shape
        flat = np.matmul(matrix, values.reshape(frames, channels, rows * columns))
        applied: NDArray[np.float32] = flat.reshape(values.shape)
        return applied


def _deviations(latents: Latents) -> NDArray[np.float64]:
    deviations: NDArray[np.float64] = latents.std(_AXES, dtype=np.float64)
    return deviations


def _checked(steps: NDArray[np.float64], latents: Latents) -> bytes:
    """Steps as they are stored; a channel of one value, whose step is 0, gets one that keeps it.

    Raises:
        InputError: they are so small that symbols have no end.
    """
    largest = np.abs(latents).max(_AXES).astype(np.float64)
    steps = np.where(steps > 0, steps, np.where(largest > 0, largest, 1))
    _check_levels(float((2 * largest / steps).max()))
    return steps.astype("<f4").tobytes()


def _check_levels(levels: float) -> None:
    if levels > _MOST_LEVELS:
        raise InputError(
            f"Some latents are {levels:.0f} steps of this codec from each other, too many to code; "
            "compress them with a lossless one or leave their episode out."
        )


def _steps(parameters: bytes) -> Steps:
    step = np.frombuffer(parameters, "<f4").astype(np.float32)
    return Steps(step, np.zeros_like(step))

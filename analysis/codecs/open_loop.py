"""Differences in time without a closed loop: the lossy methods of the note, as it describes them.

All of them difference the whole array in time and add the stored differences up again, with nothing
that keeps the sum near the latents: an error in one difference stays in every later frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.byte_coders import ByteCoder
from analysis.codecs.codec import ChunkCoder, Latents, Sensitivity
from analysis.codecs.quantise import LARGEST, finite, to_float16


@dataclass(frozen=True)
class _Whole:
    """A method without side information, on a whole array of finite latents."""

    byte_coder: ByteCoder

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """There is none; the latents have to be finite."""
        finite(latents)
        return b""


@dataclass(frozen=True)
class FloatDelta(_Whole):
    """Differences in float16, whose rounding is lost, through a coder of bytes."""

    def coder(self, side: bytes, frame: tuple[int, int, int]) -> ChunkCoder:
        """The coder for frames of this shape."""
        return _FloatDeltaCoder(self.byte_coder, frame)


@dataclass(frozen=True)
class _FloatDeltaCoder:
    byte_coder: ByteCoder
    frame: tuple[int, int, int]

    def encode(self, chunk: Latents) -> bytes:
        # A difference beyond float16 becomes its largest: infinities would add up to no number.
        with np.errstate(over="ignore"):
            deltas = np.diff(chunk, axis=0).clip(-LARGEST, LARGEST)
        return self.byte_coder.compress(np.concatenate([chunk[:1], deltas]).tobytes())

    def decode(self, data: bytes, frames: int) -> Latents:
        stored = np.frombuffer(self.byte_coder.decompress(data), "<f2").reshape(frames, *self.frame)
        return _added_up(stored.astype(np.float32))


@dataclass(frozen=True)
class IntegerDelta(_Whole):
    """Differences as int8 through a coder of bytes, the first frame as it is.

    Args:
        clip: differences are clipped at `clip` standard deviations of their channel, which are 127
            steps; None for 256 levels between the smallest and the largest difference of all
            channels, of which none need be 0.
    """

    clip: int | None = None

    def coder(self, side: bytes, frame: tuple[int, int, int]) -> ChunkCoder:
        """The coder for frames of this shape."""
        return _IntegerDeltaCoder(self.byte_coder, self.clip, frame)


@dataclass(frozen=True)
class _IntegerDeltaCoder:
    byte_coder: ByteCoder
    clip: int | None
    frame: tuple[int, int, int]

    def encode(self, chunk: Latents) -> bytes:
        deltas = np.diff(chunk.astype(np.float32), axis=0)
        offset, step = self._scale(deltas)
        codes = np.rint((deltas - offset.reshape(-1, 1, 1)) / step.reshape(-1, 1, 1))
        low, high = (-128, 127) if self.clip is None else (-127, 127)
        content = b"".join(
            (
                np.stack([offset, step]).astype("<f4").tobytes(),
                chunk[:1].tobytes(),
                codes.clip(low, high).astype(np.int8).tobytes(),
            )
        )
        return self.byte_coder.compress(content)

    def decode(self, data: bytes, frames: int) -> Latents:
        content = self.byte_coder.decompress(data)
        channels = self.frame[0]
        offset, step = np.frombuffer(content, "<f4", 2 * channels).reshape(2, channels, 1, 1)
        start = offset.nbytes + step.nbytes
        size = int(np.prod(self.frame))
        deltas = np.empty((frames, *self.frame), np.float32)
        deltas[0] = np.frombuffer(content, "<f2", size, start).reshape(self.frame)
        codes = np.frombuffer(content, np.int8, -1, start + 2 * size)
        deltas[1:] = codes.reshape(frames - 1, *self.frame) * step + offset
        return _added_up(deltas)

    def _scale(
        self, deltas: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The difference that code 0 stands for and the step, of each channel."""
        channels = self.frame[0]
        if not deltas.size:
            return np.zeros(channels, np.float32), np.ones(channels, np.float32)
        if self.clip is None:
            low, high = float(deltas.min()), float(deltas.max())
            step = (high - low) / 255 or 1.0
            return (
                np.full(channels, low + 128 * step, np.float32),
                np.full(channels, step, np.float32),
            )
        deviations = deltas.std((0, 2, 3), dtype=np.float64)
        steps = np.where(deviations > 0, self.clip * deviations / 127, 1).astype(np.float32)
        return np.zeros(channels, np.float32), steps


def _added_up(deltas: NDArray[np.float32]) -> Latents:
    return to_float16(np.cumsum(deltas, axis=0, dtype=np.float32))

"""zfp, the usual compressor of floating-point fields, which keeps each error below a bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import zfpy

from analysis.codecs.codec import ChunkCoder, Latents, Sensitivity
from analysis.codecs.quantise import finite, to_float16


@dataclass(frozen=True)
class Zfp:
    """zfp at fixed accuracy, on the planes (time, rows, columns) of each channel.

    Args:
        accuracy: largest error of a value, before it is rounded to float16.
    """

    accuracy: float

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """There is no side information; the latents have to be finite."""
        finite(latents)
        return b""

    def coder(self, side: bytes, frame: tuple[int, int, int]) -> ChunkCoder:
        """The coder for frames of this shape."""
        return _ZfpCoder(self.accuracy, frame)


@dataclass(frozen=True)
class _ZfpCoder:
    accuracy: float
    frame: tuple[int, int, int]

    def encode(self, chunk: Latents) -> bytes:
        # It has no float16. Channels lie one after the other: its blocks are of neighbours.
        series = np.moveaxis(chunk.astype(np.float32), 1, 0)
        flat = np.ascontiguousarray(series.reshape(-1, *chunk.shape[2:]))
        return bytes(zfpy.compress_numpy(flat, tolerance=self.accuracy, write_header=False))

    def decode(self, data: bytes, frames: int) -> Latents:
        channels, rows, columns = self.frame
        flat = zfpy._decompress(
            data,
            zfpy.dtype_to_ztype(np.dtype(np.float32)),
            (channels * frames, rows, columns),
            tolerance=self.accuracy,
        )
        series = np.asarray(flat).reshape(channels, frames, rows, columns)
        values = np.ascontiguousarray(np.moveaxis(series, 0, 1))
        return to_float16(values)

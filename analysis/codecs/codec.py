"""What the methods of latent codecs are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

Latents = NDArray[np.float16]
"""The latents of one view, or a run of its frames: float16 (N, c, h, w)."""

Sensitivity = NDArray[np.float64]
"""What each channel does to the picture, (c,): the mean squared error of decoded frames, as a share
of the squared peak, for errors of variance 1 in that channel (`autoencoders.sensitivity`)."""

CHUNK_FRAMES: Final = 24
"""Latent frames that are decoded together where a codec does not say otherwise: a clip of 70
frames, wherever it lies, is in at most four chunks, and so costs little more than its share."""


def chunks_of(array: NDArray[T], frames: int) -> Iterator[NDArray[T]]:
    """An array in runs of `frames` frames, the last one of what is left."""
    return (array[start : start + frames] for start in range(0, len(array), frames))


class ChunkCoder(Protocol):
    """Codes the chunks of one array, each by itself."""

    def encode(self, chunk: Latents) -> bytes:
        """The bytes of a chunk (n, c, h, w)."""

    def decode(self, data: bytes, frames: int) -> Latents:
        """The chunk of `frames` frames that `encode` made these bytes of."""


class Method(Protocol):
    """How latents become bytes."""

    def fit(self, latents: Latents, sensitivity: Sensitivity | None) -> bytes:
        """Side information of an array: what its chunks are coded with, and stored once.

        Raises:
            InputError: the method cannot store such latents, or needs the sensitivity.
        """

    def coder(self, side: bytes, frame: tuple[int, int, int]) -> ChunkCoder:
        """The coder that side information describes, for frames of (c, h, w)."""

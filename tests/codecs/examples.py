"""Latents in small: such as autoencoders make, such as they never make, and every bit pattern."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from analysis.codecs.codec import CHUNK_FRAMES, Latents, Sensitivity
from analysis.codecs.container import compress, decompress
from analysis.codecs.latent_codec import LatentCodec, latent_codec
from analysis.kinds.latent_codecs.tried import TRIED

CODECS = {spec: latent_codec(spec) for spec in TRIED}
EVERY_CODEC = pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())
LOSSLESS = [codec for codec in CODECS.values() if codec.lossless]
LOSSY = [codec for codec in CODECS.values() if not codec.lossless]
OPEN_LOOP = [codec for codec in LOSSY if codec.name.startswith("delta")]
"""The lossy ones of the note."""


def names(codecs: list[LatentCodec]) -> list[str]:
    """What their tests are called."""
    return [codec.name for codec in codecs]


EVERY_LOSSLESS = pytest.mark.parametrize("codec", LOSSLESS, ids=names(LOSSLESS))
EVERY_LOSSY = pytest.mark.parametrize("codec", LOSSY, ids=names(LOSSY))


def latent_like(
    frames: int, channels: int = 4, rows: int = 6, columns: int = 8, seed: int = 0
) -> Latents:
    """Like those of a game: values near those of the frame before, deviation 1, and half of the
    columns standing still, others every few frames."""
    random = np.random.default_rng(seed)
    values = random.standard_normal((frames, channels, rows, columns), np.float32)
    places = np.arange(columns)
    for number in range(1, frames):
        still = (places + number // 8) % columns < columns // 2
        moved = 0.95 * values[number - 1] + np.sqrt(1 - 0.95**2) * values[number]
        values[number] = np.where(still, values[number - 1], moved)
    return values.astype(np.float16)


def every_pattern() -> Latents:
    """All 65,536 float16: NaN with every payload, infinities, both zeros, subnormals."""
    return np.arange(1 << 16, dtype=np.uint16).view(np.float16).reshape(16, 4, 32, 32)


def constant_channels(frames: int, *values: float) -> Latents:
    """Channels of one value each."""
    return np.full((frames, len(values), 3, 4), np.array(values).reshape(-1, 1, 1), np.float16)


frame_counts = st.sampled_from(
    [0, 1, 2, CHUNK_FRAMES - 1, CHUNK_FRAMES, CHUNK_FRAMES + 1, 2 * CHUNK_FRAMES + 1]
)
shapes = st.tuples(frame_counts, *(st.sampled_from([1, 2, 3, 3, 2, 1, 0]) for _ in range(3)))
any_bits = arrays(np.uint16, shapes).map(lambda bits: bits.view(np.float16))
"""Arrays of any patterns, often of one and a few others."""


@st.composite
def noisy_bits(draw: st.DrawFn) -> Latents:
    """Arrays in which each place has a pattern of its own."""
    random = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    bits: NDArray[np.uint16] = random.integers(0, 1 << 16, draw(shapes), np.uint16)
    return bits.view(np.float16)


def finite_arrays(
    shape: st.SearchStrategy[tuple[int, ...]], below: float = np.inf
) -> st.SearchStrategy[Latents]:
    """Arrays of any values nearer to zero than `below`."""
    end = int(np.float16(below).view(np.uint16)) - 1
    elements = st.one_of(st.integers(0, end), st.integers(0x8000, 0x8000 + end))
    return arrays(np.uint16, shape, elements=elements).map(lambda bits: bits.view(np.float16))


def sensitivity(codec: LatentCodec, channels: int) -> Sensitivity | None:
    """That of a decoder that looks at all channels alike, where the codec asks for it."""
    return np.full(channels, 0.02) if codec.weighted else None


def stored(latents: Latents, codec: LatentCodec) -> bytes:
    """Compressed, whatever the codec needs for it."""
    return compress(latents, codec, sensitivity(codec, latents.shape[1]))


def stored_and_read(latents: Latents, codec: LatentCodec) -> Latents:
    """What comes back."""
    return decompress(stored(latents, codec))


def assert_same_bits(one: Latents, other: Latents) -> None:
    """Equal also where they are no numbers, and -0 is not 0."""
    assert (one.shape, one.dtype) == (other.shape, other.dtype)
    np.testing.assert_array_equal(
        np.ascontiguousarray(one).view(np.uint16), np.ascontiguousarray(other).view(np.uint16)
    )


def squared_errors(latents: Latents, read: Latents) -> NDArray[np.float64]:
    """The mean squared error of each frame."""
    errors = read.astype(np.float64) - latents
    means: NDArray[np.float64] = np.square(errors).mean((1, 2, 3))
    return means

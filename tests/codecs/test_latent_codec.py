"""What is true of every codec that a full run tries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codecs.codec import CHUNK_FRAMES, Latents
from analysis.codecs.latent_codec import RECOMMENDED, RECOMMENDED_LOSSLESS, LatentCodec
from analysis.errors import InputError
from tests.codecs.examples import (
    CODECS,
    EVERY_CODEC,
    EVERY_LOSSY,
    LOSSY,
    OPEN_LOOP,
    constant_channels,
    finite_arrays,
    latent_like,
    names,
    squared_errors,
    stored,
    stored_and_read,
)

CLOSED_LOOP = [codec for codec in LOSSY if codec not in OPEN_LOOP]


def test_the_recommended_codecs_are_there() -> None:
    assert not CODECS[RECOMMENDED].lossless
    assert CODECS[RECOMMENDED_LOSSLESS].lossless
    for name in (RECOMMENDED, RECOMMENDED_LOSSLESS):
        assert CODECS[name].chunk_frames == CHUNK_FRAMES


def test_the_recommended_codecs_take_less_than_the_values() -> None:
    latents = latent_like(200)
    lossless = len(stored(latents, CODECS[RECOMMENDED_LOSSLESS]))
    assert lossless < 0.9 * latents.nbytes
    assert len(stored(latents, CODECS[RECOMMENDED])) < 0.5 * lossless


@EVERY_CODEC
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 4, 6, 8), (33, 1, 2, 3), (70, 16, 3, 1)])
def test_shape_and_type_come_back(codec: LatentCodec, shape: tuple[int, int, int, int]) -> None:
    latents = latent_like(*shape)
    read = stored_and_read(latents, codec)
    assert (read.shape, read.dtype) == (shape, latents.dtype)
    assert np.isfinite(read).all()


@EVERY_LOSSY
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_by_lossy_codecs(codec: LatentCodec, value: float) -> None:
    latents = latent_like(40)
    latents[35, 1, 2, 3] = value
    with pytest.raises(InputError, match="compress them with a lossless one"):
        stored(latents, codec)


@EVERY_LOSSY
@pytest.mark.parametrize("frames", [1, 40])
def test_nothing_but_zeros_comes_back(codec: LatentCodec, frames: int) -> None:
    latents = np.zeros((frames, 4, 3, 5), np.float16)
    np.testing.assert_array_equal(stored_and_read(latents, codec), latents)


@EVERY_LOSSY
@pytest.mark.parametrize("frames", [1, 40])
def test_channels_of_one_value_come_back_about(codec: LatentCodec, frames: int) -> None:
    latents = constant_channels(frames, 1, -0.3, 100, 0)
    read = stored_and_read(latents, codec)
    # An eighth of a value in the shortest float, a step of the coarsest zfp.
    np.testing.assert_allclose(read, latents, rtol=1 / 8, atol=1 if "zfp" in codec.name else 1e-6)


@EVERY_LOSSY
def test_a_channel_that_moves_beside_one_that_does_not_comes_back_about(codec: LatentCodec) -> None:
    latents = latent_like(40, channels=2)
    latents[:, 1] = 0.3
    read = stored_and_read(latents, codec)
    assert squared_errors(latents, read).mean() < 0.2
    assert np.corrcoef(read[:, 0].ravel(), latents[:, 0].ravel())[0, 1] > 0.95


@EVERY_LOSSY
def test_one_channel_comes_back_about(codec: LatentCodec) -> None:
    latents = latent_like(70, channels=1)
    assert squared_errors(latents, stored_and_read(latents, codec)).mean() < 0.2


@EVERY_LOSSY
@settings(max_examples=15)
@given(latents=finite_arrays(st.tuples(st.sampled_from([1, 2, 33]), *[st.integers(1, 3)] * 3)))
def test_finite_latents_come_back_finite_or_are_refused(
    codec: LatentCodec, latents: Latents
) -> None:
    try:
        read = stored_and_read(latents, codec)
    except InputError as refusal:
        if "too many to code; compress them with a lossless one" not in str(refusal):
            raise
    else:
        assert read.shape == latents.shape
        assert np.isfinite(read).all()


@pytest.mark.parametrize("codec", CLOSED_LOOP, ids=names(CLOSED_LOOP))
def test_errors_do_not_grow_with_time(codec: LatentCodec) -> None:
    latents = latent_like(1000)
    errors = squared_errors(latents, stored_and_read(latents, codec))
    first, last = errors[:100].mean(), errors[-100:].mean()
    assert first > 0
    assert 2 / 3 < last / first < 1.5


@EVERY_CODEC
def test_a_chunk_alone_is_as_it_is_among_others(codec: LatentCodec) -> None:
    latents = latent_like(3 * CHUNK_FRAMES)
    side = codec.method.fit(latents, np.ones(4) if codec.weighted else None)
    frame = (4, 6, 8)
    chunks = [
        latents[start : start + CHUNK_FRAMES] for start in range(0, len(latents), CHUNK_FRAMES)
    ]
    writer = codec.method.coder(side, frame)
    stored_chunks = [writer.encode(chunk) for chunk in chunks]
    reader = codec.method.coder(side, frame)
    among_others = [reader.decode(data, CHUNK_FRAMES) for data in stored_chunks]
    for data, expected in reversed(list(zip(stored_chunks, among_others, strict=True))):
        alone = codec.method.coder(side, frame).decode(data, CHUNK_FRAMES)
        np.testing.assert_array_equal(alone.view(np.uint16), expected.view(np.uint16))

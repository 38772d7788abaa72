"""The note's methods do what it describes, drift included."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.codecs.latent_codec import LatentCodec
from analysis.kinds.latent_codecs.tried import NOTE_METHODS
from tests.codecs.examples import (
    CODECS,
    OPEN_LOOP,
    constant_channels,
    latent_like,
    names,
    squared_errors,
    stored,
    stored_and_read,
)

EVERY_OPEN_LOOP = pytest.mark.parametrize("codec", OPEN_LOOP, ids=names(OPEN_LOOP))


def test_the_lossy_ones_of_the_note_are_known() -> None:
    clips = [f"delta+int8-channel:{clip}+zstd:3" for clip in (3, 4, 6, 8)]
    assert names(OPEN_LOOP) == ["delta+zstd:3", "delta+int8+zstd:3", *clips]
    assert all(codec.chunk_frames is None for codec in OPEN_LOOP)
    assert ("raw", "zstd:3", *names(OPEN_LOOP)) == NOTE_METHODS


@EVERY_OPEN_LOOP
def test_the_first_frame_comes_back(codec: LatentCodec) -> None:
    latents = latent_like(50)
    np.testing.assert_array_equal(stored_and_read(latents, codec)[0], latents[0])
    np.testing.assert_array_equal(stored_and_read(latents[:1], codec), latents[:1])


@pytest.mark.parametrize("name", ["delta+int8-channel:3+zstd:3", "delta+int8+zstd:3"])
def test_errors_of_whole_number_differences_add_up(name: str) -> None:
    latents = latent_like(640)
    errors = squared_errors(latents, stored_and_read(latents, CODECS[name]))
    assert errors[-64:].mean() > 4 * errors[1:65].mean()


@EVERY_OPEN_LOOP
def test_an_error_stays_when_nothing_moves_any_more(codec: LatentCodec) -> None:
    moving = latent_like(200)
    latents = np.concatenate([moving, np.repeat(moving[-1:], 50, axis=0)])
    errors = squared_errors(latents, stored_and_read(latents, codec))
    assert errors[199] > 0
    assert errors[-1] >= 0.9 * errors[199]


def test_a_larger_clip_has_coarser_steps() -> None:
    latents = latent_like(50)
    noise = [
        squared_errors(latents, stored_and_read(latents, CODECS[name]))[1]
        for name in (f"delta+int8-channel:{clip}+zstd:3" for clip in (6, 8))
    ]
    assert noise[0] < noise[1]


def test_a_difference_beyond_the_clip_is_caught_up_with_never() -> None:
    latents = np.zeros((100, 1, 8, 8), np.float16)
    latents[50:, 0, 0, 0] = 10
    read = stored_and_read(latents, CODECS["delta+int8-channel:3+zstd:3"])
    deviation = float(np.diff(latents, axis=0).std(dtype=np.float64))
    np.testing.assert_allclose(read[50:, 0, 0, 0], 3 * deviation, rtol=1e-3)
    assert not read[:, 0, 1:].any()


def test_float_differences_lose_the_rounding_of_each() -> None:
    latents = latent_like(640)
    read = stored_and_read(latents, CODECS["delta+zstd:3"])
    errors = np.abs(read.astype(np.float64) - latents)
    # Half of what float16 resolves between 4 and 8, a frame.
    largest = np.arange(640).reshape(-1, 1, 1, 1) * 2.0**-9
    assert (errors <= largest + 2.0**-9).all()
    assert errors[1:].max() > 0


def test_float_differences_of_a_grid_come_back() -> None:
    latents = (np.rint(latent_like(100).astype(np.float32) * 64) / 64).astype(np.float16)
    np.testing.assert_array_equal(stored_and_read(latents, CODECS["delta+zstd:3"]), latents)


@EVERY_OPEN_LOOP
def test_differences_beyond_float16_leave_finite_latents(codec: LatentCodec) -> None:
    ends = np.array([-65504, 65504], np.float16)
    latents = ends[np.random.default_rng(0).integers(0, 2, (40, 2, 3, 4))]
    read = stored_and_read(latents, codec)
    assert np.isfinite(read).all()
    np.testing.assert_array_equal(read[0], latents[0])


@EVERY_OPEN_LOOP
def test_what_stands_still_comes_back(codec: LatentCodec) -> None:
    latents = constant_channels(30, 1, -0.3, 0, 300)
    np.testing.assert_array_equal(stored_and_read(latents, codec), latents)
    still = np.repeat(latent_like(1), 30, axis=0)
    np.testing.assert_array_equal(stored_and_read(still, codec), still)
    assert len(stored(still, codec)) < len(stored(latent_like(30), codec)) / 4

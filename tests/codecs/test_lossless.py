"""Lossless codecs bring back every bit, whatever the values are and however they are arranged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codecs.codec import CHUNK_FRAMES, Latents
from analysis.codecs.latent_codec import LatentCodec
from tests.codecs.examples import (
    EVERY_LOSSLESS,
    any_bits,
    assert_same_bits,
    every_pattern,
    latent_like,
    noisy_bits,
    stored,
    stored_and_read,
)


@EVERY_LOSSLESS
def test_every_pattern_comes_back(codec: LatentCodec) -> None:
    latents = every_pattern()
    assert_same_bits(stored_and_read(latents, codec), latents)


@EVERY_LOSSLESS
@settings(max_examples=60)
@given(st.one_of(any_bits, noisy_bits()))
def test_any_bits_of_any_shape_come_back(codec: LatentCodec, latents: Latents) -> None:
    assert_same_bits(stored_and_read(latents, codec), latents)


@EVERY_LOSSLESS
@pytest.mark.parametrize("frames", [1, CHUNK_FRAMES, CHUNK_FRAMES + 1, 3 * CHUNK_FRAMES])
def test_latents_like_those_of_a_game_come_back(codec: LatentCodec, frames: int) -> None:
    latents = latent_like(frames)
    assert_same_bits(stored_and_read(latents, codec), latents)


@EVERY_LOSSLESS
def test_one_channel_of_one_place_comes_back(codec: LatentCodec) -> None:
    latents = latent_like(50, channels=1, rows=1, columns=1)
    assert_same_bits(stored_and_read(latents, codec), latents)


@EVERY_LOSSLESS
def test_latents_that_do_not_lie_in_one_piece_come_back(codec: LatentCodec) -> None:
    latents = np.moveaxis(latent_like(80), 1, -1)[::2, ::-1]
    assert_same_bits(stored_and_read(latents, codec), latents)


@EVERY_LOSSLESS
def test_equal_latents_are_equal_bytes(codec: LatentCodec) -> None:
    assert stored(latent_like(40), codec) == stored(latent_like(40), codec)

"""Cells and the places in them: exact wherever values lie, and in cells where they can be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codecs.classed_pcodec import ClassedPcodec
from analysis.codecs.classed_range import ClassedRange
from analysis.codecs.classes import Classes
from analysis.codecs.codec import CHUNK_FRAMES, Latents
from analysis.codecs.layered import Layered
from tests.codecs.examples import assert_same_bits, finite_arrays, latent_like

PCODEC = ClassedPcodec(Classes(6, 2), 8)
EVERY_LAYERED = pytest.mark.parametrize(
    "layered", [Layered(PCODEC), Layered(ClassedRange(Classes(8)))], ids=["pcodec", "range"]
)


def chunks_in_cells(layered: Layered, latents: Latents) -> list[bool]:
    """Stores, reads and compares each chunk; whether it was stored in cells."""
    frame = latents.shape[1], latents.shape[2], latents.shape[3]
    side = layered.fit(latents, None)
    # A reader has nothing but the side information.
    writer, reader = layered.coder(side, frame), layered.coder(side, frame)
    found = []
    for start in range(0, len(latents), CHUNK_FRAMES):
        chunk = latents[start : start + CHUNK_FRAMES]
        data = writer.encode(chunk)
        assert_same_bits(reader.decode(data, len(chunk)), chunk)
        found.append(data[0] == 0)
    return found


@EVERY_LAYERED
@pytest.mark.parametrize("scale", [2.0**exponent for exponent in range(-16, 11)])
def test_latents_of_any_size_are_stored_in_cells(layered: Layered, scale: float) -> None:
    usual = latent_like(CHUNK_FRAMES + 8)
    latents = (usual.astype(np.float32) * scale).astype(np.float16)
    assert chunks_in_cells(layered, latents) == [True, True]


@EVERY_LAYERED
def test_values_at_the_borders_of_cells_come_back(layered: Layered) -> None:
    borders = (np.arange(-1024, 1024) / 32).astype(np.float16)
    above, below = (np.nextafter(borders, np.float16(end)) for end in (np.inf, -np.inf))
    latents = np.concatenate([borders, above, below]).reshape(-1, 4, 4, 8)
    assert all(chunks_in_cells(layered, latents))


@EVERY_LAYERED
@pytest.mark.parametrize("sign", [-1, 1])
def test_cells_end_before_the_value_that_needs_one_more(layered: Layered, sign: int) -> None:
    # So many that two outliers do not widen the cells: of a 32nd, 2048 on either side of zero.
    latents = latent_like(20 * CHUNK_FRAMES)
    last = np.nextafter(np.float16(64), np.float16(0))
    latents[3, 0, 0, 0], latents[-3, 0, 0, 0] = sign * last, sign * 64
    assert chunks_in_cells(layered, latents) == [True] * 19 + [False]


@EVERY_LAYERED
def test_every_value_within_cells_comes_back(layered: Layered) -> None:
    below_64 = np.arange(0x5400, dtype=np.uint16)
    bits = np.concatenate([below_64, below_64 | np.uint16(0x8000)])
    mixed = np.random.default_rng(0).permutation(bits)
    for each in (bits, mixed):
        latents = each.view(np.float16).reshape(-1, 4, 16, 16)
        assert all(chunks_in_cells(layered, latents))


@EVERY_LAYERED
def test_zeros_of_both_signs_and_subnormals_come_back_among_others(layered: Layered) -> None:
    bits = latent_like(CHUNK_FRAMES).view(np.uint16).copy()
    bits[1], bits[2] = 0, 0x8000
    bits[3:6] = np.arange(bits[3:6].size).reshape(bits[3:6].shape)
    bits[6:9] = bits[3:6] | 0x8000
    assert chunks_in_cells(layered, bits.view(np.float16)) == [True]


@EVERY_LAYERED
@pytest.mark.parametrize("beyond", [np.inf, -np.inf, np.nan, 65504, -1000])
def test_only_the_chunk_with_a_value_beyond_the_cells_is_kept_as_it_is(
    layered: Layered, beyond: float
) -> None:
    latents = latent_like(3 * CHUNK_FRAMES)
    latents[CHUNK_FRAMES + 5, 1, 2, 3] = beyond
    assert chunks_in_cells(layered, latents) == [True, False, True]


@EVERY_LAYERED
def test_where_no_chunk_is_in_cells_all_are_kept_as_they_are(layered: Layered) -> None:
    latents = np.full((CHUNK_FRAMES + 1, 2, 3, 4), np.nan, np.float16)
    assert chunks_in_cells(layered, latents) == [False, False]


@EVERY_LAYERED
@settings(max_examples=30)
@given(
    finite_arrays(
        st.tuples(
            st.sampled_from([1, 2, CHUNK_FRAMES + 1]),
            st.just(2),
            st.integers(1, 3),
            st.integers(1, 3),
        ),
        below=4,
    )
)
def test_any_values_of_usual_size_come_back(layered: Layered, latents: Latents) -> None:
    chunks_in_cells(layered, latents)


def test_a_chunk_in_cells_needs_to_know_how_they_are_coded() -> None:
    layered = Layered(PCODEC)
    latents = latent_like(CHUNK_FRAMES)
    side = layered.fit(latents, None)
    data = layered.coder(side, (4, 6, 8)).encode(latents)
    with pytest.raises(ValueError, match="no side information"):
        layered.coder(side[:1], (4, 6, 8)).decode(data, CHUNK_FRAMES)

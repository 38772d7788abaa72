"""The equations: their properties, and the note's tables out of them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis import storage
from analysis.storage import Latent

sides = st.integers(1, 8192)
bits = st.floats(0.01, 24)
latents = st.builds(
    Latent,
    spatial=st.sampled_from([1, 4, 8, 16, 20, 32, 64]),
    channels=st.integers(1, 512),
    temporal=st.integers(1, 16),
    causal=st.booleans(),
    bytes_per_value=st.sampled_from([0.44, 1, 2, 4]),
)


@given(latents, sides, sides)
def test_rounding_the_grid_up_never_stores_less_than_the_exact_formula(
    latent: Latent, height: int, width: int
) -> None:
    exact = storage.break_even_bits_per_pixel(latent)
    assert storage.latent_bits_per_pixel(latent, height, width) >= exact * (1 - 1e-12)


@given(latents, st.integers(1, 60), st.integers(1, 60))
def test_where_s_divides_both_sides_the_size_cancels(
    latent: Latent, rows: int, columns: int
) -> None:
    size = (rows * latent.spatial, columns * latent.spatial)
    assert storage.storage_ratio(latent, 0.57, size) == pytest.approx(
        storage.storage_ratio(latent, 0.57)
    )


@given(latents, sides, sides, st.integers(1, 600), st.integers(1, 20))
def test_bytes_are_whole_latent_frames_and_agree_with_the_rate(
    latent: Latent, height: int, width: int, frames: int, clips: int
) -> None:
    stored = storage.latent_bytes(latent, height, width, clips, frames)
    rate = storage.latent_bits_per_pixel(latent, height, width, clip_frames=frames)
    assert stored == pytest.approx(rate * height * width * frames * clips / 8)
    rows, columns = storage.latent_grid(latent, height, width)
    one_frame = latent.channels * rows * columns * latent.bytes_per_value
    assert stored / one_frame == pytest.approx(clips * storage.latent_frames(latent, frames))


@given(latents, sides, sides, st.integers(1, 600))
def test_more_channels_or_more_bytes_a_value_never_store_less(
    latent: Latent, height: int, width: int, frames: int
) -> None:
    stored = storage.latent_bytes(latent, height, width, 1, frames)
    for larger in (
        replace(latent, channels=latent.channels + 1),
        replace(latent, bytes_per_value=latent.bytes_per_value * 2),
    ):
        assert storage.latent_bytes(larger, height, width, 1, frames) > stored


@given(latents, st.integers(0, 500))
def test_the_longest_clip_of_so_many_latent_frames_is_one_frame_short_of_the_next(
    latent: Latent, stored: int
) -> None:
    longest = storage.most_frames(latent, stored)
    assert storage.latent_frames(latent, longest) == stored
    assert storage.latent_frames(latent, longest + 1) == stored + 1


@given(latents, st.integers(0, 1000))
def test_latent_frames_never_skip_and_never_exceed_the_frames(latent: Latent, frames: int) -> None:
    stored = storage.latent_frames(latent, frames)
    assert math.ceil(frames / latent.temporal) <= stored <= frames
    assert storage.latent_frames(latent, frames + 1) - stored in (0, 1)


@given(latents, st.integers(1, 1000))
def test_a_causal_first_frame_costs_at_most_one_latent_more(latent: Latent, frames: int) -> None:
    causal, chunked = (replace(latent, causal=flag) for flag in (True, False))
    more = storage.latent_frames(causal, frames) - storage.latent_frames(chunked, frames)
    assert more in (0, 1)


@pytest.mark.parametrize(("frames", "stored"), [(0, 0), (1, 1), (9, 2), (16, 3), (17, 3), (18, 4)])
def test_causal_clips_of_eight(frames: int, stored: int) -> None:
    assert storage.latent_frames(Latent(8, 16, 8, causal=True), frames) == stored


@given(latents, st.integers(1, 2000))
def test_short_clips_lose_temporal_compression(latent: Latent, frames: int) -> None:
    effective = storage.effective_temporal_factor(latent, frames)
    assert 1 <= effective <= latent.temporal
    long = storage.effective_temporal_factor(latent, 10**7)
    assert long == pytest.approx(latent.temporal, rel=1e-4)


@given(latents, bits)
def test_the_ratio_is_the_quotient_of_the_two_compression_factors(latent: Latent, b: float) -> None:
    quotient = storage.video_compression(b) / storage.autoencoder_compression(latent)
    assert storage.storage_ratio(latent, b) == pytest.approx(quotient)


@given(latents)
def test_at_the_break_even_both_take_the_same(latent: Latent) -> None:
    b = storage.break_even_bits_per_pixel(latent)
    assert storage.storage_ratio(latent, b) == pytest.approx(1)


@given(latents, bits, sides, sides)
def test_the_whole_threshold_is_the_smallest_t_that_wins(
    latent: Latent, b: float, height: int, width: int
) -> None:
    threshold = storage.temporal_threshold(latent, b, (height, width))
    assume(abs(threshold.real - round(threshold.real)) > 1e-9)

    def ratio(t: int) -> float:
        return storage.storage_ratio(replace(latent, temporal=t), b, (height, width))

    assert ratio(threshold.whole) < 1
    assert threshold.whole == 1 or ratio(threshold.whole - 1) >= 1


def test_a_tie_needs_the_next_whole_t() -> None:
    assert storage.temporal_threshold(Latent(32, 32), 0.5).whole == 2


@given(bits, sides, sides, st.floats(1, 120))
def test_rate_and_bits_per_pixel_are_inverse(b: float, height: int, width: int, fps: float) -> None:
    rate = storage.mb_per_min(b, height, width, fps)
    assert storage.bits_per_pixel(rate, height, width, fps) == pytest.approx(b)


@given(bits, sides, sides, st.floats(1, 120), st.floats(0, 1e6), st.integers(2, 5))
def test_video_bytes_are_proportional_to_duration(
    b: float, height: int, width: int, fps: float, seconds: float, times: int
) -> None:
    once = storage.video_bytes(b, height, width, fps, seconds)
    assert storage.video_bytes(b, height, width, fps, times * seconds) == pytest.approx(
        times * once
    )


def test_tokens_and_attention_of_dc_ae_against_cosmos() -> None:
    dc_ae = storage.tokens_per_second(Latent(32, 32), 480, 640, 35)
    cosmos = storage.tokens_per_second(Latent(8, 16, 8), 480, 640, 35, patch=2)
    assert (dc_ae, cosmos) == (15 * 20 * 35, 30 * 40 * 35 / 8)
    assert storage.relative_attention_cost(2 * dc_ae, dc_ae) == 4


def test_encoding_hours_are_work_over_rate() -> None:
    # 3600 s of 1 TFLOP/s do 3600 TFLOP: 3.6 million frames of 1 GFLOP.
    assert storage.encoding_gpu_hours(1, 3.6e6, 1) == pytest.approx(1)


def test_one_stored_latent_shows_one_frame() -> None:
    assert storage.shown_frames_per_second(Latent(32, 32, 8), 35) == 35 / 8


@pytest.mark.parametrize("b", [0, -1, math.nan])
def test_an_impossible_bitrate_is_refused(b: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        storage.storage_ratio(Latent(32, 32), b)


def test_an_impossible_latent_is_refused() -> None:
    for fields in ({"spatial": 0}, {"channels": 0}, {"temporal": 0}, {"bytes_per_value": 0}):
        with pytest.raises(ValueError, match=r"at least 1|positive"):
            Latent(**({"spatial": 32, "channels": 32} | fields))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs a size"):
        storage.storage_ratio(Latent(32, 32), 0.5, clip_frames=16)
    with pytest.raises(ValueError, match="negative"):
        storage.latent_frames(Latent(32, 32), -1)
    with pytest.raises(ValueError, match="negative"):
        storage.most_frames(Latent(32, 32), -1)


@given(
    st.floats(0.01, 3),
    st.floats(-1, 1),
    st.integers(16, 4000),
    st.integers(16, 4000),
)
def test_a_power_law_meets_its_anchor_and_scales(
    k: float, exponent: float, height: int, width: int
) -> None:
    assert storage.power_law_bits_per_pixel(k, exponent, 480, 640) == pytest.approx(k)
    b = storage.power_law_bits_per_pixel(k, exponent, height, width)
    larger = storage.power_law_bits_per_pixel(k, exponent, 2 * height, 2 * width)
    assert larger / b == pytest.approx(4**exponent)


@given(latents, st.tuples(sides, sides), st.tuples(sides, sides))
def test_gflop_go_with_the_cells(
    latent: Latent, counted_at: tuple[int, int], size: tuple[int, int]
) -> None:
    rows, columns = storage.latent_grid(latent, *counted_at)
    at = storage.gflop_per_frame(latent, 7.0, counted_at, size)
    assert at * rows * columns == pytest.approx(7.0 * math.prod(storage.latent_grid(latent, *size)))
    assert storage.gflop_per_frame(latent, 7.0, size, size) == pytest.approx(7.0)

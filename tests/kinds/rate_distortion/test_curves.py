"""What a codec takes at a quality, read off its curve."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.kinds.rate_distortion.curves import (
    METRICS,
    bd_rates,
    codec_curves,
    equal_bytes,
    equal_quality,
    linear,
    quality_of,
    rate_at,
)
from analysis.kinds.rate_distortion.record import Metric
from tests.kinds.rate_distortion.example import latent_point
from tests.kinds.video_bitrate.example import video_bitrate

CURVES = codec_curves(video_bitrate(), "480p")


def test_a_curve_is_a_codec_at_its_own_settings_from_its_best_quality_down() -> None:
    assert [curve.name for curve in CURVES] == ["h264 veryfast", "mpeg4"]
    for curve in CURVES:
        assert len(curve.points) == 4
        assert [point.quality for point in curve.points] == sorted(
            point.quality for point in curve.points
        )
        # Enlarged frames are another source, and not on the curve.
        assert all(len(point.clips) == 2 for point in curve.points)


@given(st.lists(st.floats(0.3, 5), min_size=3, max_size=8), st.data())
def test_a_curve_is_met_at_its_points_and_lies_between_them(
    steps: list[float], data: st.DataObject
) -> None:
    reached = list(np.cumsum([20.0, *steps]))
    rates = [0.01 * math.exp(0.2 * (quality - 20)) for quality in reached]
    for rate, quality in zip(rates, reached, strict=True):
        assert rate_at(rates, reached, quality) == pytest.approx(rate)
    wanted = data.draw(st.floats(reached[0], reached[-1]))
    # Exactly exponential: the logarithm of the rate is a line, which Akima's curve is too.
    assert rate_at(rates, reached, wanted) == pytest.approx(0.01 * math.exp(0.2 * (wanted - 20)))


@given(st.sampled_from(METRICS), st.floats(0.05, 0.9999))
def test_saturating_metrics_come_back_from_their_linear_scale(metric: Metric, share: float) -> None:
    quality = share * (100 if metric == "vmaf" else 1)
    assert quality_of(linear(quality, metric), metric) == pytest.approx(quality)


def test_equal_quality_is_read_game_by_game() -> None:
    found = {entry.curve: entry for entry in equal_quality([latent_point(30.0)], CURVES[:1])}
    entry = found["h264 veryfast"]
    # CRF 23 has just that quality, at 0.3 bits per pixel over both games: 0.2 and 0.4.
    assert entry.reach == "within"
    assert entry.bits_per_pixel is not None
    assert entry.ratio is not None
    assert entry.bits_per_pixel.value == pytest.approx(0.3, rel=1e-3)
    assert entry.bits_per_pixel.low == pytest.approx(0.2, rel=1e-3)
    assert entry.bits_per_pixel.high == pytest.approx(0.4, rel=1e-3)
    assert entry.ratio.value == pytest.approx(0.5 / 0.3, rel=1e-3)


@pytest.mark.parametrize(
    ("psnr_db", "reach", "beyond"),
    [(26.9, "below the curve", 0.1), (34.1, "above the curve", 0.8)],
)
def test_a_quality_beyond_a_curve_is_bounded_not_extrapolated(
    psnr_db: float, reach: str, beyond: float
) -> None:
    (entry, *_) = equal_quality([latent_point(psnr_db)], CURVES[:1])
    assert entry.metric == "psnr_db"
    assert entry.reach == reach
    assert (entry.bits_per_pixel, entry.ratio) == (None, None)
    assert entry.beyond == pytest.approx(beyond)


def test_equal_bytes_are_read_game_by_game_and_left_out_beyond_a_curve() -> None:
    (entry, *_) = equal_bytes([latent_point(29.0, bits_per_pixel=0.4)], CURVES[:1])
    # 0.4 bits per pixel are CRF 23 of one game, at 30 dB, and between CRF 17 and 20 of the other.
    assert entry.quality.low is not None
    assert entry.quality.low == pytest.approx(30.0, abs=0.01)
    assert entry.quality.high is not None
    assert 32 < entry.quality.high < 34
    assert entry.lacking.value == pytest.approx(entry.quality.value - 29)
    assert equal_bytes([latent_point(bits_per_pixel=4.0)], CURVES) == []


def test_a_codec_is_as_good_as_itself_and_half_the_bits_are_minus_fifty_percent() -> None:
    (curve, _) = CURVES
    cheaper = curve.model_copy(
        update={
            "name": "half",
            "points": tuple(
                point.model_copy(
                    update={
                        "clips": tuple(
                            clip.model_copy(update={"bits_per_pixel": clip.bits_per_pixel / 2})
                            for clip in point.clips
                        )
                    }
                )
                for point in curve.points
            ),
        }
    )
    same = {entry.metric: entry.percent.value for entry in bd_rates([curve, curve])}
    half = {entry.metric: entry.percent.value for entry in bd_rates([curve, cheaper])}
    assert set(same) == set(half) == set(METRICS)
    for metric in METRICS:
        assert same[metric] == pytest.approx(0, abs=1e-6)
        assert half[metric] == pytest.approx(-50, abs=1e-6)

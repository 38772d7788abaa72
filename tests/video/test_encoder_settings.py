"""Encodings are chosen setting by setting, and tell the encoder all of it."""

from __future__ import annotations

import pytest

from analysis.catalog import (
    lossless_encoders,
    recording_encoders,
    video_encoder,
)
from analysis.video.encoder_settings import encoder_settings


def test_an_encoding_has_the_codecs_own_settings_where_none_are_given() -> None:
    chosen = encoder_settings(video_encoder("h264"))
    assert chosen.options == {
        "preset": "veryfast",
        "x264-params": "cpu-independent=1",
        "crf": "17",
        "g": "250",
    }
    assert chosen.pixel_format == "yuv420p"


def test_every_setting_can_be_chosen() -> None:
    chosen = encoder_settings(
        video_encoder("h264"), 28, gop=12, preset="medium", pixel_format="yuv444p"
    )
    assert chosen.options["preset"] == "medium"
    assert (chosen.options["crf"], chosen.options["g"]) == ("28", "12")
    assert chosen.pixel_format == "yuv444p"
    assert "preset" not in encoder_settings(video_encoder("mpeg4")).options


def test_equal_settings_are_one_encoding() -> None:
    ways = {
        encoder_settings(video_encoder("av1"), 35, preset="10"),
        encoder_settings(video_encoder("av1"), 35, preset="10"),
    }
    assert len(ways) == 1


def test_what_a_codec_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="h264 has no quality 52"):
        encoder_settings(video_encoder("h264"), 52)
    with pytest.raises(ValueError, match="av1 has no quality 30 of yuv444p"):
        encoder_settings(video_encoder("av1"), pixel_format="yuv444p")
    with pytest.raises(ValueError, match="mpeg4 has no presets"):
        encoder_settings(video_encoder("mpeg4"), preset="veryfast")


def test_no_recording_is_made_without_loss_by_name() -> None:
    assert not set(recording_encoders()) & set(lossless_encoders())

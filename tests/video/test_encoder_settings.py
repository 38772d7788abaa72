"""Encodings are chosen setting by setting, and tell the encoder all of it."""

from __future__ import annotations

import pytest

from analysis.video.codecs import CODECS, LOSSLESS, encoding


def test_an_encoding_has_the_codecs_own_settings_where_none_are_given() -> None:
    chosen = encoding(CODECS["h264"])
    assert chosen.settings == {
        "preset": "veryfast",
        "x264-params": "cpu-independent=1",
        "crf": "17",
        "g": "250",
    }
    assert chosen.pixel_format == "yuv420p"


def test_every_setting_can_be_chosen() -> None:
    chosen = encoding(CODECS["h264"], 28, gop=12, preset="medium", pixel_format="yuv444p")
    assert chosen.settings["preset"] == "medium"
    assert (chosen.settings["crf"], chosen.settings["g"]) == ("28", "12")
    assert chosen.pixel_format == "yuv444p"
    assert "preset" not in encoding(CODECS["mpeg4"]).settings


def test_equal_settings_are_one_encoding() -> None:
    ways = {encoding(CODECS["av1"], 35, preset="10"), encoding(CODECS["av1"], 35, preset="10")}
    assert len(ways) == 1


def test_what_a_codec_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="h264 has no quality 52"):
        encoding(CODECS["h264"], 52)
    with pytest.raises(ValueError, match="av1 has no quality 30 of yuv444p"):
        encoding(CODECS["av1"], pixel_format="yuv444p")
    with pytest.raises(ValueError, match="mpeg4 has no presets"):
        encoding(CODECS["mpeg4"], preset="veryfast")


def test_no_recording_is_made_without_loss_by_name() -> None:
    assert CODECS.keys().isdisjoint(LOSSLESS)

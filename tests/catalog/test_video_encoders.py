"""A video encoder is one entry of the catalogue: everything else about it is derived."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analysis.catalog import (
    encoder_title,
    encoding_title,
    lossless_encoders,
    recording_encoder,
    recording_encoders,
    video_encoder,
    video_encoders,
)
from analysis.errors import InputError
from analysis.kinds.video_bitrate.plan import plan
from analysis.presentation import charts
from analysis.recording.recipe import choose_recipe
from analysis.video.encode import video_writer
from analysis.video.encoder_version import encoder_version
from analysis.video.probe import probe_file
from analysis.video.sample_entry import UNKNOWN, identify
from tests.shared import REPOSITORY

ANOTHER = """
[[encoder]]
id = "vp9"
title = "libvpx"
ffmpeg_encoder = "libvpx-vp9"
tag = "vp09"
quality_option = "crf"
quality_scale = "CRF"
qualities = [0, 63]
quality = 33
curve = [25, 35, 45, 55]
gop = 250
threads = 1
options = { b = "0", deadline = "realtime", cpu-used = "8" }
pixel_formats = ["yuv420p"]
source = "a test"
"""


@pytest.fixture
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The catalogue with one entry more."""
    for own in (REPOSITORY / "analysis" / "catalog").glob("*.toml"):
        shutil.copy(own, tmp_path)
    with (tmp_path / "video_encoders.toml").open("a", encoding="utf-8") as file:
        file.write(ANOTHER)
    monkeypatch.setattr("analysis.catalog.entry.FOLDER", tmp_path)
    video_encoders.cache_clear()
    yield
    video_encoders.cache_clear()


def test_every_encoder_has_one_id_a_source_and_qualities_of_its_own() -> None:
    entries = video_encoders()
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(entry.source for entry in entries)
    assert {*recording_encoders(), *lossless_encoders()} == set(entries)


def test_every_tag_of_an_mp4_is_known_to_the_scan() -> None:
    for encoder in recording_encoders():
        if encoder.tag != "mp4v":  # whose codec is told by more than the tag
            assert identify(encoder.tag, {})[0] != UNKNOWN


def test_titles_are_those_of_the_catalogue() -> None:
    assert encoder_title("av1") == "SVT-AV1"
    assert encoding_title("h264", 17, "veryfast") == "x264 veryfast, CRF 17"
    assert encoding_title("mpeg4", 3) == "MPEG-4 Part 2, quantiser 3"
    assert encoding_title("ffv1", 3) == "FFV1, lossless"


def test_an_encoder_that_has_left_the_catalogue_is_called_by_its_id() -> None:
    assert encoder_title("theora") == "theora"
    assert encoding_title("theora", 7) == "theora, quality 7"


def test_an_id_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"no codec vp8; choose one of h264, .*, ffv1"):
        video_encoder("vp8")
    with pytest.raises(InputError, match=r"no codec ffv1; choose one of .*, mpeg4"):
        recording_encoder("ffv1")


def test_every_encoder_has_a_marker_of_its_own() -> None:
    styles = charts.series_styles(encoder.id for encoder in video_encoders())
    assert len({style.symbol for style in styles.values()}) == len(video_encoders())


@pytest.mark.usefixtures("another")
def test_another_entry_records_as_the_others_do(tmp_path: Path) -> None:
    settings = choose_recipe("native", (64, 48), "vp9", 40).encoder_settings
    video = tmp_path / "video.mp4"
    noise = np.random.default_rng(0).integers(0, 256, (5, 48, 64, 3), np.uint8)
    with video_writer(video, (64, 48), 35, settings) as write:
        for frame in noise:
            write(frame)
    header = probe_file(video)
    assert (header.codec, header.tag, header.frames) == ("VP9", "vp09", 5)
    assert encoder_version(settings.encoder).startswith("libavcodec ")
    with pytest.raises(InputError, match="vp9 has no quality 64"):
        choose_recipe("native", None, "vp9", 64)


@pytest.mark.usefixtures("another")
def test_another_entry_has_a_title_a_marker_and_a_curve() -> None:
    assert encoding_title("vp9", 40) == "libvpx, CRF 40"
    styles = charts.series_styles(encoder.id for encoder in recording_encoders())
    assert len({style.symbol for style in styles.values()}) == 5
    measured = [
        settings.quality
        for source in plan("full").sources
        for settings in source.encodings
        if settings.encoder.id == "vp9"
    ]
    assert measured == [25, 35, 45, 55]

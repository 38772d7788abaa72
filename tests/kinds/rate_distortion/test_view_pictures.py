"""What the viewer offers of the compared frame, and what it shows at first."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from analysis.kinds.rate_distortion.record import RateDistortion
from analysis.kinds.rate_distortion.view_pictures import viewer_frames
from analysis.presentation.sources import Source
from analysis.presentation.viewer import ViewerFrame
from tests.kinds.rate_distortion.example import SHADES, rate_distortion

RUN = rate_distortion()


def shown(run: RateDistortion = RUN) -> ViewerFrame:
    (frame,) = viewer_frames(Source(Path("run.json"), run))
    return frame


def test_every_picture_is_offered_with_its_figures() -> None:
    pictures = shown().pictures
    assert {picture.shows for picture in pictures} == set(SHADES)
    assert all(picture.address.startswith("../measurements/media/") for picture in pictures)
    said = {picture.shows: picture.said for picture in pictures}
    assert said["source"] == "the reference"
    assert said["h264-17"] == "0.800 bits per pixel, 30.0 dB, status bar 25.0 dB"
    assert said["dual-1-full"] == "0.125 bits per pixel, 30.0 dB, status bar 25.0 dB"


def test_an_encoder_is_one_way_with_its_qualities_from_the_lowest_up() -> None:
    coded = [picture for picture in shown().pictures if picture.group == "MP4"]
    ways = {
        way: [picture.quality for picture in pictures]
        for way, pictures in groupby(coded, lambda picture: picture.way)
    }
    assert ways == {
        "x264 veryfast": ["CRF 28", "CRF 20", "CRF 17"],
        "MPEG-4 Part 2": ["quantiser 31", "quantiser 3"],
    }


def test_both_decoders_of_each_window_are_ways() -> None:
    folded = [each.way for each in shown().pictures if each.group == "Latents, one for t frames"]
    assert folded == [
        f"t = {factor}, {decoder} decoder"
        for factor in (2, 4)
        for decoder in ("full", "single-frame")
    ]


def test_at_first_video_and_latents_of_about_the_same_bytes_are_shown() -> None:
    assert (shown().left, shown().right) == ("h264-20", "latents-0")


def test_without_scripts_a_few_pictures_stand_before_the_fold() -> None:
    first = [picture.shows for picture in shown().pictures if not picture.further]
    assert first == ["source", "latents-0", "dual-1-full", "dual-1-single-frame", "h264-20"]


def test_a_run_from_before_says_no_curve_and_is_shown_all_the_same() -> None:
    results = RUN.results
    bare = [
        picture.model_copy(update={"curve": None, "quality": None, "window": None})
        for picture in results.shown.pictures
        if picture.window is None
    ]
    old_frame = results.shown.model_copy(update={"pictures": tuple(bare)})
    old = RUN.model_copy(update={"results": results.model_copy(update={"shown": old_frame})})
    frame = shown(old)
    assert [picture.shows for picture in frame.pictures] == [picture.shows for picture in bare]
    assert all(picture.way is None for picture in frame.pictures)
    assert (frame.left, frame.right) == (None, "latents-0")

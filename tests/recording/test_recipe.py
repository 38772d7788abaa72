"""Recipes are chosen by name, and refuse what does not go together."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.errors import InputError
from analysis.recording.recipe import NATIVE, NOTE, choose_recipe, parse_size
from analysis.recording.scenarios import FREEDOOM, Scenario, parse_scenario


def test_native_is_h264_at_its_own_size() -> None:
    assert choose_recipe("native") == NATIVE
    assert (NATIVE.rendered, NATIVE.video, NATIVE.codec) == ((640, 480), (640, 480), "h264")


def test_native_takes_size_codec_and_quality() -> None:
    recipe = choose_recipe("native", (320, 240), "av1", 40)
    assert (recipe.rendered, recipe.video) == ((320, 240), (320, 240))
    assert (recipe.codec, recipe.quality) == ("av1", 40)


def test_note_scales_small_frames_up() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    picture = choose_recipe("note").picture(frame)
    assert picture.shape == (480, 640, 3)
    assert picture.dtype == np.uint8


def test_native_leaves_frames_as_they_are() -> None:
    frame = np.zeros((480, 640, 3), np.uint8)
    assert NATIVE.picture(frame) is frame


def test_note_takes_no_other_choice() -> None:
    assert choose_recipe("note") == NOTE
    with pytest.raises(InputError, match="note fixes size, codec and quality"):
        choose_recipe("note", codec="h264")


def test_unknown_recipes_codecs_and_qualities_are_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match="no recipe lossless; choose native or note"):
        choose_recipe("lossless")
    with pytest.raises(InputError, match="no codec vp9; choose one of h264"):
        choose_recipe("native", codec="vp9")
    with pytest.raises(InputError, match=r"h264 has no quality 52; choose one from 0 .* to 51"):
        choose_recipe("native", quality=52)


@pytest.mark.parametrize("text", ["640", "640x", "x480", "-640x480", "640x480x3", "wide"])
def test_a_size_is_two_whole_numbers(text: str) -> None:
    assert parse_size("640x480") == (640, 480)
    with pytest.raises(InputError, match="640x480"):
        parse_size(text)


@pytest.mark.parametrize("text", ["MAP01", "cig:MAP01", "cig.wad", "cig.wad:"])
def test_a_map_is_a_wad_and_a_name(text: str) -> None:
    assert parse_scenario("freedoom2.wad:map07") == Scenario(FREEDOOM, "MAP07")
    with pytest.raises(InputError, match=r"cig\.wad:MAP01"):
        parse_scenario(text)

"""The engine draws at stock sizes, and at any other from a patched copy of its binary."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.recording.games import load_game
from analysis.recording.replay import replayed_view
from analysis.recording.screen_modes import (
    ENGINE,
    LARGEST,
    SMALLEST,
    Size,
    screen_mode,
    stock_sizes,
)
from tests.shared import REPOSITORY

GAME = load_game(REPOSITORY / "measurements" / "games" / "cig-MAP01-1.npz")


def frame(size: Size, number: int = 60) -> NDArray[np.uint8]:
    """One frame of the reference game, RGB (height, width, 3)."""
    with replayed_view(GAME.demo, GAME.scenario, 0, size, number, 1) as tics:
        ((_, picture),) = tics
        return picture.copy()


def test_stock_sizes_hold_those_of_the_study() -> None:
    sizes = stock_sizes()
    assert len(sizes) == 36
    assert {(160, 120), (320, 240), (640, 480), (1920, 1080)} <= set(sizes)


def test_a_stock_size_needs_no_copy_of_the_engine(tmp_path: Path) -> None:
    mode = screen_mode((640, 480))
    assert mode.binary(tmp_path) == ENGINE
    assert mode.arguments == {}
    assert list(tmp_path.iterdir()) == []


def test_another_size_replaces_one_entry_of_the_engines_table(tmp_path: Path) -> None:
    mode = screen_mode((854, 480))
    patched, original = mode.binary(tmp_path).read_bytes(), ENGINE.read_bytes()
    changed = [n for n, (a, b) in enumerate(zip(patched, original, strict=True)) if a != b]
    assert 0 < len(changed) <= 4
    assert changed[-1] - changed[0] < 4
    assert mode.arguments == {"-width": "854", "-height": "480", "+vid_aspect": "1"}


@pytest.mark.parametrize("size", [(426, 240), (854, 480), (962, 722), (2560, 1440)])
def test_the_engine_draws_natively_at_a_size_that_it_has_no_mode_for(size: Size) -> None:
    shown = frame(size)
    assert shown.shape == (size[1], size[0], 3)
    # Drawn, not enlarged: what is lost by halving it and back are edges of single pixels.
    half = cv2.resize(shown, (size[0] // 2, size[1] // 2), interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(half, size, interpolation=cv2.INTER_CUBIC)
    assert cv2.PSNR(shown, blurred) < 36


def test_every_size_shows_the_same_moment_of_the_game() -> None:
    small = cv2.resize(frame((1280, 720)), (320, 180), interpolation=cv2.INTER_AREA)
    large = cv2.resize(frame((2560, 1440)), (320, 180), interpolation=cv2.INTER_AREA)
    later = cv2.resize(frame((2560, 1440), 90), (320, 180), interpolation=cv2.INTER_AREA)
    assert cv2.PSNR(small, large) > cv2.PSNR(small, later) + 5


@given(st.tuples(st.integers(0, 7000), st.integers(0, 7000)))
def test_a_size_is_even_and_within_the_engines_limits_or_refused(size: Size) -> None:
    fits = all(
        side % 2 == 0 and least <= side <= most
        for side, least, most in zip(size, SMALLEST, LARGEST, strict=True)
    )
    if fits:
        assert screen_mode(size).size == size
    else:
        with pytest.raises(InputError, match="choose even sides from 160x100 to 5760x3600"):
            screen_mode(size)

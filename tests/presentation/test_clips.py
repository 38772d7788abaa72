"""Clips play while they are in view, and fetch nothing but their poster before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import cv2
import pytest
from playwright.sync_api import Browser, Page

from analysis.presentation.clips import Clip, clip_figure
from tests.datasets.examples import encode, moving_frames
from tests.serving import served
from tests.shared import REPOSITORY

CLIP = Clip("duel.mp4", "duel.webp", 64, 48, [["one", "the <other>"]], 'Two "views"')
IS_PLAYING = "() => { const video = document.querySelector('video'); return !video.paused; }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a real clip below the window."""
    folder = tmp_path_factory.mktemp("clips")
    frames = moving_frames(70, 64, 48)
    (folder / CLIP.video).write_bytes(encode(frames))
    cv2.imwrite(str(folder / CLIP.poster), frames[0])
    script = (REPOSITORY / "report" / "assets" / "clips.js").read_text(encoding="utf-8")
    (folder / "page.html").write_text(
        f"<!doctype html><title>Clip</title><div style='height: 3000px'></div>{clip_figure(CLIP)}"
        f"<div style='height: 3000px'></div><script type='module'>{script}</script>"
    )
    return folder


@contextmanager
def opened(
    browser: Browser,
    folder: Path,
    fetched: list[str],
    motion: Literal["reduce", "no-preference"] = "no-preference",
) -> Iterator[Page]:
    with served(folder) as address:
        context = browser.new_context(viewport={"width": 800, "height": 600}, reduced_motion=motion)
        try:
            page = context.new_page()
            page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
            page.goto(f"{address}/page.html", wait_until="networkidle")
            yield page
        finally:
            context.close()


def test_a_clip_plays_in_view_only(browser: Browser, folder: Path) -> None:
    fetched: list[str] = []
    with opened(browser, folder, fetched) as page:
        assert CLIP.video not in fetched
        page.locator("video").scroll_into_view_if_needed()
        page.wait_for_function(IS_PLAYING)
        assert CLIP.video in fetched
        page.wait_for_function("document.querySelector('video').currentTime > 0")
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_function("document.querySelector('video').paused")


def test_who_wants_less_motion_starts_it(browser: Browser, folder: Path) -> None:
    fetched: list[str] = []
    with opened(browser, folder, fetched, "reduce") as page:
        video = page.locator("video")
        video.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        assert not page.evaluate(IS_PLAYING)
        assert CLIP.video not in fetched
        video.focus()
        page.keyboard.press("Space")
        page.wait_for_function(IS_PLAYING)


def test_a_clip_has_its_room_before_it_is_there_and_says_what_it_shows() -> None:
    html = clip_figure(CLIP)
    assert 'width="64" height="48"' in html
    assert 'preload="none"' in html
    assert all(word in html for word in (" muted ", " loop ", " controls ", " playsinline "))
    assert 'aria-label="Two &quot;views&quot;"' in html
    assert "<span>one</span><span>the &lt;other&gt;</span>" in html

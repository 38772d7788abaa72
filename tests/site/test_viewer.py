"""The frame viewer, used in a browser; and the page's pictures without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page

from analysis.ledger import store
from analysis.site.build import build_site
from tests.ledger.rate_distortion_example import SHADES, rate_distortion
from tests.ledger.rate_distortion_example import pictures as rate_pictures
from tests.ledger.reconstruction_example import (
    AUTOENCODER,
    HEIGHT,
    HUD_ROW,
    WIDTH,
    pictures,
    reconstruction,
)
from tests.shared import shared_folder
from tests.site.addresses import broken_links
from tests.site.browser import VIEWS, View, opened, page_problems, served
from tests.site.conftest import ROOT, sample_project

PAGE = "report/features.html"
HEADER = '<script type="module" src="assets/tables.js"></script>'
VIEWER = '<script type="module" src="assets/viewer.js"></script>'


@pytest.fixture(scope="session")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report's page on quality in a site of its own, over a ledger that holds little else."""
    with shared_folder(tmp_path_factory, "viewer-site") as site:
        if not site.exists():
            project = sample_project(site.with_name("viewer-project"))
            (project / PAGE).with_suffix(".qmd").write_text(
                (ROOT / "report" / "quality.qmd").read_text(encoding="utf-8")
            )
            index = project / "report" / "index.qmd"
            index.write_text(index.read_text().replace("#sec-math", ""))
            bibliography = ROOT / "report" / "references.bib"
            with (project / "references.bib").open("a") as file:
                file.write(bibliography.read_text())
            config = (project / "_quarto.yml").read_text()
            assert HEADER in config
            (project / "_quarto.yml").write_text(
                config.replace(HEADER, HEADER + "\n" + 10 * " " + VIEWER)
            )
            ledger = site.with_name("viewer-ledger")
            store.write(reconstruction(), ledger, pictures())
            store.write(rate_distortion(), ledger, rate_pictures())
            build_site(project, site, "offline", [project / "measurements", ledger])
        return site


@pytest.fixture
def viewer_page(browser: Browser, viewer_site: Path) -> Iterator[Page]:
    problems: list[str] = []
    with (
        served(viewer_site) as address,
        opened(browser, f"{address}/{PAGE}", VIEWS[0], problems) as page,
    ):
        recorded(page).locator(".viewer-stage").scroll_into_view_if_needed()
        yield page
    assert problems == []


def recorded(page: Page) -> Locator:
    """The viewer of recorded frames, after that of the encoders."""
    return page.locator(".viewer").nth(1)


def shade(page: Page, across: float, down: float = 0.4) -> int:
    """The grey of the stage at a place, both from 0 to 1."""
    page.wait_for_function(
        "[...document.querySelectorAll('.viewer-stage img')].every(i => i.complete)"
    )
    png = np.frombuffer(recorded(page).locator(".viewer-stage").screenshot(), np.uint8)
    seen = cv2.imdecode(png, cv2.IMREAD_COLOR)
    assert seen is not None
    height, width = seen.shape[:2]
    return int(seen[int(down * height), int(across * width), 0])


def choose(page: Page, control: str, value: str) -> None:
    recorded(page).get_by_label(control, exact=True).select_option(value)


def test_the_slider_moves_the_border_between_two_pictures(viewer_page: Page) -> None:
    assert abs(shade(viewer_page, 0.3) - 100) <= 2
    assert abs(shade(viewer_page, 0.7) - 140) <= 2
    slider = recorded(viewer_page).get_by_label("Divider")
    slider.focus()
    for _ in range(30):
        viewer_page.keyboard.press("ArrowRight")
    assert slider.input_value() == "80"
    assert abs(shade(viewer_page, 0.7) - 100) <= 2
    assert abs(shade(viewer_page, 0.9) - 140) <= 2


def test_the_stage_is_dragged_too(viewer_page: Page) -> None:
    stage = recorded(viewer_page).locator(".viewer-stage").bounding_box()
    assert stage is not None
    viewer_page.mouse.click(stage["x"] + 0.2 * stage["width"], stage["y"] + 0.5 * stage["height"])
    assert recorded(viewer_page).get_by_label("Divider").input_value() == "20"
    assert abs(shade(viewer_page, 0.3) - 140) <= 2


def test_each_side_and_the_frame_are_chosen(viewer_page: Page) -> None:
    choose(viewer_page, "Left", "video")
    choose(viewer_page, "Right", "source")
    assert abs(shade(viewer_page, 0.3) - 110) <= 2
    assert abs(shade(viewer_page, 0.7) - 100) <= 2
    choose(viewer_page, "Frame", "1")
    assert abs(shade(viewer_page, 0.3) - 130) <= 2
    said = recorded(viewer_page).locator(".viewer-said").inner_text()
    assert "MP4, decoded (30.0 dB, status bar 25.0 dB)" in said
    assert "Source, as rendered (the reference)" in said


def test_the_difference_is_shown_four_times_as_bright(viewer_page: Page) -> None:
    recorded(viewer_page).get_by_label("Difference").check()
    assert abs(shade(viewer_page, 0.3) - 4 * 40) <= 4
    assert abs(shade(viewer_page, 0.7) - 4 * 40) <= 4
    assert recorded(viewer_page).get_by_label("Divider").is_disabled()
    choose(viewer_page, "Left", "video")
    assert abs(shade(viewer_page, 0.3) - 4 * 30) <= 4


def test_the_status_bar_is_shown_alone_and_enlarged(viewer_page: Page) -> None:
    whole = recorded(viewer_page).locator(".viewer-stage").bounding_box()
    choose(viewer_page, "Part", "1")
    bar = recorded(viewer_page).locator(".viewer-stage").bounding_box()
    image = recorded(viewer_page).locator(".viewer-left img").bounding_box()
    assert whole is not None
    assert bar is not None
    assert image is not None
    assert bar["width"] / bar["height"] == pytest.approx((WIDTH / 2) / (HEIGHT - HUD_ROW), rel=0.02)
    assert image["width"] == pytest.approx(2 * whole["width"], rel=0.01)
    # Its right half, down to the last row.
    assert image["x"] + image["width"] == pytest.approx(bar["x"] + bar["width"], abs=1)
    assert image["y"] + image["height"] == pytest.approx(bar["y"] + bar["height"], abs=1)


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_the_page_is_sound_in_a_browser(browser: Browser, viewer_site: Path, view: View) -> None:
    with served(viewer_site) as address:
        assert page_problems(browser, f"{address}/{PAGE}", view) == []


def test_the_same_frame_is_shown_by_each_encoder(viewer_page: Page) -> None:
    viewer = viewer_page.locator(".viewer").first
    right = viewer.get_by_label("Right", exact=True)
    assert right.locator("option").all_inner_texts() == list(SHADES)
    right.select_option("h264-17")
    said = viewer.locator(".viewer-said").inner_text()
    assert "Right: h264-17 (0.500 bits a pixel, 30.0 dB, status bar 25.0 dB)" in said.replace(
        "right:", "Right:"
    )


def test_without_scripts_the_pictures_stand_side_by_side(
    browser: Browser, viewer_site: Path
) -> None:
    with served(viewer_site) as address:
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": 1400, "height": 900}
        )
        try:
            page = context.new_page()
            page.goto(f"{address}/{PAGE}")
            boxes = [figure.bounding_box() for figure in recorded(page).locator("figure").all()[:3]]
        finally:
            context.close()
    left, middle, right = (box for box in boxes if box is not None)
    assert left["y"] == middle["y"] == right["y"]
    assert left["x"] < middle["x"] < right["x"]


def test_the_pictures_are_published_beside_the_page(viewer_site: Path) -> None:
    assert broken_links(viewer_site) == []
    media = viewer_site / "measurements" / "media" / "reconstruction"
    (run,) = media.iterdir()
    assert {path.name: path.read_bytes() for path in run.iterdir()} == pictures()


def test_an_own_autoencoder_is_not_taken_for_dc_ae(viewer_site: Path) -> None:
    text = (viewer_site / PAGE).read_text(encoding="utf-8")
    assert AUTOENCODER in text
    assert "This is not DC-AE" in text

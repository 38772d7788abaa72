"""The frame viewer, used in a browser; and the page's pictures without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page

from analysis.ledger import store
from analysis.site.build import build_site
from tests.kinds.rate_distortion.example import HEIGHT as COMPARED_HEIGHT
from tests.kinds.rate_distortion.example import HUD_ROW as COMPARED_HUD_ROW
from tests.kinds.rate_distortion.example import SHADES, rate_distortion
from tests.kinds.rate_distortion.example import WIDTH as COMPARED_WIDTH
from tests.kinds.rate_distortion.example import pictures as rate_pictures
from tests.kinds.reconstruction.example import (
    AUTOENCODER,
    pictures,
    reconstruction,
)
from tests.serving import served
from tests.shared import REPOSITORY, shared_folder
from tests.site.addresses import broken_links
from tests.site.browser import VIEWS, View, opened, page_problems
from tests.site.conftest import sample_project

PAGE = "report/features.html"
HEADER = '<script type="module" src="assets/tables.js"></script>'
VIEWER = '<script type="module" src="assets/viewer.js"></script>'
OTHER_PAGE = re.compile(r"\[([^\]]*)\]\([\w-]+\.qmd[^)]*\)")
"""A link to a page of the report that this site has not."""

PLACE_ON_STAGE = """viewer => {
  const [stage, image] = [".viewer-stage", ".viewer-left img"].map(
    name => viewer.querySelector(name).getBoundingClientRect());
  return [image.x - stage.x, image.y - stage.y, stage.width, stage.height];
}"""


@pytest.fixture(scope="session")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report's page on quality in a site of its own, over a ledger that holds little else."""
    with shared_folder(tmp_path_factory, "viewer-site") as site:
        if not site.exists():
            project = sample_project(site.with_name("viewer-project"))
            page = (REPOSITORY / "report" / "quality.qmd").read_text(encoding="utf-8")
            (project / PAGE).with_suffix(".qmd").write_text(OTHER_PAGE.sub(r"\1", page))
            index = project / "report" / "index.qmd"
            index.write_text(index.read_text().replace("#sec-math", ""))
            bibliography = REPOSITORY / "report" / "references.bib"
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


def compared(page: Page) -> Locator:
    """The viewer of the encoders and autoencoders, with a quality to choose."""
    return page.locator(".viewer").first


def recorded(page: Page) -> Locator:
    """The viewer of recorded frames, after that of the encoders."""
    return page.locator(".viewer").nth(1)


def shade(viewer: Locator, across: float, down: float = 0.4) -> int:
    """The grey of the stage at a place, both from 0 to 1."""
    stage = viewer.locator(".viewer-stage")
    stage.scroll_into_view_if_needed()
    images = "[...document.querySelectorAll('.viewer-stage img')]"
    viewer.page.wait_for_function(f"{images}.every(i => i.complete && i.naturalWidth)")
    png = np.frombuffer(stage.screenshot(), np.uint8)
    seen = cv2.imdecode(png, cv2.IMREAD_COLOR)
    assert seen is not None
    height, width = seen.shape[:2]
    return int(seen[int(down * height), int(across * width), 0])


def choose(viewer: Locator, control: str, text: str) -> None:
    viewer.get_by_label(control, exact=True).select_option(label=text)


def pressed(control: Locator, key: str, times: int = 1) -> None:
    control.focus()
    for _ in range(times):
        control.page.keyboard.press(key)


def said(viewer: Locator) -> list[str]:
    """What is said of the shown pictures, line by line."""
    return list(filter(None, viewer.locator(".viewer-said").inner_text().split("\n")))


def side(viewer: Locator, name: str) -> Locator:
    """The slider of the quality on a side."""
    return viewer.get_by_role("group", name=f"{name} picture").get_by_role("slider")


def test_the_slider_moves_the_border_between_two_pictures(viewer_page: Page) -> None:
    assert abs(shade(recorded(viewer_page), 0.3) - 100) <= 2
    assert abs(shade(recorded(viewer_page), 0.7) - 140) <= 2
    slider = recorded(viewer_page).get_by_label("Divider")
    slider.focus()
    for _ in range(30):
        viewer_page.keyboard.press("ArrowRight")
    assert slider.input_value() == "80"
    assert abs(shade(recorded(viewer_page), 0.7) - 100) <= 2
    assert abs(shade(recorded(viewer_page), 0.9) - 140) <= 2


def test_the_stage_is_dragged_too(viewer_page: Page) -> None:
    stage = recorded(viewer_page).locator(".viewer-stage").bounding_box()
    assert stage is not None
    viewer_page.mouse.click(stage["x"] + 0.2 * stage["width"], stage["y"] + 0.5 * stage["height"])
    assert recorded(viewer_page).get_by_label("Divider").input_value() == "20"
    assert abs(shade(recorded(viewer_page), 0.3) - 140) <= 2


def test_each_side_and_the_frame_are_chosen(viewer_page: Page) -> None:
    choose(recorded(viewer_page), "Left", "MP4, decoded")
    choose(recorded(viewer_page), "Right", "Source, as rendered")
    assert abs(shade(recorded(viewer_page), 0.3) - 110) <= 2
    assert abs(shade(recorded(viewer_page), 0.7) - 100) <= 2
    recorded(viewer_page).get_by_label("Frame", exact=True).select_option("1")
    assert abs(shade(recorded(viewer_page), 0.3) - 130) <= 2
    assert said(recorded(viewer_page)) == [
        "MP4, decoded",
        "30.0 dB, status bar 25.0 dB",
        "Source, as rendered",
        "the reference",
    ]


def test_the_difference_is_shown_four_times_as_bright(viewer_page: Page) -> None:
    recorded(viewer_page).get_by_label("Difference").check()
    assert abs(shade(recorded(viewer_page), 0.3) - 4 * 40) <= 4
    assert abs(shade(recorded(viewer_page), 0.7) - 4 * 40) <= 4
    assert recorded(viewer_page).get_by_label("Divider").is_disabled()
    choose(recorded(viewer_page), "Left", "MP4, decoded")
    assert abs(shade(recorded(viewer_page), 0.3) - 4 * 30) <= 4


def test_the_status_bar_is_enlarged_by_a_whole_number(viewer_page: Page) -> None:
    viewer = compared(viewer_page)
    choose(viewer, "Part", "status bar, enlarged")
    for times in (3, 8):
        choose(viewer, "Magnification", f"{times} ×")
        _, above, width, height = viewer.evaluate(PLACE_ON_STAGE)
        image = viewer.locator(".viewer-left img").bounding_box()
        assert image is not None
        assert image["width"] == width == times * COMPARED_WIDTH
        # All of the bar and nothing above it.
        assert height == times * (COMPARED_HEIGHT - COMPARED_HUD_ROW)
        assert above == -times * COMPARED_HUD_ROW
    assert not viewer.get_by_label("Down", exact=True).is_visible()


def test_a_pixel_covers_whole_ones_of_a_dense_screen(browser: Browser, viewer_site: Path) -> None:
    with served(viewer_site) as address:
        context = browser.new_context(
            viewport={"width": 390, "height": 800}, device_scale_factor=3, has_touch=True
        )
        try:
            page = context.new_page()
            page.goto(f"{address}/{PAGE}")
            viewer = compared(page)
            choose(viewer, "Part", "status bar, enlarged")
            choose(viewer, "Magnification", "4 ×")
            left, above, width, height = viewer.evaluate(PLACE_ON_STAGE)
        finally:
            context.close()
    assert left == 0
    assert 3 * width == pytest.approx(4 * COMPARED_WIDTH, abs=0.1)
    assert 3 * height == pytest.approx(4 * (COMPARED_HEIGHT - COMPARED_HUD_ROW), abs=0.1)
    assert 3 * above == pytest.approx(-4 * COMPARED_HUD_ROW, abs=0.1)


def test_any_part_is_enlarged_and_moved_by_keys(viewer_page: Page) -> None:
    viewer = compared(viewer_page)
    choose(viewer, "Part", "any part, enlarged")
    choose(viewer, "Magnification", "8 ×")
    viewer.evaluate("element => element.style.width = '256px'")  # half of the frame's width
    viewer_page.evaluate("dispatchEvent(new Event('resize'))")

    def place() -> list[float]:
        """Where the picture lies on the stage: both at one moment, while the page may scroll."""
        places: list[float] = viewer.evaluate(PLACE_ON_STAGE)
        return places

    assert place() == [-128, -96, 256, 192]  # the middle
    pressed(viewer.get_by_label("Across", exact=True), "Home")
    pressed(viewer.get_by_label("Down", exact=True), "End")
    assert place()[:2] == [0, -192]
    pressed(viewer.get_by_label("Across", exact=True), "ArrowRight", 10)
    assert place()[0] == -24  # a tenth of half the frame, by whole pixels of it
    choose(viewer, "Part", "whole frame")
    assert not viewer.get_by_label("Across", exact=True).is_visible()


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_the_page_is_sound_in_a_browser(browser: Browser, viewer_site: Path, view: View) -> None:
    with served(viewer_site) as address:
        assert page_problems(browser, f"{address}/{PAGE}", view) == []


def test_the_same_frame_is_offered_by_encoder_and_kind_of_latents(viewer_page: Page) -> None:
    right = compared(viewer_page).get_by_label("Right", exact=True)
    groups = {
        group.get_attribute("label"): group.locator("option").all_inner_texts()
        for group in right.locator("optgroup").all()
    }
    assert groups == {
        "Latents, one per frame": ["latents-0"],
        "Latents, one for t frames": [
            f"t = {factor}, {decoder} decoder"
            for factor in (2, 4)
            for decoder in ("full", "single-frame")
        ],
        "MP4": ["x264 veryfast", "MPEG-4 Part 2"],
    }
    assert right.locator("> option").all_inner_texts() == ["source"]


def test_at_first_video_stands_beside_latents_of_about_its_bytes(viewer_page: Page) -> None:
    viewer = compared(viewer_page)
    assert said(viewer) == [
        "x264 veryfast, CRF 20",
        "0.550 bits per pixel, 30.0 dB, status bar 25.0 dB",
        "latents-0",
        "0.500 bits per pixel, 30.0 dB, status bar 25.0 dB",
    ]
    assert abs(shade(viewer, 0.3) - SHADES["h264-20"]) <= 2
    assert abs(shade(viewer, 0.7) - SHADES["latents-0"]) <= 2


def test_quality_is_chosen_on_the_encoder_by_keys(viewer_page: Page) -> None:
    viewer = compared(viewer_page)
    left = viewer.locator(".viewer-said-left")
    pressed(side(viewer, "Left"), "ArrowRight")
    assert "CRF 17 0.800 bits" in " ".join(left.inner_text().split())
    pressed(side(viewer, "Left"), "Home")
    assert "CRF 28 0.100 bits" in " ".join(left.inner_text().split())
    assert abs(shade(viewer, 0.3) - SHADES["h264-28"]) <= 2
    words = side(viewer, "Left").get_attribute("aria-valuetext")
    assert words == "x264 veryfast, CRF 28: 0.100 bits per pixel, 30.0 dB, status bar 25.0 dB"
    # What has one picture has no quality to choose.
    assert not side(viewer, "Right").is_visible()


def test_another_encoder_is_shown_at_the_nearest_bytes(viewer_page: Page) -> None:
    viewer = compared(viewer_page)
    choose(viewer, "Left", "MPEG-4 Part 2")
    assert said(viewer)[0] == "MPEG-4 Part 2, quantiser 3"
    choose(viewer, "Right", "t = 4, single-frame decoder")
    assert abs(shade(viewer, 0.7) - SHADES["dual-1-single-frame"]) <= 2
    choose(viewer, "Right", "x264 veryfast")
    # 0.125 bits per pixel before, 0.1 now.
    assert said(viewer)[2] == "x264 veryfast, CRF 28"


def test_only_pictures_that_are_shown_are_fetched(browser: Browser, viewer_site: Path) -> None:
    fetched: list[str] = []
    with served(viewer_site) as address:
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        try:
            page = context.new_page()
            page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
            page.goto(f"{address}/{PAGE}#sec-viewer", wait_until="networkidle")
            viewer = compared(page)
            viewer.locator(".viewer-stage").scroll_into_view_if_needed()
            page.wait_for_load_state("networkidle")
            rate = [name for name in fetched if name.removesuffix(".webp") in SHADES]
            assert sorted(rate) == ["h264-20.webp", "latents-0.webp"]
            with page.expect_request("**/dual-0-full.webp"):
                choose(viewer, "Right", "t = 2, full decoder")
        finally:
            context.close()


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
            viewer = compared(page)
            before = viewer.locator("figure:visible").evaluate_all(
                "figures => figures.map(figure => figure.dataset.shows)"
            )
            viewer.locator("summary").click()
            after = viewer.locator("figure:visible").count()
        finally:
            context.close()
    left, middle, right = (box for box in boxes if box is not None)
    assert left["y"] == middle["y"] == right["y"]
    assert left["x"] < middle["x"] < right["x"]
    assert before == ["source", "latents-0", "dual-1-full", "dual-1-single-frame", "h264-20"]
    assert after == len(SHADES)


def test_the_pictures_are_published_beside_the_page(viewer_site: Path) -> None:
    assert broken_links(viewer_site) == []
    media = viewer_site / "measurements" / "media" / "reconstruction"
    (run,) = media.iterdir()
    assert {path.name: path.read_bytes() for path in run.iterdir()} == pictures()


def test_an_own_autoencoder_is_not_taken_for_dc_ae(viewer_site: Path) -> None:
    text = (viewer_site / PAGE).read_text(encoding="utf-8")
    assert AUTOENCODER in text
    assert "This is not DC-AE" in text

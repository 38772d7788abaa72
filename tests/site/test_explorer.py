"""The explorer, used in a browser: its figures are those of `latent-storage ratio`."""

from __future__ import annotations

import json
import random
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from analysis.catalog import BYTES_PER_VALUE, autoencoders, devices, resolutions
from analysis.cli import app
from analysis.findings.offered_encodings import called, offered_encodings
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.ledger import store
from analysis.presentation.text import number, size
from tests.shared import REPOSITORY
from tests.site.browser import HEIGHT, VIEWS, View, opened

LEDGER = REPOSITORY / "measurements"
PAGE = "report/explorer.html"
WIDE, PHONE = View("light", 1400), View("light", 390)
BATCHES, BATCH = 4, 25
"""100 random states, in parts that run side by side."""

FIGURES = {
    "bitsPerPixel": "bits_per_pixel",
    "mbPerMin": "mb_per_min",
    "bytes": "bytes",
    "compression": "compression",
    "ratio": "ratio",
    "smallestTemporalFactor": "smallest_temporal_factor",
    "tokensPerSecond": "tokens_per_second",
    "gpuHours": "gpu_hours",
    "fitsRam": "fits_ram",
    "fitsDisk": "fits_disk",
}
"""The table's figures, and what the command calls them after `latent_` and `video_`."""

WORDS = {
    "bytes": size,
    "smallestTemporalFactor": str,
    "tokensPerSecond": lambda value: number(value, 4),
    "gpuHours": lambda value: "not counted" if value is None else number(value),
    "fitsRam": lambda value: "yes" if value else "no",
    "fitsDisk": lambda value: "yes" if value else "no",
}

State = dict[str, Any]


def newest_names() -> tuple[list[str], list[str]]:
    """The videos and the latent codecs that can be chosen by name on the command line."""
    bits = store.newest([LEDGER], VideoBitrate)
    codecs = store.newest([LEDGER], LatentCodecs)
    assert bits
    assert codecs
    videos = [called(encoding) for encoding in offered_encodings(bits[1].results)]
    return videos, [codec.name for codec in codecs[1].results.codecs]


def random_state(draw: random.Random, offered: list[str]) -> State:
    """Any state: named and odd sizes, measured and typed-in video, own shapes, short clips."""
    videos, _ = newest_names()
    ids = [entry.id for entry in autoencoders()]
    width, height = draw.randint(1, 4000), draw.randint(1, 2200)
    return {
        "autoencoders": draw.sample([*ids, "own"], draw.randint(1, 3)),
        "own": (
            draw.choice([4, 8, 20, 32]),
            draw.randint(1, 256),
            draw.randint(1, 8),
            draw.choice(["causal", "chunked"]),
        ),
        "clip": draw.choice([None, draw.randint(1, 300)]),
        "format": draw.choice([*BYTES_PER_VALUE, *offered]),
        "size": draw.choice([*(entry.name for entry in resolutions()), f"{width}x{height}"]),
        "fps": draw.choice([24, 29.97, 35, 60]),
        "hours": draw.choice([0, 0.5, 340, 12345]),
        "video": draw.choice([*videos, "own"]),
        "b": round(draw.uniform(0.01, 3), 4),
        "gpu": draw.choice([device.id for device in devices().device]),
        "ram": draw.choice([0, 64, 512, 100000]),
        "disk": draw.choice([1, 500, 4000, 1e6]),
    }


def query(state: State) -> str:
    """The address's query of a state."""
    return urlencode(
        {
            "a": ",".join(state["autoencoders"]),
            "own": "-".join(map(str, state["own"])),
            "clip": state["clip"] or "long",
            **{name: state[name] for name in ("format", "size", "fps", "hours", "video", "b")},
            **{name: f"{state[name]:g}" for name in ("ram", "disk")},
            "gpu": state["gpu"],
        }
    )


def command(id: str, state: State) -> list[str]:
    """What has to be typed for the same figures of one autoencoder."""
    spatial, channels, temporal, kind = state["own"]
    own = ["--spatial", spatial, "--channels", channels, "--temporal", temporal]
    shape = [*own, *(["--causal"] if kind == "causal" else [])]
    plain = state["format"] in BYTES_PER_VALUE
    words = [
        *("latent-storage", "ratio"),
        *(shape if id == "own" else ["--autoencoder", id]),
        *("--resolution", state["size"]),
        *(["--bpp", state["b"]] if state["video"] == "own" else ["--video", state["video"]]),
        *("--dtype" if plain else "--codec", state["format"]),
        *(["--clip-frames", state["clip"]] if state["clip"] else []),
        *("--fps", state["fps"], "--hours", state["hours"], "--device", state["gpu"]),
        *("--ram", f"{state['ram']:.0f}", "--disk", f"{state['disk']:.0f}"),
    ]
    return [str(word) for word in words]


def printed(words: list[str]) -> dict[str, Any]:
    """What the command line prints as JSON."""
    done = CliRunner().invoke(app, [*words[1:], "--measurements", str(LEDGER), "--json"])
    assert done.exit_code == 0, (words, done.exception)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def shown(page: Page) -> dict[str, dict[str, dict[str, str]]]:
    """The table: column, then figure, then its exact value and its words."""
    found: dict[str, dict[str, dict[str, str]]] = page.evaluate(
        """() => {
          const found = {};
          for (const cell of document.querySelectorAll(".explorer-table td[data-figure]")) {
            const { figure, of, value } = cell.dataset;
            (found[of] ??= {})[figure] = { value, words: cell.textContent };
          }
          return found;
        }"""
    )
    return found


def commands(page: Page) -> list[list[str]]:
    return [
        shlex.split(line) for line in page.locator(".explorer-commands").inner_text().split("\n")
    ]


def check(page: Page) -> None:
    """Every figure shown is what its command prints, in value and in words."""
    columns = shown(page)
    lines = commands(page)
    video = columns.pop("video")
    assert len(columns) == len(lines)
    for (id, figures), words in zip(columns.items(), lines, strict=True):
        result = printed(words)
        assert figures.keys() == FIGURES.keys()
        for side, cells in (("latent", figures), ("video", video)):
            for figure, cell in cells.items():
                name = FIGURES[figure]
                value = result.get(f"{side}_{name}", result.get(name))
                if figure == "compression":
                    value = result[f"{'autoencoder' if side == 'latent' else 'video'}_compression"]
                same(cell, value, WORDS.get(figure, number), f"{figure} of {id}: {words}")


def same(cell: dict[str, str], value: Any, in_words: Any, where: str) -> None:
    """A cell holds a value, and says it as pages do."""
    if value is None or isinstance(value, bool):
        assert cell["value"] == {None: "null", True: "true", False: "false"}[value], where
        assert cell["words"] == in_words(value), where
    else:
        found = float(cell["value"])
        assert found == pytest.approx(value, rel=1e-9), where
        assert cell["words"] == in_words(int(found) if in_words is str else found), where


@pytest.fixture
def explorer(browser: Browser, report_address: str) -> Iterator[Page]:
    """The page as it opens; anything that goes wrong in it fails the test."""
    problems: list[str] = []
    with opened(browser, f"{report_address}/{PAGE}", WIDE, problems) as page:
        yield page
    assert problems == []


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_address_restores_any_state_and_its_figures_are_the_commands(
    explorer: Page, report_address: str, batch: int
) -> None:
    draw = random.Random(batch)
    options = explorer.locator("#explorer-format option").all()
    offered = [option.get_attribute("value") or "" for option in options][len(BYTES_PER_VALUE) :]
    for _ in range(BATCH):
        state = random_state(draw, offered)
        explorer.goto(f"{report_address}/{PAGE}?{query(state)}", wait_until="domcontentloaded")
        explorer.wait_for_selector(".explorer-table td[data-figure]")
        found = {tuple(sorted(words)) for words in commands(explorer)}
        expected = {tuple(sorted(command(id, state))) for id in state["autoencoders"]}
        assert found == expected
        check(explorer)


CONTROLS: dict[str, Any] = {
    "resolution": lambda page: page.locator("#explorer-resolution").press("ArrowRight"),
    "width": lambda page: page.get_by_label("Width, pixels").fill("700"),
    "height": lambda page: page.get_by_label("Height, pixels").fill("500"),
    "fps": lambda page: page.get_by_label("Frames per second").fill("24"),
    "hours": lambda page: page.get_by_label("Hours of video").fill("1000"),
    "codec": lambda page: page.get_by_label("Codec").select_option("av1"),
    "quality": lambda page: page.locator("#explorer-quality").press("ArrowRight"),
    "b": lambda page: (
        page.get_by_label("Codec").select_option("own"),
        page.get_by_label("b of your own, bits per pixel").fill("0.25"),
    ),
    "format": lambda page: page.get_by_label("Stored as").select_option("fp8"),
    "clip": lambda page: page.get_by_label("Frames per clip").fill("5"),
    "device": lambda page: page.get_by_label("GPU that encodes").select_option("a100"),
    "ram": lambda page: page.get_by_label("Memory, GB").fill("100000"),
    "disk": lambda page: page.get_by_label("Disk, GB").fill("1"),
    "autoencoder": lambda page: page.get_by_label("TAESD").check(),
    "own": lambda page: (
        page.get_by_label("one of your own").check(),
        page.get_by_label("Spatial factor s").fill("16"),
        page.get_by_label("Channels c").fill("48"),
        page.get_by_label("Temporal factor t").fill("2"),
        page.get_by_label("causal in time").check(),
    ),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_changes_the_figures_and_the_address_to_the_same(
    explorer: Page, control: str
) -> None:
    before = shown(explorer)
    CONTROLS[control](explorer)
    after = shown(explorer)
    assert after != before
    check(explorer)
    explorer.reload(wait_until="domcontentloaded")
    explorer.wait_for_selector(".explorer-table td[data-figure]")
    assert shown(explorer) == after


def test_back_forward_and_reset_move_between_states(explorer: Page) -> None:
    first = shown(explorer)
    explorer.get_by_label("Stored as").select_option("fp8")
    second = shown(explorer)
    explorer.get_by_label("GPU that encodes").select_option("a100")
    third = shown(explorer)
    explorer.go_back()
    assert shown(explorer) == second
    assert explorer.get_by_label("GPU that encodes").input_value() == "h100-sxm"
    explorer.go_back()
    assert shown(explorer) == first
    explorer.go_forward()
    explorer.go_forward()
    assert shown(explorer) == third
    explorer.get_by_role("button", name="Reset", exact=True).click()
    assert shown(explorer) == first
    assert "?" not in explorer.url
    explorer.go_back()
    assert shown(explorer) == third


def test_a_slider_is_one_step_of_the_history(explorer: Page) -> None:
    first = shown(explorer)
    slider = explorer.locator("#explorer-resolution")
    for _ in range(3):
        slider.press("ArrowRight")
    assert "size=1440p" in explorer.url
    explorer.go_back()
    assert shown(explorer) == first


def test_what_is_no_number_changes_nothing_and_is_marked(explorer: Page) -> None:
    before = shown(explorer)
    field = explorer.get_by_label("Frames per second")
    field.fill("-3")
    assert field.get_attribute("aria-invalid") == "true"
    assert shown(explorer) == before
    field.fill("35")
    assert field.get_attribute("aria-invalid") == "false"


def test_a_link_that_is_not_understood_says_so(explorer: Page, report_address: str) -> None:
    before = shown(explorer)
    explorer.goto(f"{report_address}/{PAGE}?size=large&fps=35&a=vae", wait_until="networkidle")
    assert shown(explorer) == before
    said = explorer.locator(".explorer-status").inner_text()
    assert said == "Not understood in this link, and left as it was at first: a, size."


def test_the_charts_follow_the_sliders(explorer: Page) -> None:
    curves = """(name) => {
      const { data } = document.querySelector(`[data-chart=${name}]`);
      return data.map(({ x, y }) => [x, y].map((values) => [...values]));
    }"""
    drawn = "performance.getEntriesByName('explorer-draw').length"

    def charts() -> dict[str, Any]:
        return {name: explorer.evaluate(curves, name) for name in ("ratio", "bytes")}

    def moved(slider: str) -> dict[str, Any]:
        count = explorer.evaluate(drawn)
        explorer.locator(f"#explorer-{slider}").press("ArrowRight")
        explorer.wait_for_function(f"{drawn} > {count}")
        return charts()

    before = charts()
    finer = moved("quality")
    assert finer["ratio"][0] != before["ratio"][0]
    assert finer["bytes"][:-1] == before["bytes"][:-1]
    assert finer["bytes"][-1] != before["bytes"][-1]
    larger = moved("resolution")
    assert larger["ratio"][:-1] == finer["ratio"][:-1]
    assert larger["ratio"][-1] != finer["ratio"][-1]
    assert larger["bytes"][0] != finer["bytes"][0]
    # The ring stands where the table says.
    ring = larger["ratio"][-1]
    ratios = [
        float(column["ratio"]["value"]) for id, column in shown(explorer).items() if id != "video"
    ]
    assert ring[1] == pytest.approx(ratios)
    assert (
        "passes R = 1 at about"
        in explorer.locator(".explorer-charts figcaption").first.inner_text()
    )


def test_the_sentence_follows_for_a_screen_reader(explorer: Page) -> None:
    answer = explorer.locator(".explorer-answer")
    assert answer.get_attribute("aria-live") == "polite"
    assert "At 480p" in answer.inner_text()
    explorer.locator("#explorer-resolution").press("End")
    explorer.wait_for_function(
        "document.querySelector('.explorer-answer').textContent.startsWith('At 4K')"
    )
    assert explorer.locator("#explorer-resolution").get_attribute("aria-valuetext") == "4K"


def test_without_an_autoencoder_the_video_stays(explorer: Page) -> None:
    chosen = explorer.locator("input[name=autoencoder]:checked")
    while chosen.count():
        chosen.first.uncheck()
    assert list(shown(explorer)) == ["video"]
    explorer.wait_for_function(
        "document.querySelector('.explorer-answer').textContent.includes('Choose an autoencoder')"
    )


def test_every_control_is_reached_by_the_keyboard_and_named(explorer: Page) -> None:
    unnamed = explorer.evaluate(
        """() => [...document.querySelectorAll(".explorer-form :is(input, select, button)")]
          .filter((control) => !control.labels?.length && !control.textContent.trim())
          .map((control) => control.name)"""
    )
    assert unnamed == []
    explorer.locator("#explorer-resolution").focus()
    reached = []
    for _ in range(20):
        reached.append(explorer.evaluate("document.activeElement.name"))
        explorer.keyboard.press("Tab")
    assert reached[:7] == ["resolution", "width", "height", "fps", "hours", "codec", "quality"]
    assert "autoencoder" in reached


def test_the_table_of_the_defaults_is_read_without_javascript(
    browser: Browser, report_address: str
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1400, "height": HEIGHT}
    )
    try:
        page = context.new_page()
        page.goto(f"{report_address}/{PAGE}")
        assert not page.locator(".explorer-form").is_visible()
        said = page.locator(".explorer-static").inner_text()
        first = printed(
            [
                "latent-storage",
                "ratio",
                "--autoencoder",
                "dc-ae-lite-f32c32",
                "--resolution",
                "480p",
                "--video",
                "h264:17",
            ]
        )
        row = page.locator("#tbl-defaults tr", has_text="DC-AE-Lite f32c32").inner_text()
    finally:
        context.close()
    assert "latent-storage ratio" in said
    assert number(first["ratio"]) in row
    assert number(first["latent_mb_per_min"]) in row


def test_the_page_opens_as_the_table_without_javascript_says(explorer: Page) -> None:
    assert not explorer.locator(".explorer-static").is_visible()
    column = shown(explorer)["dc-ae-lite-f32c32"]
    row = explorer.locator("#tbl-defaults tr", has_text="DC-AE-Lite f32c32").text_content() or ""
    assert column["ratio"]["words"] in row
    assert column["bytes"]["words"] in row


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_it_prints_what_was_chosen(browser: Browser, report_address: str, view: View) -> None:
    problems: list[str] = []
    url = f"{report_address}/{PAGE}?size=720p"
    width = "document.querySelector('[data-chart=bytes]').layout.width"
    with opened(browser, url, view, problems) as page:
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.wait_for_function(f"{width} === 680")
        assert page.locator(".explorer-table").is_visible()
        assert "At 720p" in page.locator(".explorer-answer").inner_text()
        assert page.locator("input[value=dc-ae-lite-f32c32]").is_visible()
        assert not page.locator("input[value=taesd]").is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        page.wait_for_function(f"{width} !== 680")
    assert problems == []

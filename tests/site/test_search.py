"""The site's search finds figures and tables by their captions, and leads to them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.shared import REPOSITORY
from tests.site.browser import View, opened
from tests.site.pages import PAGES

_WIDE = View("light", 1400)
_QUARTO = """<html><body><h1 class="title">A page</h1><section id="sec-a" class="level2">
<div id="fig-a" class="quarto-float"><figure class="quarto-float quarto-float-fig figure">
<div aria-describedby="fig-a-caption-0"><div class="plot" aria-label="It&nbsp;falls"></div></div>
<figcaption id="fig-a-caption-0">Figure&nbsp;1: Bits <em>over</em> size</figcaption></figure></div>
<div id="tbl-a" class="quarto-float"><figure>
<figcaption id="tbl-a-caption-0">Table&nbsp;1: Sizes</figcaption>
<table><thead><tr><th>name</th><th>MB</th></tr></thead><tbody><tr><td>x</td></tr></tbody></table>
</figure></div>
<table><thead><tr><th>of no caption</th></tr></thead></table></section></body></html>"""


def _index(site: Path) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((site / "search.json").read_text(encoding="utf-8"))
    return entries


def _figures(site: Path) -> list[dict[str, str]]:
    return [entry for entry in _index(site) if "#fig-" in entry["href"]]


def _typed(page: Page, words: str) -> str:
    """Type into the search box; return the address of its first result."""
    box = page.locator("#quarto-header input")
    box.fill("")
    page.wait_for_selector(".smalldocs-search-results:not(.show)", state="attached")
    box.fill(words)
    first = page.wait_for_selector(".smalldocs-search-results.show .search-result")
    assert first is not None
    return first.get_attribute("href") or ""


def test_every_captioned_figure_and_table_is_in_the_index_once(report_site: Path) -> None:
    listed = [entry["href"] for entry in _index(report_site)]
    for page in PAGES:
        html = (report_site / page).read_text(encoding="utf-8")
        for label in re.findall(r'id="((?:fig|tbl)-[\w-]+)"', html):
            assert listed.count(f"{page}#{label}") == 1


def test_words_of_a_caption_lead_to_its_figure(
    browser: Browser, report_site: Path, report_address: str
) -> None:
    problems: list[str] = []
    with opened(browser, f"{report_address}/{PAGES[0]}", _WIDE, problems) as page:
        for entry in _figures(report_site):
            caption = entry["section"].partition(": ")[2]
            words = " ".join(caption.split()[:8])
            assert _typed(page, words).endswith(entry["href"].removeprefix("report/")), words
        assert _typed(page, "Figure bits per pixel over resolution").endswith("#fig-resolution")
    assert problems == []


def test_a_result_opens_the_tab_that_its_figure_is_in(
    browser: Browser, report_address: str
) -> None:
    problems: list[str] = []
    with opened(browser, f"{report_address}/{PAGES[0]}", _WIDE, problems) as page:
        _typed(page, "SSIM of RGB over bits per pixel")
        page.keyboard.press("Enter")
        page.wait_for_selector("#fig-ssim .main-svg")
        assert page.url.endswith("quality.html#fig-ssim")
        page.wait_for_function(
            "document.querySelector('#fig-ssim').getBoundingClientRect().top < innerHeight"
        )
    assert problems == []


@pytest.fixture
def quarto_site(tmp_path: Path) -> Path:
    """A site as Quarto leaves it, with a section in its index."""
    (tmp_path / "a.html").write_text(_QUARTO, encoding="utf-8")
    section = {"objectID": "a.html#sec-a", "href": "a.html#sec-a", "title": "A page"}
    (tmp_path / "search.json").write_text(json.dumps([{**section, "section": "A", "text": "x"}]))
    return tmp_path


def test_what_quarto_writes_is_read_and_two_runs_add_nothing_twice(quarto_site: Path) -> None:
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-I", REPOSITORY / "report" / "search.py"],
            env={**os.environ, "QUARTO_PROJECT_OUTPUT_DIR": str(quarto_site)},
            check=True,
        )
    assert [(e["href"], e["title"], e["section"], e["text"]) for e in _index(quarto_site)[1:]] == [
        ("a.html#fig-a", "A page", "Figure 1: Bits over size", "It falls"),
        ("a.html#tbl-a", "A page", "Table 1: Sizes", "name · MB"),
    ]

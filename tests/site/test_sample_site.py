"""Every feature that pages may use, in a site built from the sample project."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.site.addresses import broken_links, external_addresses
from tests.site.browser import VIEWS, View, opened, page_problems

WIDE, PHONE = View("light", 1400), View("light", 390)


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("name", ["index", "features"])
def test_page_is_sound_in_a_browser(
    browser: Browser, sample_address: str, name: str, view: View
) -> None:
    assert page_problems(browser, f"{sample_address}/report/{name}.html", view) == []


def test_nothing_comes_from_another_server(sample_site: Path) -> None:
    assert external_addresses(sample_site) == []


def test_every_link_leads_somewhere(sample_site: Path) -> None:
    assert broken_links(sample_site) == []


def test_only_pages_and_resources_are_published(sample_site: Path) -> None:
    suffixes = {path.suffix for path in sample_site.rglob("*") if path.is_file()}
    assert not suffixes & {".qmd", ".py", ".bib", ".yml"}
    assert (sample_site / "measurements" / "sizes" / "run.json").is_file()


def test_the_small_icon_font_has_every_icon_that_pages_show(sample_site: Path) -> None:
    libraries = sample_site / "site_libs"
    icons = (libraries / "bootstrap-icons" / "bootstrap-icons.min.css").read_text()
    shown = set(re.findall(r'::before\{content:"\\(f[0-9a-f]{3})"', icons))
    assert shown
    assert len(shown) < 20
    style = (sample_site / "report" / "assets" / "site.css").read_text()
    listed = re.search(r"unicode-range: ([^;]+);", style)
    assert listed
    assert shown <= set(re.findall(r"u\+(\w+)", listed[1].lower()))


def test_values_reach_the_text(sample_site: Path) -> None:
    text = (sample_site / "report" / "index.html").read_text()
    assert "takes 22.9 MB per minute" in text
    assert "over 3 codecs" in text
    features = (sample_site / "report" / "features.html").read_text()
    assert "a string 1.5*x*, in" in features
    assert r"\(b = 0.284\)" in features


def test_numbers_in_references_are_the_numbers_shown(sample_site: Path) -> None:
    text = (sample_site / "report" / "features.html").read_text()
    headings = re.findall(
        r'id="(sec-[\w-]+)".*?<span class="header-section-number">([\d.]+)</span>', text, re.DOTALL
    )
    assert headings
    for label, number in headings:
        assert f'href="#{label}"' in text
        for shown in re.findall(rf'href="#{label}"[^>]*>Section\s([\d.]+)<', text):
            assert shown == number


def _inside(page: Page, selector: str) -> bool:
    return bool(
        page.evaluate(
            "(s) => { const e = document.querySelector(s); return e.scrollWidth > e.clientWidth; }",
            selector,
        )
    )


def test_a_wide_table_and_a_long_equation_scroll_in_their_own_boxes(
    browser: Browser, sample_address: str
) -> None:
    problems: list[str] = []
    url = f"{sample_address}/report/features.html"
    with opened(browser, url, PHONE, problems) as page:
        assert _inside(page, "#tbl-wide .table-scroll")
        assert _inside(page, "#eq-long .katex-display")
        box = page.locator("#tbl-wide .table-scroll")
        assert box.get_attribute("tabindex") == "0"
        assert "More columns" in (box.get_attribute("aria-label") or "")
        last = page.locator("#eq-long .katex-html > .katex-base").last.bounding_box()
        number = page.locator("#eq-long .katex-tag").bounding_box()
        assert last
        assert number
        assert last["x"] + last["width"] <= number["x"]
    assert problems == []


def test_plots_take_the_colours_of_the_theme_and_follow_it(
    browser: Browser, sample_address: str
) -> None:
    problems: list[str] = []
    bar = "document.querySelector('.plot .point path').style.fill"
    measured = "getComputedStyle(document.body).getPropertyValue('--measured').trim()"
    as_rgb = (
        "(hex) => 'rgb(' + [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(', ') + ')'"
    )
    with opened(browser, f"{sample_address}/report/index.html", WIDE, problems) as page:
        light = page.evaluate(bar)
        assert light == page.evaluate(f"({as_rgb})({measured})")
        page.locator(".quarto-color-scheme-toggle").first.click()
        page.wait_for_function(f"{bar} !== '{light}'")
        assert page.evaluate(bar) == page.evaluate(f"({as_rgb})({measured})")
    assert problems == []


def test_plotly_is_loaded_when_a_plot_comes_near_and_only_then(
    browser: Browser, sample_address: str
) -> None:
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1400, "height": 300})
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(f"{sample_address}/report/features.html", wait_until="networkidle")
        assert not any("plotly-basic" in url for url in asked)
        page.goto(f"{sample_address}/report/index.html", wait_until="networkidle")
        assert not any("plotly-basic" in url for url in asked)
        page.locator(".plot").scroll_into_view_if_needed()
        page.wait_for_selector(".plot .main-svg")
        assert sum("plotly-basic" in url for url in asked) == 1
    finally:
        page.close()


def test_search_finds_a_section(browser: Browser, sample_address: str) -> None:
    problems: list[str] = []
    with opened(browser, f"{sample_address}/report/index.html", WIDE, problems) as page:
        page.locator("#quarto-header input").fill("Inline values")
        page.wait_for_selector("a[href*='features.html#inline-values']")
    assert problems == []

"""The report on paper: every page as it would be printed on A4, by a reader of the dark theme."""

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.site.browser import View, arrived
from tests.site.pages import PAGES

_PAPER = ViewportSize(width=688, height=1001)
"""A4 between the margins that the style sheet sets, in pixels at 96 to the inch."""

_FAULTS = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (element) => element.getClientRects().length > 0;
  const name = (element) => `${element.tagName.toLowerCase()}#${element.id}.${element.className}`;
  const style = (element, part) => getComputedStyle(element, part);
  const clips = (element) => style(element).overflowX !== "visible";
  return [
    ...all("#quarto-header, #quarto-sidebar, #quarto-margin-sidebar, .nav-footer, .page-navigation")
      .filter(seen)
      .map((element) => `navigation is printed: ${name(element)}`),
    ...all("main :is(table, pre, .table-scroll, .sd-table, .katex-display, .plot, figure)")
      .filter((element) => seen(element) && clips(element))
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => `cut off: ${name(element)}`),
    ...all("main .callout-collapse, main .tab-pane")
      .filter((element) => !seen(element))
      .map((element) => `folded: ${name(element)}`),
    ...all("main a[href]")
      .filter((link) => /http|url|attr/.test(style(link, "::after").content))
      .map((link) => `an address is printed: ${link.href}`),
    ...all("div.plot .main-svg")
      .filter((drawing) => drawing.getBoundingClientRect().right > innerWidth + 1)
      .map(() => "a plot is wider than the paper"),
  ];
}"""


@pytest.mark.parametrize("address", PAGES)
def test_a_page_prints_whole_and_in_light_colours(
    browser: Browser, report_address: str, address: str
) -> None:
    problems: list[str] = []
    url = f"{report_address}/{address}"
    with arrived(browser, url, View("dark", 1400), problems) as arrival:
        page = arrival.page
        page.set_viewport_size(_PAPER)
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        found = page.evaluate(_FAULTS) + page.evaluate("pageChecks.problems('light')")
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator(".quarto-dark").count() > 0
    assert found == []
    # Plotly is fetched at once for a print, and Chromium has something to say about that.
    assert [said for said in problems if "Synchronous XMLHttpRequest" not in said] == []


def test_a_real_print_draws_plots_that_nobody_scrolled_to(
    browser: Browser, report_address: str
) -> None:
    problems: list[str] = []
    url = f"{report_address}/report/autoencoders.html"
    with arrived(browser, url, View("light", 390), problems) as arrival:
        plots = arrival.page.locator("div.plot")
        drawn = arrival.page.locator("div.plot[data-drawn]")
        assert drawn.count() < plots.count()
        assert arrival.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
        assert drawn.count() == plots.count()

"""The report with JavaScript off: everything that it says can still be read."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.site.browser import HEIGHT
from tests.site.pages import PAGES

_UNREADABLE = """() => {
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const words = (element) => element.textContent.replace(/\\s+/g, " ").trim();
  const all = (selector) => [...document.querySelectorAll(selector)];
  return [
    ...all("main :is(th, td)")
      .filter((cell) => !cell.closest("details:not([open])")) // these open without scripts
      .filter((cell) => words(cell) && !shown(cell))
      .map(words),
    ...all("main .answer").filter((answer) => !shown(answer)).map(words),
    ...all("main div.plot")
      .filter((plot) => {
        const instead = plot.querySelector("noscript p");
        return !instead || !shown(instead) || words(instead) !== plot.ariaLabel.trim();
      })
      .map((plot) => plot.ariaLabel),
    ...all("main span.math").filter((math) => !shown(math)).map(words),
  ];
}"""
_COLOURS = """() => [document.body, document.querySelector("main p")].map((element) => {
  const style = getComputedStyle(element);
  return [style.color, style.backgroundColor];
})"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A phone in the dark, without JavaScript."""
    context = browser.new_context(
        java_script_enabled=False,
        color_scheme="dark",
        viewport={"width": 390, "height": HEIGHT},
    )
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize("address", PAGES)
def test_tables_the_answer_and_words_for_plots_are_read(
    page: Page, report_address: str, address: str
) -> None:
    page.goto(f"{report_address}/{address}")
    assert page.evaluate(_UNREADABLE) == []
    assert page.locator("main .katex").count() == 0  # mathematics stands as TeX, not half done
    ink, paper = page.evaluate(_COLOURS)[0]
    assert (ink, paper) == ("rgb(27, 36, 48)", "rgb(255, 255, 255)")


def test_the_front_page_gives_its_answer(page: Page, report_address: str) -> None:
    page.goto(f"{report_address}/{PAGES[0]}")
    answer = page.locator("main .answer").inner_text()
    assert any(character.isdigit() for character in answer)
    assert answer in page.locator("main").inner_text()

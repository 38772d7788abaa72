"""The report itself, page by page, in every view that a reader may have of it."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.shared import REPOSITORY
from tests.site.addresses import broken_links, external_addresses
from tests.site.browser import VIEWS, View, page_problems
from tests.site.pages import CONFIG, PAGES


def _screenshot(page: str, view: View) -> Path | None:
    if os.environ.get("SCREENSHOTS") != "1":
        return None
    return REPOSITORY / "build" / "screenshots" / f"{Path(page).stem}-{view}.png"


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("page", PAGES)
def test_page_is_sound_in_a_browser(
    browser: Browser, report_address: str, page: str, view: View
) -> None:
    url = f"{report_address}/{page}"
    assert page_problems(browser, url, view, _screenshot(page, view)) == []


def test_nothing_comes_from_another_server(report_site: Path) -> None:
    assert external_addresses(report_site) == []


def test_every_link_leads_somewhere(report_site: Path) -> None:
    assert broken_links(report_site) == []


def test_every_page_is_in_the_sidebar() -> None:
    sections = CONFIG["website"]["sidebar"]["contents"]
    listed = [page for section in sections for page in section["contents"]]
    assert listed == CONFIG["project"]["render"]

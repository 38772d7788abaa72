"""The page of the claims in a browser: its filter, its links, and what stays without scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.kinds.claims.record import Claim, Claims
from analysis.ledger import store
from tests.shared import REPOSITORY
from tests.site.browser import View, opened

PAGE = "report/claims.html"
CHOSEN = ("does-not-hold", "arithmetic-slip")
CLAIM = ".claims tr:has(.verdict)"


@pytest.fixture(scope="module")
def claims() -> tuple[Claim, ...]:
    """Those of the newest committed run."""
    found = store.newest([REPOSITORY / "measurements"], Claims)
    assert found
    return found[1].results.claims


@contextmanager
def page_at(browser: Browser, address: str, query: str = "") -> Iterator[Page]:
    """The page, which has to give no error."""
    problems: list[str] = []
    with opened(browser, f"{address}/{PAGE}{query}", View("light", 1400), problems) as page:
        yield page
    assert problems == []


def shown(page: Page) -> Counter[str]:
    """The visible claims by verdict."""
    badges = page.locator(f"{CLAIM}:visible .verdict").all()
    return Counter(str(badge.get_attribute("class")).split()[1] for badge in badges)


def expected(claims: tuple[Claim, ...], verdicts: tuple[str, ...] = ()) -> Counter[str]:
    return Counter(claim.verdict for claim in claims if not verdicts or claim.verdict in verdicts)


def test_chosen_verdicts_alone_are_shown_and_are_in_the_address(
    browser: Browser, report_address: str, claims: tuple[Claim, ...]
) -> None:
    with page_at(browser, report_address) as page:
        assert shown(page) == expected(claims)
        for verdict in CHOSEN:
            page.locator(f"#claims-filter input[value={verdict}]").check()
        some = expected(claims, CHOSEN)
        assert shown(page) == some
        said = page.locator("#claims-filter [aria-live]")
        expect(said).to_have_text(f"{some.total()} of {len(claims)} claims are shown.")
        assert page.url.endswith("?verdict=arithmetic-slip+does-not-hold")
        page.go_back()
        assert shown(page) == expected(claims, CHOSEN[:1])
        page.get_by_role("button", name="Show all").click()
        assert shown(page) == expected(claims)
        assert "?" not in page.url


def test_a_section_without_a_shown_claim_goes_with_its_heading_and_figures(
    browser: Browser, report_address: str, claims: tuple[Claim, ...]
) -> None:
    with page_at(browser, report_address, f"?verdict={'+'.join(CHOSEN)}") as page:
        shown_claims = [claim for claim in claims if claim.verdict in CHOSEN]
        headings = [heading.inner_text() for heading in page.locator("main h2:visible").all()]
        sections = list(dict.fromkeys(claim.section for claim in shown_claims))
        assert len(headings) == len(sections)
        assert all(name in heading for name, heading in zip(sections, headings, strict=True))
        visible = page.locator("details.claim-figures:visible [id^=figures-]")
        folded = [element.get_attribute("id") for element in visible.all()]
        assert set(folded) <= {f"figures-{claim.id}" for claim in shown_claims}


def test_a_link_to_a_claim_leads_to_it_whatever_is_chosen(
    browser: Browser, report_address: str, claims: tuple[Claim, ...]
) -> None:
    hidden = next(claim for claim in claims if claim.verdict == "holds")
    with page_at(browser, report_address, f"?verdict={CHOSEN[0]}#claim-{hidden.id}") as page:
        expect(page.locator(f"#claim-{hidden.id}")).to_be_visible()
        assert shown(page) == expected(claims)


def test_the_filter_is_used_by_keyboard(
    browser: Browser, report_address: str, claims: tuple[Claim, ...]
) -> None:
    with page_at(browser, report_address) as page:
        box = page.get_by_role("checkbox", name="does not hold")
        box.focus()
        page.keyboard.press("Space")
        assert shown(page) == expected(claims, ("does-not-hold",))
        page.keyboard.press("Space")
        assert shown(page) == expected(claims)


def test_folded_figures_open_by_their_link(browser: Browser, report_address: str) -> None:
    with page_at(browser, report_address) as page:
        folded = page.locator("#figures-resolution-table")
        expect(folded).to_be_hidden()
        page.locator('a[href="#figures-resolution-table"]').click()
        expect(folded).to_be_visible()
        assert folded.locator("tbody tr").count() == 63


def test_without_scripts_every_claim_is_there(
    browser: Browser, report_address: str, claims: tuple[Claim, ...]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{report_address}/{PAGE}")
        assert shown(page) == expected(claims)
        expect(page.locator("#claims-filter")).to_be_hidden()
        assert page.locator(".verdict-bar span").count() == len(expected(claims))
    finally:
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_every_figure_says_which_side_it_is(
    browser: Browser, report_address: str, theme: str
) -> None:
    view = View("dark" if theme == "dark" else "light", 390)
    with opened(browser, f"{report_address}/{PAGE}", view, []) as page:
        labels = page.evaluate(
            """() => [...document.querySelectorAll(".claims td:not(:empty)")]
              .filter((cell) => cell.cellIndex >= 2)
              .map((cell) => getComputedStyle(cell, "::before").content)
              .map((label) => label.replace(/[":]/g, "").trim())"""
        )
        assert set(labels) == {"published", "recomputed", "measured", "evidence"}

"""What a built page has to be like in a browser, as a list of problems: empty when all is well."""

import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    TimeoutError,
    sync_playwright,
)

from tests.shared import REPOSITORY

HEIGHT = 900
CHECKS = Path(__file__).with_name("checks.js")
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
FIRST_VIEW_BYTES = 300_000
"""What a page may transfer before the reader scrolls, the charts' library apart."""
CHART_LIBRARY = "plotly-basic.min.js"
COMPRESSED = {".css", ".html", ".js", ".json", ".svg", ".xml"}
"""What a server sends compressed; pictures and fonts are compressed by themselves."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class View:
    """A way to look at a page: the theme that the reader's system asks for, and a width in px."""

    theme: Literal["light", "dark"]
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}"


VIEWS = (View("light", 1400), View("light", 390), View("dark", 1400), View("dark", 390))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, without a window."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert found, "Chromium is not on PATH: install Debian's chromium package"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Arrival:
    """A page as it stands before anyone scrolls, and what it asked for."""

    page: Page
    requests: list[Request]

    def weights(self) -> dict[str, int]:
        """Bytes transferred for each address, the charts' library left out."""
        weights = {}
        for request in self.requests:
            path = Path(urlsplit(request.url).path)
            if request.url.startswith(("data:", "blob:")) or path.name == CHART_LIBRARY:
                continue
            response = request.response()
            if response is None:  # refused, and named as a problem of its own
                continue
            body = response.body()
            text = path.suffix in COMPRESSED
            weights[request.url] = len(gzip.compress(body, 6)) if text else len(body)
        return weights


@contextmanager
def opened(browser: Browser, url: str, view: View, problems: list[str]) -> Iterator[Page]:
    """Open a page and scroll through it; what goes wrong meanwhile is added to `problems`."""
    with arrived(browser, url, view, problems) as arrival:
        look_through(arrival.page)
        yield arrival.page


def look_through(page: Page) -> None:
    """Scroll through a page and open its tabs, so that all of it is drawn."""
    page.evaluate("pageChecks.scrollThrough()")
    page.evaluate("pageChecks.openTabs()")
    with suppress(TimeoutError):  # what was not drawn by then is a problem that a check names
        page.wait_for_function("pageChecks.plotsSettled()")


@contextmanager
def arrived(browser: Browser, url: str, view: View, problems: list[str]) -> Iterator[Arrival]:
    """Open a page; what goes wrong until it is left is added to `problems`.

    Requests to other servers are refused, so that a test cannot pass because of one.
    """
    requests: list[Request] = []
    origin = "/".join(url.split("/")[:3])

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"console {message.type}: {message.text}")

    def requested(request: Request) -> None:
        requests.append(request)
        if not request.url.startswith((origin, "data:", "blob:")):
            problems.append(f"a request to another server: {request.url}")

    context = browser.new_context(
        viewport={"width": view.width, "height": HEIGHT}, color_scheme=view.theme
    )
    context.route(
        lambda address: not address.startswith((origin, "data:", "blob:")),
        lambda route: route.abort(),
    )
    context.add_init_script(path=CHECKS)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("console", console)
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("request", requested)
    try:
        page.goto(url, wait_until="networkidle")
        yield Arrival(page, list(requests))
    finally:
        context.close()


def page_problems(
    browser: Browser, url: str, view: View, screenshot: Path | None = None
) -> list[str]:
    """Open a page in a view, check everything, and return one sentence for each problem."""
    problems: list[str] = []
    with arrived(browser, url, view, problems) as arrival:
        page = arrival.page
        weight = sum(arrival.weights().values())
        if weight > FIRST_VIEW_BYTES:
            problems.append(f"the first view transfers {weight:,} bytes")
        problems += page.evaluate("pageChecks.pictures()")
        look_through(page)
        problems += page.evaluate("(theme) => pageChecks.problems(theme)", view.theme)
        problems += barriers(page)
        if screenshot:
            screenshot.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=screenshot, full_page=True)
    return problems


def barriers(page: Page) -> list[str]:
    """What keeps readers out, by axe-core: its findings that it calls serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['impact']} barrier, {violation['id']}: {node['html'][:120]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:3]
    ]

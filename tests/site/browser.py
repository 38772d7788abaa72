"""What a built page has to be like in a browser, as a list of problems: empty when all is well."""

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    TimeoutError,
    sync_playwright,
)

HEIGHT = 900
CHECKS = Path(__file__).with_name("checks.js")
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


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface; gives its address, without a trailing slash."""
    handler = functools.partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def opened(browser: Browser, url: str, view: View, problems: list[str]) -> Iterator[Page]:
    """Open a page and scroll through it; what goes wrong meanwhile is added to `problems`.

    Requests to other servers are refused, so that a test cannot pass because of one.
    """
    origin = "/".join(url.split("/")[:3])

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(f"console {message.type}: {message.text}")

    def requested(request: Request) -> None:
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
        page.evaluate("pageChecks.scrollThrough()")
        page.evaluate("pageChecks.openTabs()")
        with suppress(TimeoutError):  # what was not drawn by then is a problem that a check names
            page.wait_for_function("pageChecks.plotsSettled()")
        yield page
    finally:
        context.close()


def page_problems(
    browser: Browser, url: str, view: View, screenshot: Path | None = None
) -> list[str]:
    """Open a page in a view, check everything, and return one sentence for each problem."""
    problems: list[str] = []
    with opened(browser, url, view, problems) as page:
        problems += page.evaluate("(theme) => pageChecks.problems(theme)", view.theme)
        if screenshot:
            screenshot.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=screenshot, full_page=True)
    return problems

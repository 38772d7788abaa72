"""Draw the picture that goes with links to the site: card.svg beside this file, as a PNG.

    python report/making/card.py

Needs playwright and Chromium, as the browser tests do; run again only when card.svg changes.
"""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

SOURCE = Path(__file__).with_name("card.svg")
TARGET = Path(__file__).parents[1] / "assets" / "card.png"
SIZE = {"width": 1200, "height": 630}

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
    page = browser.new_page(viewport=SIZE)
    page.goto(SOURCE.as_uri())
    page.screenshot(path=TARGET)
    browser.close()

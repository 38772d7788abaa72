"""The checks themselves: a page with every fault is found out."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.serving import served
from tests.site.addresses import broken_links, external_addresses
from tests.site.browser import View, page_problems

_FAULTY = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Faulty</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="http://fonts.example/font.css"></head>
<body><main>
<p style="width: 900px">wide</p>
<p style="color: #999; background: #fff">pale</p>
<p><a href="#lost">lost</a> <a href="lost.html">lost page</a></p>
<span class="math inline">\\(x\\)</span>
<div class="plot plot-failed">no words</div>
<img src="large.bin" style="position: absolute; top: 3000px">
<button style="position: absolute; top: 3000px"></button>
</main><script>console.error("said"); throw new Error("thrown");</script></body></html>
"""


def test_every_fault_of_a_page_is_found(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(_FAULTY)
    (tmp_path / "large.bin").write_bytes(bytes(301_000))
    with served(tmp_path) as address:
        problems = page_problems(browser, f"{address}/page.html", View("dark", 390))
    said = "\n".join(problems)
    for fault in (
        "console error: said",
        "script error: thrown",
        "a request to another server: http://fonts.example/font.css",
        "the light theme is shown, not the dark one",
        "the page is 9",
        "p. leaves the window",
        "plot 1 is not drawn",
        "plot 1 has no text alternative",
        "mathematics not rendered",
        "a link leads to #lost",
        'contrast 2.8 in "pale"',
        "the first view transfers 301,",
        "img large.bin has no width and height",
        "img large.bin is below the first view and not lazy",
        "critical barrier, button-name: <button",
    ):
        assert fault in said
    assert external_addresses(tmp_path) == ["page.html: http://fonts.example/font.css"]
    assert broken_links(tmp_path) == ["page.html: #lost", "page.html: lost.html"]


def test_an_import_in_a_style_sheet_is_found(tmp_path: Path) -> None:
    (tmp_path / "site.css").write_text("@import url('https://fonts.example/a.css'); p { top: 0 }")
    assert external_addresses(tmp_path) == ["site.css: https://fonts.example/a.css"]

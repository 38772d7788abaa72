"""What a page says of itself to search engines and to who shows a link to it."""

import struct
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.site.pages import CONFIG, PAGES, SOURCES

_ADDRESS = CONFIG["website"]["site-url"]
_CARD = CONFIG["website"]["image"]


class _Head(HTMLParser):
    """Collects an HTML document's language, meta elements and links."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.lang = ""
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = values.get("lang", "")
        if tag == "meta" and "content" in values:
            self.meta[values.get("property") or values.get("name", "")] = values["content"]
        if tag == "link":
            self.links[values.get("rel", "")] = values.get("href", "")


@pytest.mark.parametrize(("page", "source"), [*zip(PAGES, SOURCES, strict=True)], ids=PAGES)
def test_a_page_has_its_description_preview_and_address(
    report_site: Path, page: str, source: Path
) -> None:
    front = yaml.safe_load(source.read_text(encoding="utf-8").split("---")[1])
    head = _Head(report_site / page)
    assert head.lang == "en"
    assert head.meta["description"] == front["description"]
    for prefix in ("og", "twitter"):
        assert front["title"] in head.meta[f"{prefix}:title"]
        assert head.meta[f"{prefix}:description"] == front["description"]
        assert head.meta[f"{prefix}:image"] == _ADDRESS + _CARD
    assert head.meta["twitter:card"] == "summary_large_image"
    assert head.links["canonical"] == f"{_ADDRESS}/{page}"
    assert (report_site / page).parent.joinpath(head.links["icon"]).is_file()


def test_descriptions_are_sentences_of_their_own() -> None:
    fronts = [
        yaml.safe_load(source.read_text(encoding="utf-8").split("---")[1]) for source in SOURCES
    ]
    said = [front["description"] for front in fronts]
    assert len(set(said)) == len(said)
    assert all(40 <= len(sentence) <= 160 for sentence in said)


def test_the_picture_of_link_previews_has_the_size_they_ask_for(report_site: Path) -> None:
    content = (report_site / _CARD.lstrip("/")).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert len(content) < 100_000


def test_the_map_names_every_page_and_when_its_source_changed(report_site: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.parse(report_site / "sitemap.xml").getroot()
    found = {
        str(url.findtext(f"{space}loc")): str(url.findtext(f"{space}lastmod"))
        for url in root.iter(f"{space}url")
    }
    assert found == {
        f"{_ADDRESS}/{page}": datetime.fromtimestamp(source.stat().st_mtime, UTC).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )
        for page, source in zip(PAGES, SOURCES, strict=True)
    }
    robots = (report_site / "robots.txt").read_text(encoding="utf-8")
    assert robots == f"Sitemap: {_ADDRESS}/sitemap.xml\n"

"""The addresses in a built site's files: which leave the site, and which lead nowhere."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_CSS_ADDRESS = re.compile(r"(?:url\(\s*|@import\s+)[\"']?((?:https?:)?//[^\"')\s;]+)")
# Elements that make the browser fetch their address by itself; <a> does not.
_FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


@dataclass
class _Addresses(HTMLParser):
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.names.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        fetched = tag in _FETCHED and values.get("rel") != "canonical"
        if fetched and _FETCHED[tag] in values:
            self.fetched.append(values[_FETCHED[tag]])


def _read(page: Path) -> _Addresses:
    addresses = _Addresses()
    addresses.feed(page.read_text(encoding="utf-8"))
    addresses.close()
    return addresses


def _is_external(address: str) -> bool:
    return bool(urlsplit(address).netloc)


def external_addresses(site: Path) -> list[str]:
    """List what the site's pages and style sheets would fetch from other servers."""
    found = [
        f"{page.relative_to(site)}: {address}"
        for page in sorted(site.rglob("*.html"))
        for address in _read(page).fetched
        if _is_external(address)
    ]
    for style in sorted(site.rglob("*.css")):
        text = style.read_text(encoding="utf-8")
        found += [f"{style.relative_to(site)}: {url}" for url in _CSS_ADDRESS.findall(text)]
    return found


def broken_links(site: Path) -> list[str]:
    """List the links and fetched files that lead to no file of the site, or to no id in it."""
    pages = {page: _read(page) for page in sorted(site.rglob("*.html"))}
    found = []
    for page, addresses in pages.items():
        for address in addresses.links + addresses.fetched:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if target.is_dir():
                target /= "index.html"
            fragment = unquote(parts.fragment)
            lost = target in pages and fragment and fragment not in pages[target].names
            if not target.is_file() or lost:
                found.append(f"{page.relative_to(site)}: {address}")
    return found

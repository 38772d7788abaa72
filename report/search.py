"""Let the site's search find figures and tables by their captions.

Runs after every render (`post-render` in _quarto.yml), under either renderer, and needs nothing but
the standard library. The renderers list the sections of each page in search.json; this adds every
figure and table that has a caption, with its own address.
"""

import json
import os
import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

SITE = Path(os.environ["QUARTO_PROJECT_OUTPUT_DIR"])
INDEX = SITE / "search.json"
LABEL = re.compile(r"(fig|tbl)-[\w-]+")
CAPTION_CLASSES = {"figure-caption", "table-caption"}
UNCLOSED = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Captioned:
    """A figure or a table; `words` is what it says besides its caption: alternative text, heads."""

    label: str
    caption: str = ""
    words: list[str] = field(default_factory=list)


class Floats(HTMLParser):
    """Collects a page's title and its captioned figures and tables, from either renderer's HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.found: list[Captioned] = []
        self._open: list[str] = []  # elements
        self._text: tuple[str, int] | None = None  # what is being read, and how deep it began
        self._float = 0  # how deep the innermost labelled element began

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a title, a label, a caption or a column's head begins."""
        values = {name: value or "" for name, value in attrs}
        classes = set(values.get("class", "").split())
        if tag not in UNCLOSED:
            self._open.append(tag)
        if self._text:
            return
        if tag == "h1" and "title" in classes:
            self._text = ("title", len(self._open))
        elif self._float and (tag == "figcaption" or classes & CAPTION_CLASSES):
            self._text = ("caption", len(self._open))
        elif self._float and tag == "th":
            self.found[-1].words.append("")
            self._text = ("head", len(self._open))
        elif LABEL.fullmatch(values.get("id", "")):
            self.found.append(Captioned(values["id"]))
            self._float = len(self._open)
        elif self._float and "plot" in classes and values.get("aria-label"):
            self.found[-1].words.append(values["aria-label"])

    def handle_endtag(self, tag: str) -> None:
        """Note where it ends."""
        if tag not in self._open:
            return
        while self._open.pop() != tag:
            pass
        if self._text and len(self._open) < self._text[1]:
            self._text = None
        if len(self._open) < self._float:
            self._float = 0

    def handle_data(self, data: str) -> None:
        """Keep the text of a title, a caption or a head."""
        if self._text is None:
            return
        if self._text[0] == "title":
            self.title += data
        elif self._text[0] == "caption":
            self.found[-1].caption += data
        else:
            self.found[-1].words[-1] += data


def entries(page: Path) -> list[dict[str, str]]:
    """Return the page's entries of the index, in the form that both renderers write."""
    floats = Floats()
    floats.feed(page.read_text(encoding="utf-8"))
    made = []
    for each in floats.found:
        href = f"{page.relative_to(SITE).as_posix()}#{each.label}"
        if not each.caption:
            continue
        made.append(
            {
                "objectID": href,
                "href": href,
                "title": " ".join(floats.title.split()),
                "section": " ".join(each.caption.split()),
                "text": " ".join(" · ".join(filter(None, each.words)).split()),
            }
        )
    return made


if not INDEX.exists():
    sys.exit()  # a site without a search

listed = json.loads(INDEX.read_text(encoding="utf-8"))
sections = [entry for entry in listed if not LABEL.fullmatch(entry["href"].partition("#")[2])]
pages = sorted({SITE / entry["href"].partition("#")[0] for entry in sections})
floats = [entry for page in pages for entry in entries(page)]
INDEX.write_text(json.dumps(sections + floats, ensure_ascii=False), encoding="utf-8")

"""No number and no result is typed into a page: both come from code."""

from pathlib import Path

import pytest

from tests.site.pages import SOURCES
from tests.site.prose import EXCEPTIONS, directions, numerals, phrases, said

_PAGE = """---
title: "Five pages"
description: "All of 7 resolutions"
---

```{{python}}
#| label: tbl-x
#| tbl-cap: "Of 12 games, with 95 % intervals"
rows = table(["name", "t = 4, causal", f"{{share:.1%}}", "wan-2.1"], 30)
```

## Sizes {{#sec-2}}

{text}

```{{=html}}
<svg viewBox="0 0 420 560"><rect x="1"/><text x="2">{drawn}</text></svg>
```

```sh
latent-storage record --episodes 2
```
"""


def _page(text: str = "", drawn: str = "") -> str:
    return _PAGE.format(text=text, drawn=drawn)


def _found(page: str) -> list[str]:
    return [words.split("'")[1] for words in numerals(page)]


def test_numerals_in_front_matter_captions_text_drawings_and_headers_are_found() -> None:
    page = _page("It takes 0.57 bits,\nso (as [said](x.html#3)) 13 % less.", "1 frame")
    assert _found(page) == ["7", "12", "0.57", "13", "1", "4,"]


@pytest.mark.parametrize(
    "text",
    [
        "It takes `{python} b` bits by `h264-17`.",
        "As in $x = 3$ and\n\n$$ y = 8 $$ {#eq-8}",
        "See [there](https://example.org/2), @fig-4 and [@cover2006, section 10.3.3].",
        "Its 95 %\nintervals are of H.264 in MP4 at 480p, as fp16, in 8-bit frames, November 2026.",
    ],
)
def test_what_code_mathematics_links_and_names_hold_is_no_numeral_of_the_prose(text: str) -> None:
    assert _found(_page(text)) == ["7", "12", "4,"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_no_numeral_of_a_page_is_typed(source: Path) -> None:
    assert numerals(source.read_text(encoding="utf-8")) == []


def test_the_list_of_exceptions_stays_short() -> None:
    assert len(EXCEPTIONS) <= 10
    assert all(EXCEPTIONS.values())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_no_direction_of_a_page_is_typed(source: Path) -> None:
    assert directions(source.read_text(encoding="utf-8")) == []


def test_a_direction_in_text_or_caption_is_found_and_one_in_code_is_not() -> None:
    page = _page("Latents are larger, `{python} 'smaller'`; the video wins.")
    assert [words.split("'")[1] for words in directions(page)] == ["larger", "wins"]


def test_every_phrase_that_is_excused_stands_on_a_page() -> None:
    pages = " ".join(said(source.read_text(encoding="utf-8")) for source in SOURCES)
    assert [phrase for phrase in phrases() if phrase not in pages] == []

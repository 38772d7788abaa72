"""Plotly figures as the report shows them.

A figure goes into the page as JSON; `report/assets/plots.js` draws it with the one copy of Plotly
that the site carries, in the colours of the theme. Nothing goes through Plotly's own notebook
renderers, which would load it from a CDN.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import plotly.graph_objects as go
import plotly.io
from IPython.display import Markdown

from analysis.ledger.estimate import Estimate
from analysis.ledger.rate import Rate
from analysis.presentation.text import Provenance

# The look of every figure is plots.js's, so that it can follow the theme.
plotly.io.templates.default = "none"

HEIGHT = 380
"""Pixels, where a figure does not say otherwise."""


def show(figure: go.Figure, alt: str) -> Markdown:
    """The figure for a page; `alt` says in words what it shows."""
    # "</" would end the script element early.
    content = json.dumps(json.loads(figure.to_json()), separators=(",", ":")).replace("</", "<\\/")
    height = figure.layout.height or HEIGHT
    words = escape(alt, quote=True)
    return Markdown(
        f'```{{=html}}\n<div class="plot" style="min-height:{height}px" aria-label="{words}">'
        f"<noscript><p>{words}</p></noscript>"
        f'<script type="application/json">{content}</script></div>\n```'
    )


def colour(provenance: Provenance) -> str:
    """The theme's colour for where a figure comes from."""
    return f"var(--{provenance})"


def error_bars(estimates: Sequence[Estimate]) -> dict[str, object]:
    """Asymmetric error bars from intervals; none where there is no interval."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [(estimate.high or estimate.value) - estimate.value for estimate in estimates],
        "arrayminus": [estimate.value - (estimate.low or estimate.value) for estimate in estimates],
    }


def range_bars(rates: Sequence[Rate]) -> dict[str, object]:
    """Asymmetric error bars from the slowest to the fastest pass."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [rate.fastest_frames_per_s - rate.frames_per_s for rate in rates],
        "arrayminus": [rate.frames_per_s - rate.slowest_frames_per_s for rate in rates],
    }


_SHAPES: Final = (
    *("circle", "square", "diamond", "triangle-up", "x", "cross", "triangle-down", "pentagon"),
    *("hexagon", "triangle-left", "triangle-right", "octagon", "star", "hexagram"),
)
_SYMBOLS: Final = tuple(
    shape + style for style in ("", "-open", "-open-dot", "-dot") for shape in _SHAPES
)
_DASHES: Final = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_PATTERNS: Final = ("", "/", "x", ".", "-", "|", "+", "\\")


@dataclass(frozen=True)
class SeriesStyle:
    """How a series is told from the others of its chart, other than by colour.

    Args:
        symbol: of its points; the first to differ.
        dash: of its line; differs once the symbols are used up.
        pattern: of its bars.
    """

    symbol: str
    dash: str
    pattern: str


def series_styles(names: Iterable[str]) -> dict[str, SeriesStyle]:
    """A style for each series, however many there are, by name.

    Charts of the same series in the same order give each the same style, and a series that is
    added behind the others changes none of them. Points and lines of up to
    `len(_SYMBOLS) * len(_DASHES)` series all differ; points alone and bars repeat sooner.
    """
    return {
        name: SeriesStyle(
            symbol=_SYMBOLS[place % len(_SYMBOLS)],
            dash=_DASHES[place // len(_SYMBOLS) % len(_DASHES)],
            pattern=_PATTERNS[place % len(_PATTERNS)],
        )
        for place, name in enumerate(dict.fromkeys(names))
    }

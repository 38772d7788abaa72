"""Plotly figures as the report shows them.

A figure goes into the page as JSON; `report/assets/plots.js` draws it with the one copy of Plotly
that the site carries, in the colours of the theme. Nothing goes through Plotly's own notebook
renderers, which would load it from a CDN.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
import plotly.io
from IPython.display import Markdown

from analysis.catalog import video_encoders
from analysis.ledger.estimate import Estimate
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


def encoder_symbol(encoder: str) -> str:
    """The marker of a video encoder, the same in every chart: by its place in the catalogue."""
    ids = [entry.id for entry in video_encoders()]
    return symbol(ids.index(encoder) if encoder in ids else len(ids))


def symbol(number: int) -> str:
    """The marker of the series of this number: filled shapes first, then their outlines."""
    styles, shape = divmod(number, len(_SHAPES))
    return _SHAPES[shape] + _STYLES[styles % len(_STYLES)]


_SHAPES = (
    *("circle", "square", "diamond", "triangle-up", "x", "cross", "triangle-down", "pentagon"),
    *("hexagon", "bowtie", "hourglass", "triangle-left", "triangle-right", "octagon"),
)
_STYLES = ("", "-open", "-open-dot", "-dot")


def error_bars(estimates: Sequence[Estimate]) -> dict[str, object]:
    """Asymmetric error bars from intervals; none where there is no interval."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [(estimate.high or estimate.value) - estimate.value for estimate in estimates],
        "arrayminus": [estimate.value - (estimate.low or estimate.value) for estimate in estimates],
    }

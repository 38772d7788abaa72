"""Charts of the measured latent codecs: size, quality, speed, and errors over time."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import plotly.graph_objects as go

from analysis.kinds.latent_codecs.record import CodecResult, LatentCodecsResults
from analysis.kinds.latent_codecs.view import by_name, percent
from analysis.presentation import charts
from analysis.presentation.text import number

_SYMBOLS = {"note": "x", "lossless": "circle", "lossy": "diamond"}
_LABELS = {"note": "bottom center", "lossless": "top left", "lossy": "top right"}
"""Where names stand at points, so that none leaves the chart."""
_TITLES = {"note": "methods of the note", "lossless": "lossless", "lossy": "lossy, closed loop"}


def kind(codec: CodecResult) -> str:
    """Which group of a chart it is in."""
    if codec.in_note and not codec.lossless:
        return "note"
    return "lossless" if codec.lossless else "lossy"


def pareto(results: LatentCodecsResults, named: Sequence[str]) -> go.Figure:
    """Decoded PSNR over size; the larger a point, the faster it is decoded.

    Args:
        results: the run.
        named: codecs whose points carry their names.
    """
    chart = go.Figure()
    judged = [codec for codec in results.codecs if codec.beside_exact is not None]
    lossy = [_psnr(codec) for codec in judged if not codec.lossless]
    top = max(lossy, default=60) + 6
    for group, symbol in _SYMBOLS.items():
        members = [codec for codec in judged if kind(codec) == group]
        if not members:
            continue
        chart.add_scatter(
            x=[100 * codec.share.value for codec in members],
            y=[top if codec.lossless else _psnr(codec) for codec in members],
            mode="markers+text",
            text=[codec.name if codec.name in named else "" for codec in members],
            textposition=_LABELS[group],
            name=_TITLES[group],
            customdata=[_words(codec) for codec in members],
            hovertemplate="%{customdata}<extra></extra>",
            marker={
                "symbol": symbol,
                "color": charts.colour("measured"),
                "size": [_size(codec) for codec in members],
                "opacity": 0.75,
            },
        )
    low = 10 * int(min(lossy, default=20) / 10)
    ticks = list(range(low, int(top) - 4, 10))
    chart.update_layout(
        xaxis={"title": {"text": "% of raw float16"}, "rangemode": "tozero"},
        yaxis={
            "title": {"text": "PSNR against the decode of the exact latents, dB"},
            "tickvals": [*ticks, top],
            "ticktext": [*map(str, ticks), "exact"],
        },
        height=520,
    )
    return chart


def speed(results: LatentCodecsResults) -> go.Figure:
    """Decoding speed over size."""
    chart = go.Figure()
    for group, symbol in _SYMBOLS.items():
        members = [codec for codec in results.codecs if kind(codec) == group]
        if not members:
            continue
        chart.add_scatter(
            x=[100 * codec.share.value for codec in members],
            y=[codec.decode_mb_per_s for codec in members],
            mode="markers",
            name=_TITLES[group],
            customdata=[_words(codec) for codec in members],
            hovertemplate="%{customdata}<extra></extra>",
            marker={"symbol": symbol, "size": 10, "color": charts.colour("measured")},
        )
    chart.update_layout(
        xaxis={"title": {"text": "% of raw float16"}, "rangemode": "tozero"},
        yaxis={
            "type": "log",
            "title": {"text": "MB of float16 decoded per second and core"},
            "tickvals": [10, 20, 50, 100, 200, 500, 1000, 2000],
        },
        height=440,
    )
    return chart


def _psnr(codec: CodecResult) -> float:
    assert codec.beside_exact is not None
    return codec.beside_exact.psnr_db.value


def _size(codec: CodecResult) -> float:
    """Pixels: 8 at 10 MB/s and 9 more for each factor of ten."""
    return 8 + 9 * max(0.0, log10(codec.decode_mb_per_s / 10))


def _words(codec: CodecResult) -> str:
    said = f"{codec.name}: {percent(codec.share)}, {number(codec.decode_mb_per_s)} MB/s"
    if codec.beside_exact is not None and not codec.lossless:
        said += f", {number(_psnr(codec))} dB"
    return said


def drift(results: LatentCodecsResults, names: Sequence[str]) -> go.Figure:
    """The error over the frames of an episode: of the note's lossy methods, and of these codecs."""
    codecs = by_name(results)
    open_loop = [codec.name for codec in results.codecs if kind(codec) == "note"]
    names = [*open_loop, *(name for name in names if name in codecs and not codecs[name].lossless)]
    chart = go.Figure()
    styles = charts.series_styles(names)
    for name in dict.fromkeys(names):
        codec, style = codecs[name], styles[name]
        points = [point for point in codec.drift if point.mean_squared_error > 0]
        chart.add_scatter(
            x=[point.frame for point in points],
            y=[point.mean_squared_error for point in points],
            mode="lines+markers",
            name=name,
            line={
                "color": charts.colour("measured"),
                "width": 1 if codec.in_note else 3,
                "dash": style.dash,
            },
            marker={"symbol": style.symbol, "size": 8, "maxdisplayed": 8},
        )
    chart.update_layout(
        xaxis={"title": {"text": "frame of the episode"}},
        yaxis={"type": "log", "title": {"text": "mean squared error"}, "exponentformat": "power"},
        height=460,
    )
    return chart

"""The trained encoder as a page speaks of it."""

from __future__ import annotations

from collections.abc import Iterator

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis.catalog import decoder_of, encoder_of
from analysis.kinds.encoder_training.record import EncoderTraining
from analysis.presentation import charts
from analysis.presentation.text import apart, number

HEADERS = (
    "latents of",
    "error / deviation",
    "correlation",
    "lowest by channel",
    "decoded, dB",
    "status bar, dB",
)
"""Of `rows`."""


def teacher(run: EncoderTraining) -> str:
    """The encoder that made the latents which it learnt to make."""
    return encoder_of(run.parameters.teacher)


def answer(run: EncoderTraining) -> Markdown:
    """How near its latents are to those that it was to make."""
    results = run.results
    shown, reference = results.trained.whole_db, results.teacher.whole_db
    decoder = decoder_of(run.parameters.teacher)
    return Markdown(
        f"On games that it was not trained on, latents of `project/{run.parameters.name}` are off "
        f"those of `{teacher(run)}` by {number(results.latents.relative_error)} of their standard "
        f"deviation (correlation {_correlation(results.latents.correlation)}); decoded by "
        f"`{decoder}` they show {number(shown)} dB, "
        + apart(shown, reference, "dB", "more than", "as much as", "less than")
        + " the others."
    )


def rows(run: EncoderTraining) -> Iterator[list[str]]:
    """The teacher's latents and its own."""
    results = run.results
    yield [
        f"`{teacher(run)}`",
        *("", "", ""),
        number(results.teacher.whole_db),
        number(results.teacher.hud_db),
    ]
    correlations = [channel.correlation or 0.0 for channel in results.channels]
    yield [
        f"`project/{run.parameters.name}`",
        number(results.latents.relative_error),
        _correlation(results.latents.correlation),
        _correlation(min(correlations)),
        number(results.trained.whole_db),
        number(results.trained.hud_db),
    ]


def figure(run: EncoderTraining) -> go.Figure:
    """The error of each channel, over its deviation."""
    channels = run.results.channels
    chart = go.Figure()
    chart.add_scatter(
        x=[channel.channel for channel in channels],
        y=[channel.relative_error for channel in channels],
        mode="markers",
        customdata=[_correlation(channel.correlation) for channel in channels],
        hovertemplate="channel %{x}: %{y:.3f}, correlation %{customdata}<extra></extra>",
        marker={"color": charts.colour("measured"), "size": 9},
    )
    chart.update_layout(
        xaxis={"title": {"text": "channel"}},
        yaxis={"title": {"text": "error / standard deviation"}, "rangemode": "tozero"},
        showlegend=False,
        height=320,
    )
    return chart


def _correlation(value: float | None) -> str:
    return "none" if value is None else f"{value:.4f}"

"""How fast recordings are encoded: tables, a chart and sentences."""

from __future__ import annotations

from collections.abc import Iterator

import plotly.graph_objects as go

from analysis import storage
from analysis.kinds.encode_throughput.record import (
    EncoderRun,
    EncodeThroughput,
    EncodeThroughputResults,
    TimedAutoencoder,
)
from analysis.ledger.rate import Rate
from analysis.presentation import charts
from analysis.presentation.text import duration, number

MACHINES = 5
"""What the page's second column of hours is for."""
_TICKS = [step * 10**power for power in range(5) for step in (1, 2, 5)]
"""Of an axis of frames per second."""


def setting(run: EncodeThroughput) -> str:
    """What was timed, in a sentence."""
    given, found = run.parameters, run.results
    threads = f" (torch threads: {given.threads})" if given.device == "cpu" else ""
    return (
        f"Timed on {given.device}{threads}, on the first {given.frames} frames of the set "
        f"{given.set} ({found.codec}, {found.width} × {found.height}): {given.repeats} passes "
        "each, after one that does not count."
    )


def rate(timed: Rate) -> str:
    """The median, and the slowest and the fastest pass: "25.1 (24.8 to 25.3)"."""
    return (
        f"{number(timed.frames_per_s)} "
        f"({number(timed.slowest_frames_per_s)} to {number(timed.fastest_frames_per_s)})"
    )


def stage_rows(timed: TimedAutoencoder) -> Iterator[list[str]]:
    """One row for each stage of an autoencoder's pipeline, and one for all of them."""
    for name, stage in (*stages(timed), ("all at the same time", timed.pipeline.together)):
        yield [f"`{timed.name}`", name, rate(stage)]


def stages(timed: TimedAutoencoder) -> tuple[tuple[str, Rate], ...]:
    """Each stage, timed alone."""
    pipeline = timed.pipeline
    return ("decode", pipeline.decode), ("encode", pipeline.encode), ("write", pipeline.write)


def bound(timed: TimedAutoencoder) -> str:
    """What the pipeline waits for, in a sentence."""
    pipeline = timed.pipeline
    slowest = min(stages(timed), key=lambda stage: stage[1].frames_per_s)[0]
    return (
        f"`{timed.name}`, in {pipeline.precision} with batches of {pipeline.batch_size}, waits for "
        f"the stage {slowest}: all together run at {pipeline.share_of_slowest:.0%} of its rate."
    )


def ways(timed: TimedAutoencoder) -> list[tuple[str, bool]]:
    """The precisions, and whether kernels were compiled, in the order of the run."""
    return list(dict.fromkeys((run.precision, run.compiled) for run in timed.encoder))


def runs(timed: TimedAutoencoder, precision: str, compiled: bool) -> list[EncoderRun]:
    """The encoder's runs in one way, by batch."""
    return [run for run in timed.encoder if (run.precision, run.compiled) == (precision, compiled)]


def speed(results: EncodeThroughputResults) -> go.Figure:
    """Frames per second of the encoder by batch, a line for each precision of an autoencoder."""
    lines = {
        f"{timed.name}, {precision}{', compiled' if compiled else ''}": runs(
            timed, precision, compiled
        )
        for timed in results.autoencoders
        for precision, compiled in ways(timed)
    }
    styles = charts.series_styles(lines)
    chart = go.Figure()
    for name, found in lines.items():
        rates = [run.encode for run in found]
        chart.add_scatter(
            x=[str(run.batch_size) for run in found],
            y=[rate.frames_per_s for rate in rates],
            error_y=charts.range_bars(rates),
            mode="lines+markers",
            name=f"{name} (measured)",
            line={"color": charts.colour("measured"), "dash": styles[name].dash},
            marker={"symbol": styles[name].symbol},
        )
    chart.update_layout(
        xaxis={"type": "category", "title": {"text": "frames per batch"}},
        yaxis={"type": "log", "title": {"text": "frames per second"}, "tickvals": _TICKS},
    )
    return chart


def encoder_rows(timed: TimedAutoencoder, results: EncodeThroughputResults) -> Iterator[list[str]]:
    """One row for each precision and batch that the encoder ran in."""
    for run in timed.encoder:
        yield [
            f"`{timed.name}`",
            f"{run.precision}, compiled" if run.compiled else run.precision,
            str(run.batch_size),
            rate(run.encode),
            number(timed.gflop_per_frame),
            number(run.gflop_per_s),
            number(results.peak(run.precision).gflop_per_s),
            f"{run.share_of_peak:.1%}",
        ]


def skipped(results: EncodeThroughputResults) -> str:
    """What this machine does not allow, as a list; nothing where it allows everything."""
    return "\n".join(
        f"- `{timed.name}` in {way.precision}, batch {way.batch_size}"
        f"{', compiled' if way.compiled else ''}, was not timed: {way.reason}."
        for timed in results.autoencoders
        for way in timed.skipped
    )


HOURS_HEADERS = ("autoencoder", "frames per second", "one machine", f"{MACHINES} machines")
"""Of `hours_row`."""


def hours_row(timed: TimedAutoencoder, frames: int) -> list[str]:
    """How long that many frames take on one machine and on several."""
    together = timed.pipeline.together.frames_per_s
    hours = storage.encoding_hours(frames, together)
    return [
        f"`{timed.name}`",
        number(together),
        duration(3600 * hours),
        duration(3600 * hours / MACHINES),
    ]

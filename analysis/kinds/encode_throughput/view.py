"""How fast recordings are encoded: tables, a chart and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis import storage
from analysis.errors import MissingRun
from analysis.kinds.encode_throughput.record import (
    EncoderRun,
    EncodeThroughput,
    EncodeThroughputResults,
    PipelineRun,
    TimedAutoencoder,
    Way,
)
from analysis.ledger.rate import Rate
from analysis.presentation import charts, tables
from analysis.presentation.sources import Source
from analysis.presentation.text import duration, number

Runs = Sequence[Source[EncodeThroughput]]
Rows = Callable[[TimedAutoencoder, EncodeThroughputResults], Iterable[list[str]]]

MACHINES = 5
"""What the page's second column of hours is for."""
_TICKS = [step * 10**power for power in range(5) for step in (1, 2, 5)]
"""Of an axis of frames per second."""


def newest_of_each_device(found: Runs) -> list[Source[EncodeThroughput]]:
    """Of runs from the newest to the oldest: of each device the first one with recordings, and the
    first one with frames of a clip."""
    first: dict[tuple[str, bool], Source[EncodeThroughput]] = {}
    for source in found:
        run = source.measurement
        first.setdefault((run.device_name, run.parameters.clip is None), source)
    return list(first.values())


def of_recordings(found: Runs) -> list[Source[EncodeThroughput]]:
    """Those that encoded recordings.

    Raises:
        MissingRun: there is none.
    """
    chosen = [source for source in found if source.measurement.parameters.clip is None]
    if not chosen:
        raise MissingRun("encode-throughput", "the ledger that encoded recordings")
    return chosen


def setting(run: EncodeThroughput) -> str:
    """What was timed, in a sentence."""
    given, found = run.parameters, run.results
    threads = f", torch threads: {given.threads}" if given.device == "cpu" else ""
    frames = (
        f"the first {given.frames} frames of the set {given.set} ({found.codec}, "
        if given.clip is None
        else f"{given.frames} frames of a clip of the ledger, enlarged ("
    )
    return (
        f"Timed on {run.device_name} ({given.device}{threads}), on {frames}"
        f"{found.width} × {found.height}): {given.repeats} passes each, after one that does not "
        "count."
    )


def rate(timed: Rate) -> str:
    """The median, and the slowest and the fastest pass: "25.1 (24.8 to 25.3)"."""
    return (
        f"{number(timed.frames_per_s)} "
        f"({number(timed.slowest_frames_per_s)} to {number(timed.fastest_frames_per_s)})"
    )


def table(found: Runs, headers: Sequence[str], rows: Rows, text_columns: int = 1) -> Markdown:
    """A table of the autoencoders of some runs, the device first where there are several."""
    several = len(found) > 1
    return tables.table(
        ["device", *headers] if several else headers,
        [
            [source.measurement.device_name, *row] if several else row
            for source in found
            for timed in source.measurement.results.autoencoders
            for row in rows(timed, source.measurement.results)
        ],
        text_columns + several,
    )


def lines(found: Runs) -> Markdown:
    """Where the figures of some runs come from."""
    return Markdown(" ".join(source.line().data for source in found))


STAGE_HEADERS = ("autoencoder", "stage", "frames per second")
"""Of `stage_rows`."""


def stage_rows(timed: TimedAutoencoder, results: EncodeThroughputResults) -> Iterator[list[str]]:
    """One row for each stage of an autoencoder's pipeline, and one for all of them."""
    if timed.pipeline is None:
        return
    together = ("all at the same time", timed.pipeline.together)
    for name, stage in (*stages(timed.pipeline), together):
        yield [f"`{timed.name}`", name, rate(stage)]


def stages(pipeline: PipelineRun) -> tuple[tuple[str, Rate], ...]:
    """Each stage, timed alone."""
    return ("decode", pipeline.decode), ("encode", pipeline.encode), ("write", pipeline.write)


def bounds(found: Runs) -> str:
    """What each pipeline waits for, as a list."""
    several = len(found) > 1
    return "\n".join(
        f"- {_bound(timed.name, timed.pipeline, source.measurement.device_name * several)}"
        for source in found
        for timed in source.measurement.results.autoencoders
        if timed.pipeline is not None
    )


def _bound(name: str, pipeline: PipelineRun, device: str) -> str:
    slowest = min(stages(pipeline), key=lambda stage: stage[1].frames_per_s)[0]
    return (
        f"`{name}`{device and f' on {device}'}, in {pipeline.precision} with batches of "
        f"{pipeline.batch_size}, waits for the stage {slowest}: all together run at "
        f"{pipeline.share_of_slowest:.0%} of its rate."
    )


def speed(found: Runs) -> go.Figure:
    """Frames per second of the encoder by batch, a line for each precision of an autoencoder."""
    several = len(found) > 1
    lines: dict[str, list[EncoderRun]] = {}
    for source in found:
        place = f" on {source.measurement.device_name}" if several else ""
        for timed in source.measurement.results.autoencoders:
            for run in timed.encoder:
                lines.setdefault(f"{timed.name}{place}, {way(run)}", []).append(run)
    styles = charts.series_styles(lines)
    chart = go.Figure()
    for name, runs in lines.items():
        rates = [run.encode for run in runs]
        chart.add_scatter(
            x=[str(run.batch_size) for run in runs],
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


def way(run: Way) -> str:
    """The precision, and whether kernels were compiled: "fp16, compiled"."""
    return f"{run.precision}, compiled" if run.compiled else run.precision


ENCODER_HEADERS = (
    *("autoencoder", "precision", "batch", "frames/s", "GFLOP per frame", "GFLOP/s"),
    *("peak, GFLOP/s", "share"),
)
"""Of `encoder_rows`."""


def encoder_rows(timed: TimedAutoencoder, results: EncodeThroughputResults) -> Iterator[list[str]]:
    """One row for each precision and batch that the encoder ran in."""
    for run in timed.encoder:
        yield [
            f"`{timed.name}`",
            way(run),
            str(run.batch_size),
            rate(run.encode),
            number(timed.gflop_per_frame),
            number(run.gflop_per_s),
            number(results.peak(run.precision).gflop_per_s),
            f"{run.share_of_peak:.1%}",
        ]


def skipped(found: Runs) -> str:
    """What a machine does not allow, as a list; nothing where all allow everything."""
    return "\n".join(
        f"- `{timed.name}` in {way(left)}, batch {left.batch_size}, was not timed on "
        f"{source.measurement.device_name}: {left.reason}."
        for source in found
        for timed in source.measurement.results.autoencoders
        for left in timed.skipped
    )


HOURS_HEADERS = ("autoencoder", "frames per second", "one machine", f"{MACHINES} machines")
"""Of `hours_row`."""


def hours_rows(frames: int) -> Rows:
    """How long that many frames take on one machine and on several, for each autoencoder."""

    def rows(timed: TimedAutoencoder, results: EncodeThroughputResults) -> Iterator[list[str]]:
        if timed.pipeline is not None:
            together = timed.pipeline.together.frames_per_s
            seconds = 3600 * storage.encoding_hours(frames, together)
            yield [
                f"`{timed.name}`",
                number(together),
                duration(seconds),
                duration(seconds / MACHINES),
            ]

    return rows

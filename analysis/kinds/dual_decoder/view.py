"""The dual decoder as its page speaks of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis import storage
from analysis.kinds.dual_decoder.record import (
    Decoding,
    DualDecoderResult,
    DualDecoderResults,
    DualDecoderRun,
    FrameScore,
    MotionScore,
    ShownClip,
)
from analysis.kinds.dual_decoder_training.record import DualDecoderTraining
from analysis.ledger.latency import Latency
from analysis.presentation import charts
from analysis.presentation.clips import Clip, clip_figure
from analysis.presentation.sources import Source, runs
from analysis.presentation.text import estimated, number, ordinal, size
from analysis.storage import Latent

_PANELS = {
    "source": "recording",
    "per-frame": "t = 1",
    "full": "full decoder",
    "single-frame": "single-frame",
    "held": "latent held",
    "held-first": "first held",
    "mean": "mean latent",
}

_ORDER: tuple[Decoding, ...] = ("per-frame", "full", "held", "held-first", "single-frame", "mean")


def name(dual: DualDecoderResult) -> str:
    """How a row calls it."""
    return f"t = {dual.temporal_factor}"


def middle(results: DualDecoderResults) -> DualDecoderResult:
    """The one of the middle temporal factor."""
    ordered = sorted(results.dual_decoders, key=lambda dual: dual.temporal_factor)
    return ordered[len(ordered) // 2]


QUALITY_HEADERS = (
    "",
    "MB/min",
    "R",
    "PSNR of every frame, dB",
    "SSIM",
    "PSNR of its frame, dB",
    "SSIM",
)
"""Of `quality_rows`."""


def quality_rows(results: DualDecoderResults) -> Iterator[list[str]]:
    """One row for each temporal factor and way; the per-frame autoencoder once."""
    for number_of, dual in enumerate(results.dual_decoders):
        for way in _ORDER:
            if way == "per-frame" and number_of:
                continue
            found = dual.way(way)
            stored = results.per_frame if way == "per-frame" else dual.stored
            called = _way(way, dual)
            yield [
                called if way == "per-frame" else f"{name(dual)}: {called}",
                number(stored.mb_per_min.value),
                number(stored.ratio.value),
                estimated(found.every_frame.psnr_db),
                number(found.every_frame.ssim.value),
                number(psnr(found.representative)),
                number(found.representative.ssim.value),
            ]


def positions(dual: DualDecoderResult) -> go.Figure:
    """PSNR against each frame of the window, by way."""
    chart = go.Figure()
    styles = charts.series_styles(_ORDER)
    for way in _ORDER:
        scores = dual.way(way).positions
        chart.add_scatter(
            x=list(range(1, len(scores) + 1)),
            y=[psnr(score) for score in scores],
            error_y=charts.error_bars([score.psnr_db for score in scores]),
            mode="lines+markers",
            name=_way(way, dual),
            line={"color": charts.colour("measured"), "dash": _DASHES[way], "width": 1.5},
            marker={"symbol": styles[way].symbol, "size": 8},
        )
    chart.update_layout(
        xaxis={"title": {"text": "frame of the window"}, "dtick": 1},
        yaxis={"title": {"text": "PSNR, dB"}},
        height=460,
    )
    return chart


_DASHES: dict[Decoding, str] = {
    "per-frame": "solid",
    "full": "solid",
    "held": "dot",
    "held-first": "dot",
    "single-frame": "dash",
    "mean": "dashdot",
}


def motion_headers(dual: DualDecoderResult) -> list[str]:
    """Of `motion_rows`."""
    return [
        "",
        *(f"{each.motion} ({_percent(each.share)})" for each in dual.way("full").motions),
    ]


def motion_rows(results: DualDecoderResults) -> Iterator[list[str]]:
    """PSNR by motion: of every frame for what gives clips, of its frame for what gives one."""
    for number_of, dual in enumerate(results.dual_decoders):
        if not number_of:
            yield ["[t = 1]{.nowrap}", *_cells(dual.way("per-frame").motions)]
        single = dual.way("single-frame")
        for title, motions in (
            ("full decoder", dual.way("full").motions),
            ("latent held", dual.way("held").motions),
            ("single frame, its own", single.representative_motions),
            ("single frame, held", single.motions),
        ):
            yield [f"[{name(dual)}, {title}]{{.nowrap}}", *_cells(motions)]


TIMING_HEADERS = (
    "",
    "frame at t = 1, ms",
    "window, ms",
    "its first frame, ms",
    "single frame, ms",
    "single/window",
    "1/t",
)
"""Of `timing_rows`."""


def timing_rows(results: DualDecoderResults) -> Iterator[list[str]]:
    """How long each decoder takes."""
    for dual in results.dual_decoders:
        timing = dual.timing
        yield [
            f"[{name(dual)}]{{.nowrap}}",
            number(timing.per_frame.median_ms),
            _ms(timing.window),
            _ms(timing.first_of_window),
            _ms(timing.single_frame),
            number(timing.single_frame.median_ms / timing.window.median_ms),
            number(1 / dual.temporal_factor),
        ]


READ_HEADERS = (
    "",
    "tokens per second",
    "attention",
    "frames shown per second",
    "actions per latent",
    "ms per latent",
)
"""Of `read_rows`."""


def read_rows(results: DualDecoderResults, seconds: float) -> Iterator[list[str]]:
    """What a video model reads and shows, by the equations; t = 1 first."""
    first = results.dual_decoders[0]
    still = Latent(stored_latent(first).spatial, first.stored_channels)
    frame = results.height, results.width
    reference = storage.tokens_per_second(still, *frame, results.fps) * seconds
    for latent in (still, *map(stored_latent, results.dual_decoders)):
        tokens = storage.tokens_per_second(latent, *frame, results.fps)
        cost = storage.relative_attention_cost(tokens * seconds, reference)
        yield [
            f"t = {latent.temporal}",
            number(tokens, 4),
            number(cost),
            number(storage.shown_frames_per_second(latent, results.fps)),
            str(latent.temporal),
            number(1e3 * latent.temporal / results.fps),
        ]


def trainings(run: Source[DualDecoderRun]) -> list[Source[DualDecoderTraining]]:
    """How the measured dual decoders were trained, by the digests of their weights."""
    found = []
    for dual in run.measurement.results.dual_decoders:
        digests = {file.sha256 for file in dual.files}
        for source in runs(DualDecoderTraining):
            if digests == {file.sha256 for file in source.measurement.results.files}:
                found.append(source)
                break
    return found


TRAINING_HEADERS = (
    "",
    "steps",
    "minutes",
    "decoder learns",
    "weights",
    "windows, dB",
    "its frame, dB",
)
"""Of `training_rows`."""


def training_rows(sources: Sequence[Source[DualDecoderTraining]]) -> Iterator[list[str]]:
    """What each training took and gave."""
    for source in sources:
        parameters, results = source.measurement.parameters, source.measurement.results
        after = parameters.release_after
        yield [
            f"[[t = {parameters.temporal_factor}]({source.link})]{{.nowrap}}",
            f"{parameters.steps:,}",
            number(results.seconds / 60),
            "no" if after is None else f"from step {after:,}",
            size(sum(file.bytes for file in results.files)),
            f"{number(results.untrained.clip_db)} → {number(results.trained.clip_db)}",
            f"{number(results.untrained.frame_db)} → {number(results.trained.frame_db)}",
        ]


def training_line(sources: Sequence[Source[DualDecoderTraining]]) -> Markdown:
    """Where the figures of the longest training come from; nothing without one."""
    longest = max(sources, key=lambda source: source.measurement.results.seconds, default=None)
    return longest.line() if longest else Markdown("")


def clips(run: Source[DualDecoderRun]) -> Markdown:
    """The clips of the run, several ways side by side."""
    inner = "\n".join(_clip(run, shown) for shown in run.measurement.results.shown)
    return Markdown(f"```{{=html}}\n{inner}\n```")


def _clip(run: Source[DualDecoderRun], shown: ShownClip) -> str:
    return clip_figure(
        Clip(
            video=run.media(shown.file),
            poster=run.media(shown.poster),
            width=shown.width,
            height=shown.height,
            panels=[[_PANELS[panel] for panel in row] for row in shown.panels],
            said=f"A {shown.motion} player: {shown.frames} frames from frame "
            f"{shown.first_frame:,}, at {number(shown.fps)} frames per second.",
        )
    )


def panels(results: DualDecoderResults) -> Markdown:
    """What the places of the clips show, in words."""
    if not results.shown:
        return Markdown("")
    rows = [", ".join(_PANELS[panel] for panel in row) for row in results.shown[0].panels]
    return Markdown("; below: ".join(rows))


def stored_latent(dual: DualDecoderResult) -> Latent:
    """The shape of what is stored, folded in time."""
    return Latent(dual.spatial_factor, dual.stored_channels, dual.temporal_factor)


def _way(way: Decoding, dual: DualDecoderResult) -> str:
    """What a way is called for one temporal factor."""
    kept = f"every {ordinal(dual.temporal_factor)} latent"
    names: dict[Decoding, str] = {
        "per-frame": "frame by frame, t = 1",
        "full": "full decoder",
        "single-frame": "single-frame decoder",
        "held": f"{kept}, the {dual.representative} one, held",
        "held-first": f"{kept}, the first one, held",
        "mean": f"mean of {dual.temporal_factor} latents",
    }
    return names[way]


def _cells(motions: Sequence[MotionScore]) -> list[str]:
    return [number(psnr(each.score)) for each in motions]


def psnr(score: FrameScore) -> float:
    """The mean over frames, dB."""
    return score.psnr_db.value


def _ms(latency: Latency) -> str:
    low, high = number(latency.fastest_ms), number(latency.slowest_ms)
    return f"{number(latency.median_ms)} ({low} to {high})"


def _percent(share: float) -> str:
    return f"{number(100 * share, 2)} %"

"""Bits against quality as pages speak of it: codecs and autoencoders on the same frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis.catalog import encoder_title, encoding_title, recipe
from analysis.kinds.rate_distortion.record import (
    Curve,
    EqualQuality,
    LatentPoint,
    Metric,
    RateDistortionResults,
    RatePoint,
)
from analysis.ledger.estimate import Estimate
from analysis.presentation import charts
from analysis.presentation.text import compared, listed, number, ranged

METRICS: dict[Metric, str] = {
    "psnr_db": "PSNR, dB",
    "psnr_y_db": "PSNR of luma, dB",
    "ssim": "SSIM",
    "vmaf": "VMAF",
}
"""What each metric is called."""

BY: dict[Metric, str] = {
    "psnr_db": "by PSNR",
    "psnr_y_db": "by PSNR of luma",
    "ssim": "by SSIM",
    "vmaf": "by VMAF",
}
"""What a figure is called that is compared by each metric."""


def metrics(results: RateDistortionResults) -> list[Metric]:
    """Those that the run has."""
    first = results.curves[0].points[0]
    return [metric for metric in METRICS if getattr(first, metric) is not None]


def figure(results: RateDistortionResults, metric: Metric) -> go.Figure:
    """Quality over bits per pixel: a line for each codec, points for each autoencoder."""
    chart = go.Figure()
    groups = by_autoencoder(results)
    styles = charts.series_styles([*(curve.name for curve in results.curves), *groups])
    for curve in results.curves:
        style = styles[curve.name]
        found = [_value(point, metric) for point in curve.points]
        chart.add_scatter(
            x=[point.bits_per_pixel.value for point in curve.points],
            y=[each.value for each in found],
            error_y=charts.error_bars(found),
            customdata=[encoding_title(curve.codec, p.quality, curve.preset) for p in curve.points],
            hovertemplate="%{customdata}: %{x:.3f} bits per pixel, %{y:.4g}<extra></extra>",
            mode="lines+markers",
            name=curve_title(curve),
            line={"color": charts.colour("measured"), "width": 1.5, "dash": style.dash},
            marker={"symbol": style.symbol, "size": 8},
        )
    for name, points in groups.items():
        found = [_value(point, metric) for point in points]
        chart.add_scatter(
            x=[point.bits_per_pixel.value for point in points],
            y=[each.value for each in found],
            error_y=charts.error_bars(found),
            customdata=[f"{name}, {point.format}" for point in points],
            hovertemplate="%{customdata}: %{x:.3f} bits per pixel, %{y:.4g}<extra></extra>",
            mode="markers",
            name=f"{name}, every number format",
            marker={"symbol": styles[name].symbol, "size": 11, "color": charts.colour("measured")},
        )
    chart.update_layout(
        xaxis={
            "type": "log",
            "title": {"text": "bits per pixel"},
            "tickvals": [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
        },
        yaxis={"title": {"text": METRICS[metric]}},
        height=460,
    )
    return chart


def by_autoencoder(results: RateDistortionResults) -> dict[str, list[LatentPoint]]:
    """The latents' points by autoencoder."""
    groups: dict[str, list[LatentPoint]] = {}
    for point in results.latents:
        groups.setdefault(point.autoencoder, []).append(point)
    return groups


def curve_title(curve: Curve) -> str:
    """Its encoder: "x264 veryfast"."""
    return " ".join(filter(None, (encoder_title(curve.codec), curve.preset)))


def point_rows(
    results: RateDistortionResults, metric_names: Sequence[Metric]
) -> Iterator[list[str]]:
    """Every kind of latents: its bits and its quality."""
    for point in results.latents:
        yield [
            f"[{point.autoencoder}]{{.nowrap}}, {point.format}",
            number(point.bits_per_pixel.value),
            *(ranged(_value(point, metric)) for metric in metric_names),
        ]


def equal_rows(
    results: RateDistortionResults, format: str, metric_names: Sequence[Metric]
) -> Iterator[list[str]]:
    """R where each encoder is as good as the decoded latents, by each metric."""
    for name in by_autoencoder(results):
        for curve in results.curves:
            yield [
                f"[{name}]{{.nowrap}}",
                f"[{curve_title(curve)}]{{.nowrap}}",
                *(_ratio(results, name, format, curve, metric) for metric in metric_names),
            ]


def worth_rows(
    results: RateDistortionResults, format: str, metric_names: Sequence[Metric]
) -> Iterator[list[str]]:
    """The quality of each encoder at the bytes of the first autoencoder's latents."""
    first = next(iter(by_autoencoder(results)))
    for curve in results.curves:
        found = {
            entry.metric: entry.quality
            for entry in results.equal_bytes
            if (entry.autoencoder, entry.format, entry.curve) == (first, format, curve.name)
        }
        yield [
            curve_title(curve),
            *(ranged(found[each]) if each in found else "not reached" for each in metric_names),
        ]


def latent_bits(results: RateDistortionResults, format: str) -> str:
    """Bits per pixel of the first autoencoder's latents in a number format."""
    point = next(point for point in results.latents if point.format == format)
    return number(point.bits_per_pixel.value)


def _entry(
    results: RateDistortionResults, name: str, format: str, curve: Curve, metric: Metric
) -> EqualQuality:
    wanted = name, format, curve.name, metric
    return next(
        entry
        for entry in results.equal_quality
        if (entry.autoencoder, entry.format, entry.curve, entry.metric) == wanted
    )


def _point(results: RateDistortionResults, name: str, format: str) -> LatentPoint:
    return next(
        point for point in results.latents if (point.autoencoder, point.format) == (name, format)
    )


def _ratio(
    results: RateDistortionResults, name: str, format: str, curve: Curve, metric: Metric
) -> str:
    """R at equal quality, or its bound where the curve ends before."""
    entry = _entry(results, name, format, curve, metric)
    if entry.ratio is not None:
        return ranged(entry.ratio)
    assert entry.beyond is not None
    bound = _point(results, name, format).bits_per_pixel.value / entry.beyond
    return f"{'above' if entry.reach == 'below the curve' else 'below'} {number(bound)}"


def _codec_bits(entry: EqualQuality) -> str:
    if entry.bits_per_pixel is not None:
        return number(entry.bits_per_pixel.value)
    assert entry.beyond is not None
    side = "fewer" if entry.reach == "below the curve" else "more"
    return f"{side} than {number(entry.beyond)}"


def bd_rows(results: RateDistortionResults, metric_names: Sequence[Metric]) -> Iterator[list[str]]:
    """BD-rates: bits of a codec relative to another's at equal quality."""
    curves = {curve.name: curve for curve in results.curves}
    for curve in results.curves:
        for reference in results.curves:
            found = {
                entry.metric: entry.percent
                for entry in results.bd_rates
                if (entry.curve, entry.reference) == (curve.name, reference.name)
            }
            if found:
                yield [
                    f"[{curve_title(curves[curve.name])}]{{.nowrap}}",
                    f"[{curve_title(curves[reference.name])}]{{.nowrap}}",
                    *(_percent(found.get(metric)) for metric in metric_names),
                ]


def _percent(estimate: Estimate | None) -> str:
    if estimate is None:
        return "do not overlap"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:+.0f} %"
    return f"{estimate.value:+.0f} % ({estimate.low:+.0f} to {estimate.high:+.0f})"


def answer(results: RateDistortionResults, format: str) -> Markdown:
    """Equal bytes and equal quality in a few sentences, against the recorder's own encoder."""
    curve = recorder_curve(results)
    native = recipe("native")
    recorded = next((each for each in curve.points if each.quality == native.quality), None)
    said = []
    for name in by_autoencoder(results):
        point = _point(results, name, format)
        said.append(
            f"Latents of {name} in {format} take {number(point.bits_per_pixel.value)} bits per "
            f"pixel and come back at {number(point.psnr_db.value)} dB."
        )
        if recorded is not None:
            ratio = point.bits_per_pixel.value / recorded.bits_per_pixel.value
            pictures = compared(
                point.psnr_db.value, recorded.psnr_db.value, "unequal", "equally good", "unequal"
            )
            said.append(
                f"{curve_title(curve)} at CRF {recorded.quality} takes "
                f"{number(recorded.bits_per_pixel.value)} and has {number(recorded.psnr_db.value)} "
                f"dB: $R$ = {number(ratio)}, of {pictures} pictures."
            )
        entry = _entry(results, name, format, curve, "psnr_db")
        said.append(
            f"For the latents' quality it needs {_codec_bits(entry)} bits per pixel: at equal "
            f"quality $R$ is **{_ratio(results, name, format, curve, 'psnr_db')}**."
        )
    return Markdown(" ".join(said))


def recorder_curve(results: RateDistortionResults) -> Curve:
    """That of the encoder which games are recorded with, or the first there is."""
    native = recipe("native")
    return next((each for each in results.curves if each.codec == native.codec), results.curves[0])


def short_answer(results: RateDistortionResults, format: str) -> Markdown:
    """R at equal quality of the first autoencoder against the recorder's encoder, in a sentence."""
    curve = recorder_curve(results)
    name = next(iter(by_autoencoder(results)))
    return Markdown(
        f"Where {curve_title(curve)} is only as good as the decoded latents of {name}, "
        f"the latents take {_ratio(results, name, format, curve, 'psnr_db')} times its bytes"
    )


def by_metric(results: RateDistortionResults, format: str) -> Markdown:
    """Whether the recorder's encoder gains on the first autoencoder by other metrics than PSNR of
    RGB, by R at equal quality; a metric whose curve does not reach is left out."""
    curve = recorder_curve(results)
    name = next(iter(by_autoencoder(results)))
    found: dict[str, list[str]] = {"gains": [], "stays": [], "loses": []}
    reference = _entry(results, name, format, curve, "psnr_db").ratio
    for metric in metrics(results):
        ratio = _entry(results, name, format, curve, metric).ratio
        if metric != "psnr_db" and ratio is not None and reference is not None:
            side = compared(ratio.value, reference.value, "gains", "stays", "loses")
            found[side].append(BY[metric])
    phrases = {
        "gains": "gains on the latents",
        "stays": "keeps its place",
        "loses": "loses to the latents",
    }
    said = [f"{phrases[side]} {listed(by)}" for side, by in found.items() if by]
    if not said:
        return Markdown("")
    return Markdown(
        f"Relative to PSNR of RGB, at equal quality, {curve_title(curve)} {', and '.join(said)}."
    )


def _value(point: RatePoint, metric: Metric) -> Estimate:
    found = getattr(point, metric)
    assert isinstance(found, Estimate)
    return found

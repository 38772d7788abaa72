"""A chart and tables of measured bits per pixel: by resolution, encoder and quality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import plotly.graph_objects as go

from analysis import storage
from analysis.catalog import encoding_title, note, resolution
from analysis.kinds.video_bitrate.measured_encodings import (
    PUBLISHED_B,
    MeasuredEncoding,
)
from analysis.kinds.video_bitrate.record import BitrateRow, VideoBitrate, VideoBitrateResults
from analysis.ledger.estimate import Estimate
from analysis.presentation import charts
from analysis.presentation.text import mark, number, ranged
from analysis.storage import Latent


def spanned(estimate: Estimate) -> str:
    """The interval alone, where cells are many: "0.49–0.66"."""
    if estimate.low is None or estimate.high is None:
        return number(estimate.value, 2)
    return f"{number(estimate.low, 2)}–{number(estimate.high, 2)}"


def whole_factors(latent: Latent, bits_per_pixel: Estimate, size: tuple[int, int]) -> str:
    """The smallest whole t with R < 1, and what it is at the ends of the interval of b."""
    b = bits_per_pixel
    middle, *ends = (
        storage.temporal_threshold(latent, value, size).whole
        for value in (b.value, b.high, b.low)
        if value is not None
    )
    if len(set(ends)) < 2:
        return str(middle)
    return f"{middle} ({ends[0]}–{ends[1]})"


def figure(encodings: Sequence[MeasuredEncoding], latent: Latent, name: str) -> go.Figure:
    """Bits per pixel over the resolution: encodings, the note's values, and latents.

    Args:
        encodings: each is a line.
        latent: stored in float16.
        name: of its autoencoder.
    """
    places = [resolution(name) for name in PUBLISHED_B]
    pixels = [place.height * place.width for place in places]
    chart = go.Figure()
    chart.add_scatter(
        x=pixels,
        y=[storage.latent_bits_per_pixel(latent, *place.size) for place in places],
        mode="lines",
        name=f"{name}, float16 (modelled)",
        line={"color": charts.colour("modelled"), "dash": "dash"},
    )
    chart.add_scatter(
        x=pixels,
        y=list(PUBLISHED_B.values()),
        mode="lines+markers",
        name="the note (published)",
        line={"color": charts.colour("published"), "dash": "dot"},
        marker={"symbol": "x", "size": 8},
    )
    styles = charts.series_styles(encoding.title for encoding in encodings)
    for encoding in encodings:
        rows, style = list(encoding.rows.values()), styles[encoding.title]
        chart.add_scatter(
            x=[row.height * row.width for row in rows],
            y=[row.bits_per_pixel.value for row in rows],
            error_y=charts.error_bars([row.bits_per_pixel for row in rows]),
            mode="lines+markers",
            name=encoding.title,
            line={"color": charts.colour("measured"), "width": 1, "dash": style.dash},
            marker={"symbol": style.symbol, "size": 8},
        )
    chart.update_layout(
        xaxis={
            "type": "log",
            "title": {"text": "pixels per frame"},
            "tickvals": pixels,
            "ticktext": list(PUBLISHED_B),
        },
        yaxis={
            "type": "log",
            "title": {"text": "bits per pixel"},
            "tickvals": [0.05, 0.1, 0.2, 0.5, 1, 2],
        },
        height=520,
    )
    return chart


B_HEADERS = (
    "",
    f"$b$ {mark('published')}",
    f"$b$ {mark('measured')}",
    f"of 480p's {mark('published')}",
    f"of 480p's {mark('measured')}",
    "note off by",
)
"""Of `b_rows`."""


def b_rows(encoding: MeasuredEncoding) -> Iterator[list[str]]:
    """Published and measured b by resolution, absolute and relative to 480p."""
    base = PUBLISHED_B[note().setting.resolution]
    for name, published in PUBLISHED_B.items():
        row = encoding.rows.get(name)
        relative = row.relative_to_480p if row else None
        yield [
            name,
            number(published),
            ranged(row.bits_per_pixel) if row else "",
            number(published / base),
            ranged(relative) if relative else "",
            f"{100 * (published / base / relative.value - 1):+.0f} %" if relative else "",
        ]


R_HEADERS = (
    "",
    f"$R$ {mark('published')}",
    f"$R$ {mark('measured')}",
    f"$R$ carried {mark('modelled')}",
    f"$t$ {mark('published')}",
    f"$t$ {mark('measured')}",
    f"$t$ carried {mark('modelled')}",
)
"""Of `r_rows`."""


def r_rows(encoding: MeasuredEncoding, latent: Latent) -> Iterator[list[str]]:
    """What published and measured b do to R and to the smallest temporal factor."""
    for name, published in PUBLISHED_B.items():
        size = resolution(name).size
        row, anchored = encoding.rows.get(name), encoding.anchored.get(name)
        bits = storage.latent_bits_per_pixel(latent, *size)
        yield [
            name,
            number(storage.storage_ratio(latent, published, size)),
            ranged(encoding.ratio(name, latent)) if row else "",
            ranged(anchored.under(bits)) if anchored else "",
            str(storage.temporal_threshold(latent, published, size).whole),
            whole_factors(latent, row.bits_per_pixel, size) if row else "",
            whole_factors(latent, anchored, size) if anchored else "",
        ]


def encoding_rows(encodings: Sequence[MeasuredEncoding]) -> Iterator[list[str]]:
    """b of every encoding at every resolution."""
    for encoding in encodings:
        b = {name: number(row.bits_per_pixel.value) for name, row in encoding.rows.items()}
        yield [_in_a_row(encoding.title), *_cells(b)]


LAW_HEADERS = ("encoder and quality", "$k$", "exponent $e$", "off by at most")
"""Of `law_rows`."""


def law_rows(encodings: Sequence[MeasuredEncoding]) -> Iterator[list[str]]:
    """The law of every encoding that has one."""
    for encoding in encodings:
        if encoding.law is not None:
            yield [
                _in_a_row(encoding.title),
                ranged(encoding.law.at_480p),
                ranged(encoding.law.exponent),
                f"{100 * encoding.law.largest_deviation:.0f} %",
            ]


def threshold_rows(encodings: Sequence[MeasuredEncoding], latent: Latent) -> Iterator[list[str]]:
    """The temporal factor at which latents and video tie, by encoding and resolution."""
    for encoding in encodings:
        ratios = {name: spanned(encoding.ratio(name, latent)) for name in encoding.rows}
        yield [_in_a_row(encoding.title), *_cells(ratios)]


def whole_rows(encodings: Sequence[MeasuredEncoding], latent: Latent) -> Iterator[list[str]]:
    """The smallest whole temporal factor with R < 1, by encoding and resolution."""
    for encoding in encodings:
        factors = {
            name: whole_factors(latent, row.bits_per_pixel, row.size)
            for name, row in encoding.rows.items()
        }
        yield [_in_a_row(encoding.title), *_cells(factors)]


def projection_rows(
    encodings: Sequence[MeasuredEncoding], hours: float, fps: float
) -> Iterator[list[str]]:
    """Terabytes of that many hours of video, by encoding and resolution."""

    def terabytes(row: BitrateRow) -> Estimate:
        return row.bits_per_pixel.through(
            lambda b: storage.video_bytes(b, *row.size, fps, 3600 * hours) / 1e12
        )

    for encoding in encodings:
        sizes = {name: spanned(terabytes(row)) for name, row in encoding.rows.items()}
        yield [_in_a_row(encoding.title), *_cells(sizes)]


def _in_a_row(text: str) -> str:
    """A cell that is not broken."""
    return f"[{text}]{{.nowrap}}"


def _cells(by_resolution: Mapping[str, str]) -> list[str]:
    """A cell for each resolution of the note, empty where this run does not have it."""
    return [by_resolution.get(name, "") for name in PUBLISHED_B]


SETTINGS_HEADERS = (
    "encoder and quality",
    "frames",
    "$b$",
    "MB/min",
    "PSNR, dB",
    "of luma",
    "SSIM",
    "VMAF",
    "encoded",
    "decoded",
)
"""Of `settings_rows`; speeds are frames per second of one core."""


def settings_rows(results: VideoBitrateResults) -> Iterator[list[str]]:
    """Every encoding at the note's resolution, of natively drawn and of enlarged frames."""
    usual_gop = {row.codec: row.gop for row in reversed(results.rows)}
    for row in results.rows:
        if row.resolution != note().setting.resolution:
            continue
        varied = [f"GOP {row.gop}"] if row.gop != usual_gop[row.codec] else []
        varied += [row.pixel_format] if row.pixel_format == "yuv444p" else []
        yield [
            _in_a_row(", ".join([encoding_title(row.codec, row.quality, row.preset), *varied])),
            "enlarged" if row.upscaled else "drawn",
            number(row.bits_per_pixel.value),
            number(row.mb_per_min.value),
            "exact" if row.lossless else number(row.psnr_db.value),
            "exact" if row.lossless else number(row.psnr_y_db.value),
            number(row.ssim.value),
            number(row.vmaf.value) if row.vmaf else "",
            number(row.encode_frames_per_core_s.value),
            number(row.decode_frames_per_core_s.value),
        ]


def seconds(run: VideoBitrate) -> str:
    """How long the clips are: "30 s, 10 s at 1440p and 4K"."""
    lengths: dict[float, list[str]] = {}
    for clip in run.results.clips:
        names = lengths.setdefault(clip.frames / run.parameters.frames_per_second, [])
        if clip.resolution not in names:
            names.append(clip.resolution)
    longest, *rest = sorted(lengths, reverse=True)
    shorter = (f"{number(length)} s at {' and '.join(lengths[length])}" for length in rest)
    return ", ".join([f"{number(longest)} s", *shorter])


def versions(results: VideoBitrateResults) -> str:
    """Each encoder with its version."""
    found = {row.encoder: row.encoder_version for row in results.rows}
    return ", ".join(f"{encoder} ({version})" for encoder, version in found.items())

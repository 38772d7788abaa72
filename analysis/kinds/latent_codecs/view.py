"""Compressed latents as pages speak of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log10

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis.catalog import Note, note, practices, recipe
from analysis.kinds.latent_codecs.choice import lossy, near_lossless, smallest_lossless
from analysis.kinds.latent_codecs.record import CodecResult, LatentCodecsResults, LongEpisode
from analysis.kinds.rate_distortion.record import RateDistortionResults
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.ledger.estimate import Estimate
from analysis.presentation import charts
from analysis.presentation.text import interval, mark, number

RAW = "raw"
ZSTD = "zstd:3"
OPEN_LOOP = "delta+int8+zstd:3"
_SYMBOLS = {"note": "x", "lossless": "circle", "lossy": "diamond"}
_LABELS = {"note": "bottom center", "lossless": "top left", "lossy": "top right"}
"""Where names stand beside points, so that none leaves the chart."""
_TITLES = {"note": "methods of the note", "lossless": "lossless", "lossy": "lossy, closed loop"}


def by_name(results: LatentCodecsResults) -> dict[str, CodecResult]:
    """Every codec that was measured."""
    return {codec.name: codec for codec in results.codecs}


def percent(estimate: Estimate, digits: int = 3) -> str:
    """A share in per cent, without its interval."""
    return f"{number(100 * estimate.value, digits)} %"


def answer(results: LatentCodecsResults) -> Markdown:
    """The whole page in a few sentences."""
    codecs = by_name(results)
    lossless = smallest_lossless(results)
    said = [
        f"Without any loss the latents shrink to **{percent(lossless.share)}** of raw float16 "
        f"(`{lossless.name}`); zstd leaves {percent(codecs[ZSTD].share)}."
    ]
    best = near_lossless(results)
    if best is not None and best.loss_db is not None:
        said.append(
            f"**{percent(best.share)}** are enough for decoded frames that lose "
            f"{number(best.loss_db.value, 2)} dB beside the recording (`{best.name}`), read at "
            f"{number(best.decode_mb_per_s, 3)} MB of float16 per second and core, with an error "
            "that is the same in the last frame as in the first."
        )
    bad = codecs[OPEN_LOOP]
    if bad.loss_db is not None:
        said.append(
            f"The note's int8 takes {percent(bad.share)} and loses {number(bad.loss_db.value, 2)} "
            "dB, because it adds its errors up."
        )
    return Markdown(" ".join(said))


def against_video(results: LatentCodecsResults, sizes: ShardSizes, name: str) -> Markdown:
    """What compression makes of R, in a sentence for each recording."""
    best = near_lossless(results)
    if best is None:
        return Markdown("")
    said = []
    for entry in sizes.results.sets:
        if entry.kind != "recording" or entry.bits_per_pixel is None:
            continue
        video = entry.mb_per_min.value if entry.mb_per_min else None
        if video:
            said.append(
                f"{number(results.raw_mb_per_min / video)} to "
                f"**{number(best.mb_per_min.value / video)}** beside the set {entry.name}"
            )
    joined = ", and from ".join(said)
    return Markdown(f"For latents of {name} that takes $R$ from {joined}." if said else "")


def at_equal_quality(
    results: LatentCodecsResults, compared: RateDistortionResults, name: str
) -> Markdown:
    """What compression makes of R where the video is only as good as the decoded latents."""
    best = near_lossless(results)
    native = recipe("native")
    found = [
        entry.ratio
        for entry in compared.equal_quality
        if (entry.autoencoder, entry.format, entry.metric) == (name, "fp16", "psnr_db")
        and entry.curve in {curve.name for curve in compared.curves if curve.codec == native.codec}
    ]
    if best is None or not found or found[0] is None:
        return Markdown("")
    ratio = found[0].value
    return Markdown(
        f"Where the video is encoded only as well as these latents decode "
        f"([Quality](quality.qmd)), it takes $R$ from {number(ratio)} to about "
        f"**{number(ratio * best.share.value, 2)}** {mark('modelled')}, the product of both runs."
    )


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
            "title": {"text": "PSNR beside the decode of the exact latents, dB"},
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


_SPEED_HEADERS = ("decode MB/s", "encode MB/s", "clip, bytes", "clip, ms", "MB/min")
LOSSLESS_HEADERS = ("codec", "% of raw", *_SPEED_HEADERS)
LOSSY_HEADERS = ("codec", "% of raw", "PSNR, dB", "loss, dB", *_SPEED_HEADERS, "SSIM")


def lossless_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """The lossless codecs from the smallest on."""
    for codec in lossless(results):
        yield [f"[`{codec.name}`]{{.nowrap}}", _ranged(codec.share), *_speeds(codec)]


def lossy_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """The lossy codecs that are not the note's, from the smallest on."""
    for codec in lossy(results):
        quality = codec.beside_exact
        yield [
            f"[`{codec.name}`]{{.nowrap}}",
            _ranged(codec.share),
            _or_dash(quality.psnr_db if quality else None),
            _or_dash(codec.loss_db, 2),
            *_speeds(codec),
            _or_dash(quality.ssim if quality else None, 4),
        ]


def _speeds(codec: CodecResult) -> list[str]:
    return [
        number(codec.decode_mb_per_s),
        number(codec.encode_mb_per_s),
        f"{number(codec.clip_bytes_over_share)} ×",
        number(codec.clip_ms),
        number(codec.mb_per_min.value),
    ]


def _ranged(share: Estimate) -> str:
    value = number(100 * share.value)
    if share.low is None or share.high is None:
        return value
    return f"{value} ({number(100 * share.low)} to {number(100 * share.high)})"


def _or_dash(estimate: Estimate | None, digits: int = 3) -> str:
    return "–" if estimate is None else number(estimate.value, digits)


def lossless(results: LatentCodecsResults) -> list[CodecResult]:
    """The lossless ones from the smallest on."""
    return sorted((c for c in results.codecs if c.lossless), key=lambda c: c.share.value)


NOTE_HEADERS = (
    "method",
    f"% {mark('published')}",
    f"MSE {mark('published')}",
    f"% {mark('measured')}",
    f"MSE {mark('measured')}",
    "MSE, last",
    "largest",
    "loss, dB",
)


def published_saving() -> str:
    """What the note's best way without loss saves: "9 %"."""
    kept = min(float(row.percent_of_raw) for row in note().compression if row.lossless != "no")
    return f"{number(100 - kept, 1)} %"


def note_codecs(published: Note) -> list[tuple[str, str, str, str]]:
    """The note's methods as it calls them: name, codec, share and error as printed."""
    tables = [RAW, ZSTD, "delta+zstd:3", OPEN_LOOP]
    found = [
        (row.method, name, str(row.percent_of_raw), row.mean_squared_error or "–")
        for row, name in zip(published.compression, tables, strict=True)
    ]
    return found + [
        (
            f"the same a channel, {row.clip_sigma} σ",
            f"delta+int8-channel:{row.clip_sigma}+zstd:3",
            str(row.percent_of_raw),
            str(row.mse),
        )
        for row in published.drift
    ]


def note_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """The note's two tables beside the same methods on the latents measured here."""
    codecs = by_name(results)
    for method, name, share, error in note_codecs(note()):
        codec = codecs[name]
        yield [
            f"[{method}]{{.nowrap}}",
            share,
            error,
            number(100 * codec.share.value),
            number(codec.mean_squared_error.value),
            number(codec.last_frame_error),
            number(codec.largest_error),
            _or_dash(codec.loss_db, 2),
        ]


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


BOUND_HEADERS = (
    "quantiser",
    "levels",
    "entropy, % of raw",
    "given the frame before, % of raw",
    "smallest codec",
    "% of raw",
    "over the entropy",
    "over the conditional one",
)


def bound_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """Entropies of each quantiser's symbols, and the smallest codec on them."""
    for entry in results.symbols:
        on_it = [codec for codec in results.codecs if codec.quantiser == entry.quantiser]
        best = min(on_it, key=lambda codec: codec.share.value)
        yield [
            f"[`{entry.quantiser}`]{{.nowrap}}",
            str(entry.levels),
            number(100 * entry.zero_order),
            number(100 * entry.given_previous),
            f"[`{best.name}`]{{.nowrap}}",
            number(100 * best.share.value),
            _over(best.share.value / entry.zero_order),
            _over(best.share.value / entry.given_previous),
        ]


def coder_rows(results: LatentCodecsResults, quantiser: str) -> Iterator[list[str]]:
    """Every coder of one quantiser's symbols beside their entropies."""
    entry = next(each for each in results.symbols if each.quantiser == quantiser)
    on_it = [codec for codec in results.codecs if codec.quantiser == quantiser]
    for codec in sorted(on_it, key=lambda each: each.share.value):
        yield [
            f"[`{codec.name}`]{{.nowrap}}",
            number(100 * codec.share.value),
            _over(codec.share.value / entry.zero_order),
            _over(codec.share.value / entry.given_previous),
            number(100 * codec.side_share, 2),
            number(codec.decode_mb_per_s),
        ]


def lossless_bound_rows(results: LatentCodecsResults) -> Iterator[list[str]]:
    """Every lossless codec beside the entropy of the bit fields."""
    for codec in lossless(results):
        yield [
            f"[`{codec.name}`]{{.nowrap}}",
            number(100 * codec.share.value),
            _over(codec.share.value / results.fields.share),
        ]


def _over(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.1f} %"


def quantiser_with_most_coders(results: LatentCodecsResults) -> str:
    """The quantiser whose symbols most coders were tried on."""
    names = [codec.quantiser for codec in results.codecs if codec.quantiser]
    return max(dict.fromkeys(names), key=names.count)


def long_rows(episodes: Sequence[LongEpisode]) -> Iterator[list[str]]:
    """Clips out of a long episode."""
    for episode in episodes:
        yield [
            f"[`{episode.codec}`]{{.nowrap}}",
            f"{episode.frames:,}",
            number(episode.bytes / 1e6),
            f"{number(episode.mean_over_share)} ×",
            f"{number(episode.largest_over_share)} ×",
            number(episode.clip_ms),
            f"{number(episode.clip_ms / episode.share_ms)} ×",
        ]


def fields(results: LatentCodecsResults) -> Markdown:
    """The entropies of float16's fields in a sentence."""
    found = results.fields
    return Markdown(
        f"The sign of these values has {number(found.sign)} bits of entropy, the exponent "
        f"{number(found.exponent)} and the mantissa {number(found.mantissa, 4)} of its ten: "
        f"{number(100 * found.share)} % of raw is what a coder of single fields can reach."
    )


def sample(results: LatentCodecsResults) -> Markdown:
    """What was compressed."""
    channels, height, width = results.shape
    said = (
        f"{results.frames:,} latent frames of {channels} × {height} × {width}, one view of each of "
        f"{results.episodes} games"
    )
    exact = results.exact_beside_recording
    if exact is not None:
        said += (
            f"; decoded as they are, they come to {number(exact.psnr_db.value)} dB of the "
            f"recording ({interval(exact.psnr_db)})"
        )
    return Markdown(said)


def practice_rows() -> Iterator[list[str]]:
    """What others do."""
    for entry in practices():
        stores, source = (f"[{text}]{{.words}}" for text in (entry.stores, entry.source))
        yield [entry.who, stores, entry.compression, source]

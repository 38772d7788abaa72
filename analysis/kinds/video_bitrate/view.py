"""Measured bits per pixel as pages speak of them: by resolution, encoder and quality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from IPython.display import Markdown

from analysis import storage
from analysis.catalog import encoding_title, note, resolution
from analysis.kinds.video_bitrate.measured_encodings import (
    PUBLISHED_B,
    MeasuredEncoding,
    recorded,
)
from analysis.kinds.video_bitrate.record import BitrateRow, VideoBitrate, VideoBitrateResults
from analysis.ledger.estimate import Estimate
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
    """Terabytes of so many hours of video, by encoding and resolution."""

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
    """A cell a resolution of the note's, empty where this run has it not."""
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


def shape_verdict(encoding: MeasuredEncoding) -> Markdown:
    """How far the note's estimates are from what was measured, in a sentence."""
    base = PUBLISHED_B[note().setting.resolution]
    off = {
        name: PUBLISHED_B[name] / base / row.relative_to_480p.value
        for name, row in encoding.rows.items()
        if row.relative_to_480p is not None
    }
    largest = max(off, key=lambda name: abs(np.log(off[name])))
    factor = off[largest]
    b = [row.bits_per_pixel.value for row in encoding.rows.values()]
    falling = all(after < before for before, after in pairwise(b))
    direction = "falls, as the note expects," if falling else "does not fall"
    return Markdown(
        f"$b$ {direction} from each resolution to the next. Relative to "
        f"{note().setting.resolution}, the estimate that is furthest off is that of {largest}: "
        f"{number(abs(100 * (factor - 1)), 2)} % too {'high' if factor > 1 else 'low'} beside "
        f"{encoding.title}."
    )


def slopes(encodings: Sequence[MeasuredEncoding]) -> Markdown:
    """How steeply b falls: the least and the most steep law."""
    laws = {each.title: each.law.exponent.value for each in encodings if each.law is not None}
    if not laws:
        return Markdown("This run has too few resolutions to say how steeply.")
    steepest, flattest = min(laws, key=laws.__getitem__), max(laws, key=laws.__getitem__)
    return Markdown(
        f"The steepest is that of {steepest}, with an exponent of {number(laws[steepest], 2)}, the "
        f"flattest that of {flattest} with {number(laws[flattest], 2)}."
    )


def ties(encodings: Sequence[MeasuredEncoding], latent: Latent, name: str) -> str:
    """At which size latents and video take the same bytes, for each encoding with a law."""
    smallest, largest = (
        pick(entry.height * entry.width for entry in map(resolution, PUBLISHED_B))
        for pick in (min, max)
    )
    lines = []
    for encoding in encodings:
        tie = encoding.tie(latent)
        if tie is None:
            continue
        if not smallest <= tie.pixels <= largest:
            winner = "latents are the smaller ones"
            if not tie.latents_win(smallest):
                winner = "video is the smaller one"
            lines.append(f"- {encoding.title}: the {winner} at every resolution here.")
        else:
            height = round(float(np.sqrt(tie.pixels * 9 / 16)))
            lines.append(
                f"- {encoding.title}: the two tie at {number(tie.pixels / 1e6)} million pixels, a "
                f"picture of 16:9 with {height} rows; {tie.latents_smaller} that the latents are "
                "smaller."
            )
    if not lines:
        return "This run has too few resolutions for a law."
    joined = "\n".join(lines)
    return f"Latents of {name} in float16 and the video take the same bytes here:\n\n{joined}"


def size_decides(encodings: Sequence[MeasuredEncoding], latent: Latent) -> Markdown:
    """How b goes with the size, and from which size on which is smaller, in a sentence or two."""
    encoding = recorded(encodings)
    tie = encoding.tie(latent)
    if tie is None or encoding.law is None:
        return Markdown("This run has too few resolutions to say how $b$ goes with the size.")
    goes = "falls" if encoding.law.exponent.value < 0 else "rises"
    winner = "latents are the smaller ones"
    if tie.latents_smaller == "below":
        winner = "video is the smaller one"
    return Markdown(
        f"$b$ {goes} as frames grow, the latents' bits per pixel do not: against "
        f"{encoding.title} the {winner} from {number(tie.pixels / 1e6)} million pixels on."
    )


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

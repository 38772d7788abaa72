"""What measured bits per pixel come to, in sentences whose words follow from the figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from IPython.display import Markdown

from analysis.catalog import note, resolution
from analysis.kinds.video_bitrate.measured_encodings import (
    PUBLISHED_B,
    MeasuredEncoding,
    recorded,
)
from analysis.kinds.video_bitrate.record import BitrateRow, VideoBitrateResults
from analysis.presentation.text import apart, compared, number
from analysis.storage import Latent

_FAR: Final = 1.5
"""From this ratio on, one figure is called far more or far fewer than the other."""


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
    distance = apart(100 * factor, 100, "%", "too high", "exact", "too low")
    return Markdown(
        f"$b$ {direction} from each resolution to the next. Relative to "
        f"{note().setting.resolution}, the estimate that is furthest off is that of {largest}: "
        f"{distance} against {encoding.title}."
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


def choice_or_size(encodings: Sequence[MeasuredEncoding]) -> Markdown:
    """Whether the choice of encoder and quality moves b more than the resolution does."""
    spans = compared(
        *_spans(encodings),
        "spans more than the resolutions do",
        "spans as much as the resolutions do",
        "spans less than the resolutions do",
    )
    return Markdown(
        f"The height of a line is a choice, that of encoder and quality, and the choice {spans}."
    )


def factor_depends_on(encodings: Sequence[MeasuredEncoding]) -> Markdown:
    """Whether the temporal factor depends more on the encoding or on the resolution."""
    depends = compared(
        *_spans(encodings),
        "more on the encoder and its quality than on the resolution",
        "on the encoder and its quality as much as on the resolution",
        "more on the resolution than on the encoder and its quality",
    )
    return Markdown(f"the factor depends {depends}")


def _spans(encodings: Sequence[MeasuredEncoding]) -> tuple[float, float]:
    """The largest b over the smallest: over encodings at the note's resolution, and over the
    resolutions of the recorder's encoding."""
    at = note().setting.resolution
    over_encodings = [encoding.rows[at].bits_per_pixel.value for encoding in encodings]
    over_sizes = [row.bits_per_pixel.value for row in recorded(encodings).rows.values()]
    return max(over_encodings) / min(over_encodings), max(over_sizes) / min(over_sizes)


def enlarged_frames(results: VideoBitrateResults) -> Markdown:
    """What enlarged frames take against frames drawn at that size, at the best quality that has
    both; nothing where the run has none."""
    at = note().setting.resolution
    rows = [row for row in results.rows if row.resolution == at and not row.lossless]
    drawn = {_encoding(row): row.bits_per_pixel.value for row in rows if not row.upscaled}
    pairs = [
        (row.bits_per_pixel.value, drawn[_encoding(row)])
        for row in rows
        if row.upscaled and _encoding(row) in drawn
    ]
    if not pairs:
        return Markdown("")
    enlarged, native = max(pairs, key=lambda pair: pair[1])
    many = "far " if max(enlarged, native) > _FAR * min(enlarged, native) else ""
    side = compared(
        enlarged, native, f"{many}more bits than", "as many bits as", f"{many}fewer bits than"
    )
    return Markdown(
        f"Such frames are smooth, and at the highest quality take {side} frames drawn at that size."
    )


def _encoding(row: BitrateRow) -> tuple[object, ...]:
    return row.codec, row.preset, row.quality, row.gop, row.pixel_format

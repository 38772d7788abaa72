"""The page on the temporal factor: what it takes, what short clips get of it, what models read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import plotly.graph_objects as go

from analysis import storage
from analysis.catalog import Autoencoder, Resolution, autoencoder, note, resolution
from analysis.presentation import charts
from analysis.presentation.text import mark, number, size
from analysis.storage import Latent

COSMOS: Final = "cosmos-cv8x8x8"
_WAN: Final = "wan-2.1"
_PATCHES: Final = {COSMOS: 2, _WAN: 2, "hunyuan-video-1.5": 1, "ltx-video": 1}
"""Autoencoders of published video models, with the patch size that the model uses."""


def noted() -> Autoencoder:
    """The note's autoencoder, which encodes frame by frame."""
    return autoencoder(note().setting.autoencoder)


THRESHOLD_HEADERS: Final = (
    "resolution",
    f"$b$ {mark('published')}",
    "$t$ above",
    "in the note",
    "smallest whole $t$",
)
"""Of `threshold_rows`."""


def threshold_rows() -> Iterator[list[str]]:
    """From which temporal factor latents are smaller, at the note's b."""
    printed = {row.name: str(row.temporal) for row in note().threshold}
    for row in note().resolution:
        threshold = storage.temporal_threshold(
            noted().latent(), float(row.bits_per_pixel), resolution(row.name).size
        )
        yield [
            row.name,
            str(row.bits_per_pixel),
            number(threshold.real),
            printed.get(row.name, "none needed"),
            str(threshold.whole),
        ]


def clips_figure() -> go.Figure:
    """Frames per latent frame over the length of a clip, of causal and of chunked autoencoders."""
    cosmos, wan = autoencoder(COSMOS).latent(), autoencoder(_WAN).latent()
    shapes = {
        f"t = {shape.temporal}, {'causal' if shape.causal else 'chunked'}": shape
        for shape in (cosmos, replace(cosmos, causal=False), wan)
    }
    lengths = list(range(1, 130))
    styles = charts.series_styles(shapes)
    chart = go.Figure()
    for name, shape in shapes.items():
        chart.add_scatter(
            x=lengths,
            y=[storage.effective_temporal_factor(shape, length) for length in lengths],
            mode="lines+markers",
            name=name,
            line={"color": charts.colour("modelled"), "dash": styles[name].dash},
            marker={"symbol": styles[name].symbol, "maxdisplayed": 12},
        )
    chart.update_layout(
        xaxis={"title": {"text": "frames per clip"}},
        yaxis={"title": {"text": "frames per latent frame"}, "rangemode": "tozero"},
        height=360,
    )
    return chart


def _smallest() -> Latent:
    """The note's latents with the temporal factor of Cosmos, at a byte per value."""
    temporal = autoencoder(COSMOS).temporal
    return replace(noted().latent(), temporal=temporal, bytes_per_value=1)


def projection_headers() -> list[str]:
    """Of `projection_rows`."""
    smallest = f"latents, $t = {_smallest().temporal}$, fp8"
    return ["resolution", f"$b$ {mark('published')}", "MP4", "latents, float16", smallest]


def projection_rows() -> Iterator[list[str]]:
    """What the note's hours would take at each resolution, at the note's b."""
    for row in note().resolution:
        place = resolution(row.name)
        yield [
            row.name,
            str(row.bits_per_pixel),
            _total(float(row.bits_per_pixel), place),
            *(
                _total(storage.latent_bits_per_pixel(shape, *place.size), place)
                for shape in (noted().latent(), _smallest())
            ),
        ]


def _total(bits_per_pixel: float, place: Resolution) -> str:
    setting = note().setting
    return size(storage.video_bytes(bits_per_pixel, *place.size, setting.fps, 3600 * setting.hours))


TOKEN_HEADERS: Final = (
    "autoencoder",
    "$t$",
    "patch",
    "tokens per second",
    "attention",
    "latent frames per second",
)
"""Of `token_rows`."""


def token_rows() -> Iterator[list[str]]:
    """What a video model reads and pays with each autoencoder, at the note's resolution."""
    setting = note().setting
    place = resolution(setting.resolution)
    reference = storage.tokens_per_second(noted().latent(), *place.size, setting.fps)
    for id, patch in {setting.autoencoder: 1, **_PATCHES}.items():
        entry = autoencoder(id)
        tokens = storage.tokens_per_second(entry.latent(), *place.size, setting.fps, patch)
        yield [
            entry.name,
            str(entry.temporal),
            str(patch),
            number(tokens, 4),
            number(storage.relative_attention_cost(tokens, reference), 2),
            number(storage.shown_frames_per_second(entry.latent(), setting.fps), 3),
        ]

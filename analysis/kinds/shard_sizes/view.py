"""The measured sets of recordings: tables, a chart, sentences, and some seconds of a game."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean
from typing import Final

import plotly.graph_objects as go
from IPython.display import Markdown

from analysis import storage
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.kinds.shard_sizes.recordings import Recording
from analysis.presentation import charts
from analysis.presentation.clips import Clip, clip_figure
from analysis.presentation.sources import Source
from analysis.presentation.text import compared, estimated, mark, number, size
from analysis.storage import Latent

_VIDEO_DECIDES: Final = 0.99
"""From this share of the bytes on, all else in a shard is called a rounding error."""

RECIPE_HEADERS: Final = (
    "codec, as the file says",
    "size",
    "frames per second",
    "games",
    "on disk",
    f"$b$, bits per pixel {mark('measured')}",
    f"MB per minute of one view {mark('measured')}",
    "smaller than raw, times",
    f"$R$ {mark('modelled')} from measured $b$",
)
"""The first cells of `recipe_rows`."""


def game(run: Source[ShardSizes]) -> Markdown:
    """Some seconds of a game, its players side by side; nothing where the run kept none."""
    shown = run.measurement.results.clip
    if shown is None:
        return Markdown("")
    players = [f"player {player.removeprefix('p')}" for player in shown.players]
    where = _map(run.measurement, shown.set, shown.episode)
    clip = Clip(
        video=run.media(shown.file),
        poster=run.media(shown.poster),
        width=shown.width,
        height=shown.height,
        panels=[players],
        said=f"Both views of a game{f' on {where}' if where else ''} at the same time, "
        f"{number(shown.frames / shown.fps, 2)} s from frame {shown.first_frame:,} on: in "
        f"{shown.both_fire_frames} of these {shown.frames} frames both players fire, the most that "
        "was found. Each sees the other where its own shots go. Made smaller for this page.",
    )
    return Markdown(f"```{{=html}}\n{clip_figure(clip)}\n```")


def _map(run: ShardSizes, name: str, episode: str) -> str | None:
    return next(
        (
            each.map
            for entry in run.results.sets
            if entry.name == name
            for each in entry.per_episode
            if each.key == episode
        ),
        None,
    )


def recipe_rows(sets: Sequence[Recording], latent: Latent) -> Iterator[list[str]]:
    """A row for each figure, a column for each set."""
    columns = [_recipe_column(item, latent) for item in sets]
    for title, *cells in zip(RECIPE_HEADERS, *columns, strict=True):
        yield [title, *cells]


def _recipe_column(item: Recording, latent: Latent) -> list[str]:
    shards = item.entry
    return [
        ", ".join(shards.codecs),
        f"{shards.width} × {shards.height}",
        number(shards.fps or 0, 2),
        str(shards.episodes),
        size(shards.bytes),
        estimated(item.bits_per_pixel),
        estimated(shards.mb_per_min),
        number(storage.video_compression(item.bits_per_pixel.value)),
        estimated(item.ratio(latent)),
    ]


def component_rows(sets: Sequence[Recording]) -> Iterator[list[str]]:
    """A row for each component of the shards: bytes and share in each set."""
    for name in dict.fromkeys(name for item in sets for name in item.entry.components):
        cells = [name.replace("_", " ")]
        for item in sets:
            found = item.entry.components.get(name, 0)
            cells += [size(found), f"{found / item.entry.bytes:.2%}"]
        yield cells


def what_decides(sets: Sequence[Recording]) -> Markdown:
    """Whether the bytes of shards are those of their videos, by the set with the least of them."""
    if min(map(_video_share, sets)) >= _VIDEO_DECIDES:
        return Markdown(
            "Nearly all bytes are video. Actions and rewards are a rounding error next to it, and "
            "so $b$ of the videos alone is what decides."
        )
    return Markdown(
        "Not all bytes are video. What lies next to it counts too, and $b$ of the videos alone "
        "does not decide."
    )


def _video_share(item: Recording) -> float:
    components = item.entry.components
    videos = (found for name, found in components.items() if name.startswith("video"))
    return sum(videos) / sum(components.values())


def property_of_recording(sets: Sequence[Recording]) -> Markdown:
    """Whether b differs between recordings of the same games."""
    first, last = (item.bits_per_pixel.value for item in (sets[0], sets[-1]))
    differs = (
        "Neither $b$ is a property of Doom: each belongs to a codec, a quality setting and a way "
        "of rendering."
    )
    alike = "Both ways of recording come to the same $b$ here."
    return Markdown(compared(first, last, differs, alike, differs) if len(sets) > 1 else "")


def maps_or_recipes(sets: Sequence[Recording]) -> Markdown:
    """Whether b moves more between maps or between recordings; nothing where there is but one."""
    by_map = [list(_by_map(item).values()) for item in sets]
    if len(sets) < 2 or min(map(len, by_map)) < 2:
        return Markdown("")
    maps = max(max(found) / min(found) for found in by_map)
    values = [item.bits_per_pixel.value for item in sets]
    side = compared(maps, max(values) / min(values), "more than", "as much as", "less than")
    return Markdown(f"What a map looks like moves $b$ {side} the recipe does.")


def _by_map(item: Recording) -> dict[str, float]:
    """The mean b of the games on each map."""
    found: dict[str, list[float]] = {}
    for episode in item.entry.per_episode:
        if episode.bits_per_pixel is not None:
            found.setdefault(episode.map or "unknown", []).append(episode.bits_per_pixel)
    return {name: mean(values) for name, values in found.items()}


def games_figure(sets: Sequence[Recording], latent: Latent, name: str) -> go.Figure:
    """Bits per pixel of every game by map, with latents as a level line.

    Args:
        sets: each is a series of points.
        latent: stored in float16.
        name: of its autoencoder.
    """
    chart = go.Figure()
    styles = charts.series_styles(item.label for item in sets)
    for item in sets:
        chart.add_scatter(
            x=[episode.map or "unknown" for episode in item.entry.per_episode],
            y=[episode.bits_per_pixel for episode in item.entry.per_episode],
            mode="markers",
            name=item.label,
            marker={
                "color": charts.colour("measured"),
                "symbol": styles[item.label].symbol,
                "size": 9,
            },
        )
    chart.add_hline(
        y=storage.latent_bits_per_pixel(latent, *sets[0].size),
        line={"color": charts.colour("modelled"), "dash": "dash"},
        annotation={"text": f"{name}, float16"},
        annotation_position="bottom left",
    )
    chart.update_layout(
        yaxis={"title": {"text": "bits per pixel"}, "rangemode": "tozero"},
        xaxis={"title": {"text": "map"}},
        height=380,
    )
    return chart

"""What is wrong with an episode, as far as its headers tell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from analysis.datasets.arrays.npy import ArrayHeader
from analysis.datasets.episode import Episode
from analysis.datasets.layouts.doom import (
    ACTION_COLUMNS,
    META,
    PLAYERS,
    Content,
    EncodedMeta,
    LatentMeta,
    Player,
    RecordingMeta,
    field_name,
)
from analysis.video.probe import VideoHeader


def errors_of(episode: Episode) -> Iterator[str]:
    """One sentence for each thing in an episode that breaks the layout."""
    yield from gaps_of(episode)
    yield from _arrays("actions", episode.actions, (ACTION_COLUMNS,), "float32")
    yield from _arrays("rewards", episode.rewards, (), "float32")
    for player, latents in episode.latents.items():
        yield from _latents(episode.latents_field(player), player, latents, episode.meta)
    for player, video in episode.videos.items():
        yield from _video(player, video, episode.meta)


def gaps_of(episode: Episode) -> Iterator[str]:
    """One sentence for each part of an episode that cannot be read, is missing, or is of another
    length than the others: what keeps it from being used at all."""
    yield from episode.defects.values()
    yield from _missing(episode)
    lengths = episode.lengths
    if len(set(lengths.values())) > 1:
        parts = ", ".join(f"{part} {length}" for part, length in lengths.items())
        yield f"Frames, actions and rewards differ in length: {parts}."


def absent_meta(episode: Episode) -> tuple[str, ...]:
    """The fields that `meta.json` should have and has not, those of the second player apart."""
    if episode.meta is None:
        return ()
    expected = LatentMeta if episode.latents else RecordingMeta
    return tuple(
        name
        for name in expected.model_fields
        if getattr(episode.meta, name) is None and not name.endswith("_p2")
    )


def _missing(episode: Episode) -> Iterator[str]:
    meta = episode.meta
    for_two = meta is not None and (meta.mode == "pvp" or meta.is_pvp is True)
    for player in PLAYERS:
        if player != "p1" and not for_two and player not in episode.players:
            continue
        shown = episode.latents_field(player) if episode.latents else field_name("video", player)
        for field in (shown, field_name("actions", player), field_name("rewards", player)):
            if field not in episode.sizes:
                yield f"{field} is missing."
        if {field_name("latents", player), field_name("compressed_latents", player)} <= (
            episode.sizes.keys()
        ):
            yield f"The latents of {player} are there compressed and not; remove one of them."
    if META not in episode.sizes:
        yield f"{META} is missing."


def _arrays(
    content: Content, arrays: Mapping[Player, ArrayHeader], columns: tuple[int, ...], dtype: str
) -> Iterator[str]:
    """Check arrays of shape (N, *columns)."""
    for player, array in arrays.items():
        if len(array.shape) != 1 + len(columns) or array.shape[1:] != columns:
            layout = str(("N", *columns)).replace("'", "")
            yield f"{field_name(content, player)} has the shape {array.shape}, not {layout}."
        if array.dtype != dtype:
            yield f"{field_name(content, player)} is {array.dtype}, not {dtype}."


def _latents(
    field: str, player: Player, latents: ArrayHeader, meta: EncodedMeta | None
) -> Iterator[str]:
    if latents.dtype != "float16":
        yield f"{field} is {latents.dtype}, not float16."
    if len(latents.shape) != 4:
        yield f"{field} has the shape {latents.shape}, not (frames, channels, height, width)."
        return
    if latents.shape[0] == 0:
        yield f"{field} holds no frame."
    if meta is None:
        return
    frames, channels, height, width = latents.shape
    # meta.json gives one shape, that of p1; the other view may have another number of frames.
    # It may also be that of one frame.
    said = meta.latent_shape_p1 or latents.shape
    if said[-3:] != latents.shape[1:] or (player == "p1" and len(said) == 4 and said[0] != frames):
        yield f"{field} has the shape {latents.shape}, {META} says {meta.latent_shape_p1}."
    for name, stated, found in (
        ("n_latent_frames", meta.n_latent_frames, frames),
        ("latent_channels", meta.latent_channels, channels),
    ):
        if stated is not None and stated != found:
            yield f"{field} has {found} where {META} says {name} {stated}."
    if meta.video_resolution and meta.latent_spatial_compression:
        factor = meta.latent_spatial_compression
        expected = tuple(math.ceil(side / factor) for side in meta.video_resolution)
        if (width, height) != expected:
            yield (
                f"{field} is {width}x{height}, {META} says "
                f"{_size(meta.video_resolution)} over {factor}."
            )


def _video(player: Player, video: VideoHeader, meta: EncodedMeta | None) -> Iterator[str]:
    if meta is None:
        return
    field = field_name("video", player)
    if meta.n_frames is not None and meta.n_frames != video.frames:
        yield f"{field} has {video.frames} frames, {META} says {meta.n_frames}."
    if meta.video_resolution is not None and meta.video_resolution != (video.width, video.height):
        found = _size((video.width, video.height))
        yield f"{field} is {found}, {META} says {_size(meta.video_resolution)}."
    if meta.fps is not None and not math.isclose(video.fps, meta.fps, rel_tol=1e-3):
        yield f"{field} plays at {float(video.fps):g} frames a second, {META} says {meta.fps:g}."


def _size(sides: tuple[int, int]) -> str:
    return f"{sides[0]}x{sides[1]}"

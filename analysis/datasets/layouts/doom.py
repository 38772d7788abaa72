"""Layout `doom`: the shards of two-player games that this project records.

A shard is a WebDataset tar. One sample is one episode: its key is `ep_<uuid4>`, and the rest of a
member's name says what it is, as in `ep_<uuid4>.video_p1.mp4`. A recording shard holds videos, a
latent shard what an autoencoder made of them; actions, rewards and `meta.json` are in both. The
latents of a compressed latent shard are in `latents_p1.latc` instead of `latents_p1.npy`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from analysis.datasets.dataset import Episode, Track, TrackKind
from analysis.datasets.metadata import EncodedMeta, LatentMeta, RecordingMeta, encoded_meta

Player = Literal["p1", "p2"]
Content = Literal["video", "actions", "rewards", "latents", "compressed_latents", "demo"]

NAME: Final = "doom"
ORDER: Final = 1
STORED: Final = "shards"
WANTS: Final = "video_p1.mp4 or latents_p1.npy, with actions_p1.npy, rewards_p1.npy and meta.json"
META: Final = "meta.json"

PLAYERS: Final[tuple[Player, ...]] = ("p1", "p2")
"""The two views; every member of `p2` is absent from an episode of one player."""

ACTION_COLUMNS: Final = 14
"""Columns of an action: 13 binary buttons, then the turn in degrees."""

_PARTS: Final[dict[Content, tuple[str, str, TrackKind]]] = {
    "video": ("video", "mp4", "video"),
    "actions": ("actions", "npy", "array"),
    "rewards": ("rewards", "npy", "array"),
    "latents": ("latents", "npy", "latents"),
    "compressed_latents": ("latents", "latc", "latents"),
    "demo": ("demo", "lmp", "other"),
}


def field_name(content: Content, player: Player) -> str:
    """The name of a player's content: `field_name("video", "p1")` is `video_p1.mp4`."""
    stem, suffix, _ = _PARTS[content]
    return f"{stem}_{player}.{suffix}"


_KINDS: Final[dict[str, TrackKind]] = {
    META: "meta",
    **{
        field_name(content, player): kind
        for content, (_, _, kind) in _PARTS.items()
        for player in PLAYERS
    },
}
_VIEW: Final = re.compile(r"(video|latents)_(p[12])\.")


def recording_shard_name(worker: int, number: int) -> str:
    """The file name of a recording shard: `mp-0000-000000.tar`."""
    return f"mp-{worker:04d}-{number:06d}.tar"


# What every layout says


def recognises(names: Sequence[str]) -> bool:
    """Whether any member is called as in this layout; `meta.json` alone is anybody's."""
    return any(_KINDS.get(name, "meta") != "meta" for name in names)


def kind_of(name: str, names: Sequence[str]) -> TrackKind:
    """What a member holds, by its name alone."""
    return _KINDS.get(name, "other")


def component_of(name: str) -> str:
    """`video_p1`, …, `demo_p2`, `meta` or `other`."""
    return name.partition(".")[0] if name in _KINDS else "other"


def latents_name(video: str, suffix: str) -> str:
    """`video_p1.mp4` becomes `latents_p1.npy`."""
    return f"latents_{player_of(video)}{suffix}"


def carried(episode: Episode) -> list[Track]:
    """Actions and rewards of the players that there is video of.

    The engine's demo is not among them: the layout of latent shards has none.
    """
    return [
        episode.tracks[field_name(content, player)]
        for player in players(episode)
        for content in ("actions", "rewards")
    ]


def unread(episode: Episode) -> list[str]:
    """Members of other names, a third camera for instance."""
    return [name for name in episode.tracks if name not in _KINDS]


def encoded_members(episode: Episode, made: Mapping[str, EncodedMeta]) -> dict[str, bytes]:
    """`meta.json`: all that the recording's says, and what the latents of the first player are.

    The rate and the size of the frames are taken from the video where the recording's does not say
    them.
    """
    first = made[field_name("video", "p1")]
    names = ("fps", "video_resolution")
    seen = first.model_dump(mode="json", include=set(names), exclude_none=True)
    latents = first.model_copy(update={"is_pvp": "p2" in players(episode)}).model_dump(
        mode="json", exclude={*names, "n_frames"}, exclude_none=True
    )
    # As a plain object: fields that this program does not know, or not so, are kept as they are.
    recorded = {name: value for name, value in episode.meta.items() if value is not None}
    content = recorded | seen | recorded | latents
    return {META: json.dumps(content, separators=(",", ":")).encode()}


def latents_meta(episode: Episode, track: Track) -> EncodedMeta | None:
    """What `meta.json` says; None where it is not there or cannot be read."""
    return meta_of(episode)


def frames_of(episode: Episode, latents: Track) -> int:
    """The frames that a player's latents stand for.

    How many frames a temporal autoencoder's latents stand for is not told by their number: as
    many as there are actions, if that can be.
    """
    player, count, meta = player_of(latents.name), latents.frames or 0, meta_of(episode)
    actions = episode.tracks.get(field_name("actions", player))
    acted = actions.frames if actions else None
    return acted if acted and meta and meta.latents_of(acted) == count else count


def facts(episode: Episode) -> dict[str, Any]:
    """The scenario and the map that were played."""
    meta = meta_of(episode)
    return {"scenario": meta and meta.scenario, "map": meta and meta.map}


# Players


def view_of(name: str) -> str:
    """The player."""
    return player_of(name)


def player_of(name: str) -> Player:
    """The player of a view.

    Raises:
        ValueError: the name is that of no view.
    """
    view = _VIEW.match(name)
    if view is None:
        raise ValueError(f"{name} is no view of a player")
    return "p1" if view[2] == "p1" else "p2"


def video_of(episode: Episode, player: Player) -> Track | None:
    """The video of a player's view; None where there is none that can be read."""
    track = episode.tracks.get(field_name("video", player))
    return track if track is not None and track.video is not None else None


def players(episode: Episode) -> tuple[Player, ...]:
    """The players whose view can be read."""
    return tuple(player for player in PLAYERS if video_of(episode, player) is not None)


def meta_of(episode: Episode) -> EncodedMeta | None:
    """`meta.json`, where it could be read; a field of another form counts as absent."""
    track = episode.tracks.get(META)
    return None if track is None or track.defect else encoded_meta(episode.meta)


# The audit


def errors(episode: Episode) -> Iterator[str]:
    """One sentence for each thing in an episode that breaks the layout."""
    yield from gaps(episode)
    meta = meta_of(episode)
    for player in PLAYERS:
        yield from _array(episode, field_name("actions", player), (ACTION_COLUMNS,))
        yield from _array(episode, field_name("rewards", player), ())
    for track in episode.latents:
        yield from _latents(track, meta)
    for track in episode.videos:
        yield from _video(track, meta)


def gaps(episode: Episode) -> Iterator[str]:
    """One sentence for each part of an episode that cannot be read, is missing, or is of another
    length than the others."""
    yield from episode.defects
    yield from _missing(episode)
    lengths = lengths_of(episode)
    if len(set(lengths.values())) > 1:
        parts = ", ".join(f"{part} {length}" for part, length in lengths.items())
        yield f"Frames, actions and rewards differ in length: {parts}."


def lengths_of(episode: Episode) -> dict[str, int]:
    """Frames, actions and rewards of each player, and the frames that its latents stand for:
    `{"video_p1": 2100, …}`."""
    lengths = {}
    for content in ("video", "actions", "rewards"):
        for player in PLAYERS:
            track = episode.tracks.get(field_name(content, player))
            if track is not None and track.frames is not None:
                lengths[f"{content}_{player}"] = track.frames
    for track in episode.latents:
        lengths[f"latents_{player_of(track.name)}"] = frames_of(episode, track)
    return lengths


def absent_meta(episode: Episode) -> tuple[str, ...]:
    """The fields that `meta.json` should have and does not, those of the second player apart."""
    meta = meta_of(episode)
    if meta is None:
        return ()
    expected = LatentMeta if episode.latents else RecordingMeta
    return tuple(
        name
        for name in expected.model_fields
        if getattr(meta, name) is None and not name.endswith("_p2")
    )


def _latents_field(episode: Episode, player: Player) -> str:
    """The name that a player's latents have, or should have."""
    compressed = field_name("compressed_latents", player)
    return compressed if compressed in episode.tracks else field_name("latents", player)


def _missing(episode: Episode) -> Iterator[str]:
    meta = meta_of(episode)
    for_two = meta is not None and (meta.mode == "pvp" or meta.is_pvp is True)
    for player in PLAYERS:
        there = any(f"_{player}." in name for name in episode.tracks)
        if player != "p1" and not for_two and not there:
            continue
        video = field_name("video", player)
        shown = _latents_field(episode, player) if episode.latents else video
        for name in (shown, field_name("actions", player), field_name("rewards", player)):
            if name not in episode.tracks:
                yield f"{name} is missing."
        plain, compressed = (
            field_name(content, player) for content in ("latents", "compressed_latents")
        )
        if plain in episode.tracks and compressed in episode.tracks:
            yield f"The latents of {player} are there compressed and not; remove one of them."
    if META not in episode.tracks:
        yield f"{META} is missing."


def _array(episode: Episode, name: str, columns: tuple[int, ...]) -> Iterator[str]:
    """Check a float32 array of shape (N, *columns)."""
    track = episode.tracks.get(name)
    if track is None or track.array is None:
        return
    shape, dtype = track.array.shape, track.array.dtype
    if len(shape) != 1 + len(columns) or shape[1:] != columns:
        layout = str(("N", *columns)).replace("'", "")
        yield f"{name} has the shape {shape}, not {layout}."
    if dtype != "float32":
        yield f"{name} is {dtype}, not float32."


def _latents(track: Track, meta: EncodedMeta | None) -> Iterator[str]:
    header, name = track.array, track.name
    if header is None:
        return
    if header.dtype != "float16":
        yield f"{name} is {header.dtype}, not float16."
    if len(header.shape) != 4:
        yield f"{name} has the shape {header.shape}, not (frames, channels, height, width)."
        return
    if header.shape[0] == 0:
        yield f"{name} holds no frame."
    if meta is None:
        return
    frames, channels, height, width = header.shape
    # meta.json gives one shape, that of p1; the other view may have another number of frames.
    # It may also be that of one frame.
    said, first = meta.latent_shape_p1 or header.shape, player_of(name) == "p1"
    if said[-3:] != header.shape[1:] or (first and len(said) == 4 and said[0] != frames):
        yield f"{name} has the shape {header.shape}, {META} says {meta.latent_shape_p1}."
    for field, stated, found in (
        ("n_latent_frames", meta.n_latent_frames, frames),
        ("latent_channels", meta.latent_channels, channels),
    ):
        if stated is not None and stated != found:
            yield f"{name} has {found} where {META} says {field} {stated}."
    if meta.video_resolution and meta.latent_spatial_compression:
        factor = meta.latent_spatial_compression
        expected = tuple(math.ceil(side / factor) for side in meta.video_resolution)
        if (width, height) != expected:
            size = _size(meta.video_resolution)
            yield f"{name} is {width}x{height}, {META} says {size} over {factor}."


def _video(track: Track, meta: EncodedMeta | None) -> Iterator[str]:
    if meta is None:
        return
    video, name = track.header, track.name
    if meta.n_frames is not None and meta.n_frames != video.frames:
        yield f"{name} has {video.frames} frames, {META} says {meta.n_frames}."
    if meta.video_resolution is not None and meta.video_resolution != (video.width, video.height):
        found = _size((video.width, video.height))
        yield f"{name} is {found}, {META} says {_size(meta.video_resolution)}."
    rate = video.rate
    if meta.fps and rate and not math.isclose(rate, meta.fps, rel_tol=1e-3):
        yield f"{name} plays at {float(rate):g} frames per second, {META} says {meta.fps:g}."


def _size(sides: tuple[int, int]) -> str:
    return f"{sides[0]}x{sides[1]}"

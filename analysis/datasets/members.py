"""What the members of a sample are by the ends of their names, where no layout says more.

`mp4` and `left.mp4` are videos. What an autoencoder made of them is `npy` and `left.npy`, each with
a JSON member, `latents.json` and `left.latents.json`, that says what made it, and so tells it from
any other array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from analysis.datasets.dataset import Episode, Track, TrackKind
from analysis.datasets.metadata import EncodedMeta, encoded_meta, read_json
from analysis.errors import InputError

VIDEO_SUFFIXES: Final = frozenset({"mp4", "mov", "m4v", "mkv", "webm", "avi"})
LATENTS_JSON: Final = "latents.json"

_ARRAYS: Final = frozenset({"npy", "safetensors"})
_COMPRESSED: Final = "latc"
_TEXTS: Final = frozenset({"txt", "text", "cls", "caption", "srt", "vtt", "csv"})


def kind_of(name: str, names: Sequence[str]) -> TrackKind:
    """What a member holds, given the names of all members of its sample."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in VIDEO_SUFFIXES:
        return "video"
    if suffix == _COMPRESSED:
        return "latents"
    if suffix in _ARRAYS:
        return "latents" if json_name(name) in names else "array"
    if suffix == "json":
        return "meta"
    return "text" if suffix in _TEXTS else "other"


def is_sample(names: Sequence[str]) -> bool:
    """Whether any member is a video, or latents."""
    return any(kind_of(name, names) in ("video", "latents") for name in names)


def _joined(stem: str, end: str) -> str:
    return f"{stem}.{end}" if stem else end


def json_name(name: str) -> str:
    """The member that says what made some latents: of `left.npy` it is `left.latents.json`."""
    return _joined(name.rpartition(".")[0], LATENTS_JSON)


def view_of(name: str) -> str:
    """What a view is called: `left` of `left.mp4`; nothing where a sample has only one."""
    return name.rpartition(".")[0]


def latents_name(video: str, suffix: str) -> str:
    """The latents of a video: `left.mp4` becomes `left.npy`, `mp4` becomes `npy`."""
    return _joined(video.rpartition(".")[0], suffix.removeprefix("."))


def carried(episode: Episode) -> list[Track]:
    """Everything but the videos."""
    return [track for track in episode.tracks.values() if track.kind != "video"]


def encoded_members(episode: Episode, made: Mapping[str, EncodedMeta]) -> dict[str, bytes]:
    """What made the latents of each video."""
    return {
        json_name(latents_name(name, ".npy")): meta.model_dump_json(exclude_none=True).encode()
        for name, meta in made.items()
    }


def latents_meta(episode: Episode, track: Track) -> EncodedMeta | None:
    """What the JSON member beside latents says; None where it is not there or cannot be read."""
    said = episode.tracks.get(json_name(track.name))
    if said is None:
        return None
    try:
        with said.open() as data:
            return encoded_meta(read_json(data))
    except InputError:
        return None


def frames_of(episode: Episode, latents: Track) -> int:
    """The frames that latents stand for: as many as there are, where nothing else is said."""
    meta = latents_meta(episode, latents)
    return meta.n_frames if meta and meta.n_frames else latents.frames or 0


def errors(episode: Episode) -> Iterator[str]:
    """One sentence for each track that cannot be read."""
    yield from episode.defects


def gaps(episode: Episode) -> Iterator[str]:
    """One sentence for each video, and each set of latents, that cannot be read."""
    for track in episode.tracks.values():
        if track.kind in ("video", "latents") and track.defect:
            yield track.defect

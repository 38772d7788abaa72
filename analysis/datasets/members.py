"""Samples whose members are told by the ends of their names, where no layout says more.

`mp4` and `left.mp4` are videos. What an autoencoder made of them is `npy` and `left.npy`, each with
a JSON member, `latents.json` and `left.latents.json`, that says what made it, and so tells it from
any other array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analysis.datasets.dataset import Episode, Track, TrackKind
from analysis.datasets.metadata import EncodedMeta, encoded_meta, read_json
from analysis.errors import InputError

VIDEO_SUFFIXES: Final = frozenset({"mp4", "mov", "m4v", "mkv", "webm", "avi"})
LATENTS_JSON: Final = "latents.json"

_ARRAYS: Final = frozenset({"npy", "safetensors"})
_COMPRESSED: Final = "latc"
_TEXTS: Final = frozenset({"txt", "text", "cls", "caption", "srt", "vtt", "csv"})


@dataclass(frozen=True)
class SampleLayout:
    """A layout of such samples; `analysis.datasets.layouts.Layout` says what each part is."""

    NAME: str
    ORDER: int
    STORED: str
    WANTS: str = f"a video ({', '.join(sorted(VIDEO_SUFFIXES))}), or latents made of one"
    META: str = "json"

    def recognises(self, names: Sequence[str]) -> bool:
        """Whether there is a video, or latents."""
        return any(self.kind_of(name, names) in ("video", "latents") for name in names)

    def kind_of(self, name: str, names: Sequence[str]) -> TrackKind:
        """What a member holds, by the end of its name."""
        suffix = name.rpartition(".")[2].lower()
        if suffix in VIDEO_SUFFIXES:
            return "video"
        if suffix == _COMPRESSED:
            return "latents"
        if suffix in _ARRAYS:
            return "latents" if _json_name(name) in names else "array"
        if suffix == "json":
            return "meta"
        return "text" if suffix in _TEXTS else "other"

    def component_of(self, name: str) -> str:
        """Each name by itself: `mp4`, `json`, `left.mp4`."""
        return name

    def errors(self, episode: Episode) -> Iterator[str]:
        """One sentence for each track that cannot be read."""
        yield from episode.defects

    def gaps(self, episode: Episode) -> Iterator[str]:
        """One sentence for each video, and each set of latents, that cannot be read."""
        for track in episode.tracks.values():
            if track.kind in ("video", "latents") and track.defect:
                yield track.defect

    def absent_meta(self, episode: Episode) -> tuple[str, ...]:
        """Nothing is expected of metadata."""
        return ()

    def latents_meta(self, episode: Episode, track: Track) -> EncodedMeta | None:
        """What the JSON member beside latents says; None where none can be read."""
        said = episode.tracks.get(_json_name(track.name))
        if said is None:
            return None
        try:
            with said.open() as data:
                return encoded_meta(read_json(data))
        except InputError:
            return None

    def frames_of(self, episode: Episode, latents: Track) -> int:
        """The frames that latents stand for: as many as there are, where nothing else is said."""
        meta = self.latents_meta(episode, latents)
        return meta.n_frames if meta and meta.n_frames else latents.frames or 0

    def latents_name(self, video: str, suffix: str) -> str:
        """The latents of a video: `left.mp4` becomes `left.npy`, `mp4` becomes `npy`."""
        return _joined(video.rpartition(".")[0], suffix.removeprefix("."))

    def carried(self, episode: Episode) -> list[Track]:
        """Everything but the videos."""
        return [track for track in episode.tracks.values() if track.kind != "video"]

    def unread(self, episode: Episode) -> list[str]:
        """Everything is carried."""
        return []

    def encoded_members(
        self, episode: Episode, made: Mapping[str, EncodedMeta]
    ) -> dict[str, bytes]:
        """What made the latents of each video."""
        return {
            _json_name(name): meta.model_dump_json(exclude_none=True).encode()
            for name, meta in made.items()
        }

    def view_of(self, name: str) -> str:
        """What a view is called: `left` of `left.mp4`; nothing where a sample has only one."""
        return name.rpartition(".")[0]

    def facts(self, episode: Episode) -> dict[str, Any]:
        """Nothing is known of scenarios and maps."""
        return {"scenario": None, "map": None}


def _joined(stem: str, end: str) -> str:
    return f"{stem}.{end}" if stem else end


def _json_name(name: str) -> str:
    """What says how latents were made: `left.latents.json` of `left.npy`, and of its video."""
    return _joined(name.rpartition(".")[0], LATENTS_JSON)

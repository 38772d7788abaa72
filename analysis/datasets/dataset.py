"""A data set: episodes of tracks, as their headers describe them.

An episode is one recording. Its tracks are what lies side by side in it: the views of cameras or
players, what an autoencoder made of them, actions, rewards, text. A track is a range of bytes in a
file, and nothing of its payload is read before it is asked for. `datasets.opening` opens a data
set; it can be pickled into other processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from analysis.datasets.arrays import ArrayHeader
from analysis.io.byte_range import ByteRange
from analysis.io.locations import StoredFile, open_range
from analysis.video.probe import VideoHeader

TrackKind = Literal["video", "latents", "array", "text", "meta", "other"]


@dataclass(frozen=True)
class Track:
    """One member of an episode.

    Args:
        name: what it is called within its episode, suffix included: `video_p1.mp4`, `mp4`.
        kind: what it holds.
        member: what it is called in its file, for messages; empty where it is the whole file.
        file: the file that its bytes lie in.
        offset: of its first byte in that file.
        size: bytes.
        video: what a video's header says; None for other kinds, and where it cannot be read.
        array: what the header of latents or of another array says; likewise.
        defect: the sentence that says why its header cannot be read; None where it can.
    """

    name: str
    kind: TrackKind
    member: str
    file: StoredFile
    offset: int
    size: int
    video: VideoHeader | None = None
    array: ArrayHeader | None = None
    defect: str | None = None

    @property
    def frames(self) -> int | None:
        """Its length: frames of a video, the first dimension of an array; None without one."""
        if self.video is not None:
            return self.video.frames
        return self.array.length if self.array is not None else None

    @property
    def header(self) -> VideoHeader:
        """What a video's header says.

        Raises:
            ValueError: it is no video, or its header could not be read.
        """
        if self.video is None:
            raise ValueError(f"{self.label} has no readable header of a video")
        return self.video

    @property
    def label(self) -> str:
        """What messages call it: its file and its name in it."""
        return f"{self.file.name}/{self.member}" if self.member else self.file.name

    @contextmanager
    def open(self) -> Iterator[ByteRange]:
        """Its bytes, to read in pieces.

        Raises:
            InputError: its file cannot be opened.
        """
        with open_range(self.file) as file:
            yield file.part(self.label, self.offset, self.size)

    def read(self) -> bytes:
        """All its bytes.

        Raises:
            InputError: its file cannot be opened.
        """
        with self.open() as data:
            return data.read(0, self.size)


@dataclass(frozen=True)
class Episode:
    """One recording.

    Args:
        key: names it; unique in a sound data set.
        layout: the name of the layout that it is in.
        file: the shard it lies in, or the file of its first track where files lie loose.
        tracks: by name, in the order in which they lie.
        meta: the JSON object of its metadata; empty where there is none, or none to be read.
        repeated: name and bytes of each further member of a name that is there already.
        framing: bytes of headers and padding of its members.
    """

    key: str
    layout: str
    file: StoredFile
    tracks: Mapping[str, Track]
    meta: Mapping[str, Any] = field(default_factory=dict)
    repeated: tuple[tuple[str, int], ...] = ()
    framing: int = 0

    @cached_property
    def videos(self) -> tuple[Track, ...]:
        """Tracks of video whose header could be read."""
        return tuple(t for t in self.tracks.values() if t.kind == "video" and t.video is not None)

    @cached_property
    def latents(self) -> tuple[Track, ...]:
        """Tracks of latents whose header could be read."""
        return tuple(t for t in self.tracks.values() if t.kind == "latents" and t.array is not None)

    @property
    def frames(self) -> int:
        """Frames of all its videos together."""
        return sum(track.header.frames for track in self.videos)

    @property
    def size(self) -> int:
        """Bytes of its members, framing not counted."""
        tracks = sum(track.size for track in self.tracks.values())
        return tracks + sum(size for _, size in self.repeated)

    @property
    def defects(self) -> tuple[str, ...]:
        """A sentence for each track that cannot be read."""
        return tuple(track.defect for track in self.tracks.values() if track.defect)

    @contextmanager
    def open(self) -> Iterator[dict[str, ByteRange]]:
        """Its tracks by name, to read in pieces; each file is opened once.

        Raises:
            InputError: a file cannot be opened.
        """
        with ExitStack() as stack:
            files: dict[str, ByteRange] = {}
            parts = {}
            for track in self.tracks.values():
                location = track.file.location
                if location not in files:
                    files[location] = stack.enter_context(open_range(track.file))
                parts[track.name] = files[location].part(track.label, track.offset, track.size)
            yield parts


@dataclass(frozen=True)
class DataFile:
    """A file that was looked into: a shard, or an episode whose files lie loose.

    Args:
        file: what messages call it, and its size with all that belongs to it.
        episodes: of the data set, that lie in it.
        error: why nothing of it can be read, a sentence; None where it can.
        strays: name and bytes of each member that belongs to no episode.
        closed: whether a tar's end is there.
        surplus: bytes beyond that end, which no reader looks at.
        links: what each link in a tar is, a phrase: it has no content that could be read.
    """

    file: StoredFile
    episodes: tuple[Episode, ...] = ()
    error: str | None = None
    strays: tuple[tuple[str, int], ...] = ()
    closed: bool = True
    surplus: int = 0
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Everything that was found at a path, in the order of the files' names.

    Args:
        path: where it was looked for.
        layout: the name of the layout that it was found in.
        files: the files that were looked into.
        strays: loose files that belong to no episode.
    """

    path: str
    layout: str
    files: tuple[DataFile, ...]
    strays: tuple[StoredFile, ...] = ()

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """All episodes, file by file."""
        return tuple(episode for file in self.files for episode in file.episodes)

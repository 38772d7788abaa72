"""The same views in every way of storing them, and what opens each."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.catalog.video_encoders import video_encoder
from analysis.datasets.dataset import Episode, Track
from analysis.datasets.latent_reader import LatentReader, LatentView
from analysis.datasets.layouts.doom import recording_shard_name
from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError
from analysis.io.locations import StoredFile
from analysis.kinds.training_reads.record import StoredSet
from analysis.video.clip import VideoClips
from analysis.video.decode import decode_frames
from analysis.video.encode import video_writer
from analysis.video.encoder_settings import encoder_settings

Array = NDArray[Any]


class Views(Protocol):
    """Views that workers read frames of; pickled, it takes along where they lie."""

    lengths: tuple[int, ...]
    """Frames of each."""

    shards: tuple[StoredFile, ...]
    """Where they lie."""

    def read(self, view: int, start: int, stop: int) -> Array:
        """Frames `start` up to `stop` of a view."""


class LatentFrames:
    """Latents, of which the frames asked for are read."""

    def __init__(self, reader: LatentReader, views: Sequence[LatentView]) -> None:
        self.lengths = tuple(view.shape[0] for view in views)
        self.shards = tuple(dict.fromkeys(view.file for view in views))
        self._reader = reader
        self._views = tuple(views)

    def read(self, view: int, start: int, stop: int) -> Array:
        """The frames (n, c, h, w)."""
        return self._reader.clip(self._views[view], start, stop)


class WholeEpisodes:
    """Latents as npy members that are loaded whole, as a naive reader does, and then cut."""

    def __init__(self, views: Sequence[LatentView]) -> None:
        self.lengths = tuple(view.shape[0] for view in views)
        self.shards = tuple(dict.fromkeys(view.file for view in views))
        self._views = tuple(views)

    def read(self, view: int, start: int, stop: int) -> Array:
        """The frames (n, c, h, w)."""
        place = self._views[view]
        episode: Array = np.load(io.BytesIO(place.track.read()))
        # A copy: else a view of 70 frames would carry the episode along.
        return episode[start:stop].copy()


@dataclass(frozen=True)
class VideoView:
    """A video of an episode."""

    episode: Episode
    video: Track


class VideoFrames:
    """Video that is decoded from the key frame before the frames asked for."""

    def __init__(self, views: Sequence[VideoView]) -> None:
        self.lengths = tuple(view.video.header.frames for view in views)
        self.shards = tuple(dict.fromkeys(view.video.file for view in views))
        self._views = tuple(views)
        self._start()

    def _start(self) -> None:
        self._files = ExitStack()
        self._opened: dict[int, VideoClips] = {}

    def read(self, view: int, start: int, stop: int) -> Array:
        """The frames (n, H, W, 3)."""
        if view not in self._opened:
            video = self._views[view].video
            clips = VideoClips(self._files.enter_context(video.open()))
            self._files.callback(clips.close)
            self._opened[view] = clips
        return self._opened[view].frames(start, stop)

    def __getstate__(self) -> dict[str, Any]:
        return {"lengths": self.lengths, "shards": self.shards, "_views": self._views}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()


def stored_latents(name: str, views: Sequence[LatentView]) -> StoredSet:
    """A set of latents as the ledger has it."""
    return StoredSet(
        name=name,
        kind="latents",
        codec=views[0].codec or "raw",
        gop=None,
        shards=len({view.file.location for view in views}),
        views=len(views),
        frames=sum(view.shape[0] for view in views),
        bytes=sum(view.track.size for view in views),
    )


def stored_video(name: str, views: Sequence[VideoView], gop: int) -> StoredSet:
    """A set of videos as the ledger has it."""
    videos = [view.video.header for view in views]
    return StoredSet(
        name=name,
        kind="video",
        codec=videos[0].label,
        gop=gop,
        shards=len({view.video.file.location for view in views}),
        views=len(views),
        frames=sum(video.frames for video in videos),
        bytes=sum(view.video.size for view in views),
    )


def with_gop(view: VideoView, gop: int, number: int, folder: Path) -> Path:
    """A shard with an episode, the video of this view decoded and encoded again by x264 with key
    frames that are at most `gop` frames apart; where it is there already, it stays.

    Raises:
        InputError: the video cannot be decoded.
    """
    path = folder / recording_shard_name(0, number)
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    header = view.video.header
    video = folder / f".{path.stem}.mp4"
    size, rate = (header.width, header.height), round(header.fps)
    with view.video.open() as data, ExitStack() as stack:
        write = stack.enter_context(
            video_writer(video, size, rate, encoder_settings(video_encoder("h264"), gop=gop))
        )
        for batch in decode_frames(data, 16, header):
            for frame in batch:
                write(np.ascontiguousarray(frame))
    with view.episode.open() as members:
        contents: dict[str, bytes | Path] = {
            field: member.read(0, member.size) for field, member in members.items()
        }
    contents[view.video.name] = video
    write_shard(path, [Sample(view.episode.key, contents)])
    video.unlink()
    return path


def longest_gop(view: VideoView) -> int:
    """The longest distance between key frames of a video, from its packets.

    Raises:
        InputError: they cannot be read.
    """
    import av

    with view.video.open() as data:
        try:
            with av.open(data.file(1 << 20), mode="r", format="mp4") as container:
                keys = [
                    number
                    for number, packet in enumerate(
                        packet for packet in container.demux(video=0) if packet.size
                    )
                    if packet.is_keyframe
                ]
        except av.FFmpegError as error:
            raise InputError(f"{view.video.label}: {error}.") from error
    ends = [*keys[1:], view.video.header.frames]
    return max(end - start for start, end in zip(keys, ends, strict=True))

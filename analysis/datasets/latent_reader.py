"""Latents as training reads them: clips from a data set, compressed or not, without the rest.

    from analysis import LatentReader

    reader = LatentReader("latents")
    clip = reader.clip(reader.views[0], start=1000, stop=1070)  # (70, c, h, w)
    view = reader.view("ep_1", "latents_p1.npy")

A reader opens what it needs and keeps the last files open. It may be used from several threads and
in forked processes at the same time; pickled, into the workers of a data loader for instance, it
takes its views along. For WebDataset there is a decoder:

    from analysis import webdataset_decoder

    samples = webdataset.WebDataset("latents/latent-000000.tar").decode(webdataset_decoder)
"""

from __future__ import annotations

import os
from collections import OrderedDict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.datasets.arrays import ArrayHeader, StoredFrames, format_of
from analysis.datasets.arrays.compressed import SUFFIX as COMPRESSED
from analysis.datasets.dataset import Dataset, Episode, Track
from analysis.datasets.layouts import layout_of
from analysis.datasets.opening import open_dataset
from analysis.errors import InputError
from analysis.io.byte_range import bytes_range
from analysis.io.locations import StoredFile

Frames = NDArray[Any]
"""Latent frames (n, c, h, w), in the number format that they are stored in."""

_KEPT_OPEN: Final = 64
"""Views at a time, and so at most as many files."""


@dataclass(frozen=True)
class LatentView:
    """The latents of one view of one episode.

    Args:
        key: of the episode.
        view: what the layout calls the view; the same of a video and its latents.
        track: where they lie.
        header: their shape (N, c, h, w), dtype and codec.
        made_by: the autoencoder that made them; None where nothing says which.
    """

    key: str
    view: str
    track: Track
    header: ArrayHeader
    made_by: str | None

    @property
    def name(self) -> str:
        """Of the track in its episode, such as `latents_p1.npy`."""
        return self.track.name

    @property
    def file(self) -> StoredFile:
        """The file that they lie in."""
        return self.track.file

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, c, h, w)."""
        return self.header.shape

    @property
    def codec(self) -> str | None:
        """That they are compressed by; None where by none."""
        return self.header.codec


@dataclass
class _Opened:
    """A view that is open, and how many threads are reading it."""

    frames: StoredFrames
    files: ExitStack
    readers: int = 0
    dropped: bool = False

    def close_unless_read(self) -> None:
        if self.dropped and not self.readers:
            self.files.close()


class LatentReader:
    """Reads clips of latents.

    Args:
        source: a data set that was opened, or a folder, a file or an fsspec URL.

    Attributes:
        views: every view of latents, in the order of the data set.
        problems: a sentence for everything that cannot be read.

    Raises:
        InputError: there are no latents that can be read; the sentence says why.
    """

    def __init__(self, source: Dataset | str | Path) -> None:
        data = source if isinstance(source, Dataset) else open_dataset(source)
        self.problems: tuple[str, ...] = tuple(_problems(data))
        self.views: tuple[LatentView, ...] = tuple(
            view for episode in data.episodes for view in _views_of(episode)
        )
        if not self.views:
            first = self.problems[0] if self.problems else f"{data.path}: holds no latents."
            raise InputError(f"{first} Give latents that can be read.")
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._lock = RLock()
        self._opened: OrderedDict[tuple[str, int], _Opened] = OrderedDict()
        self._by_name = {(view.key, view.name): view for view in self.views}

    def view(self, key: str, track: str) -> LatentView:
        """The view of an episode by its key and the name of its track.

        Raises:
            KeyError: there is none.
        """
        return self._by_name[key, track]

    def clip(self, view: LatentView, start: int, stop: int) -> Frames:
        """Latent frames `start` up to `stop` of a view, (n, c, h, w).

        They have the dtype that they are stored in; bfloat16, which numpy does not have, comes as
        float32, which holds it exactly.

        Raises:
            InputError: they are damaged, or of no such shape.
            IndexError: there are no such frames.
        """
        if os.getpid() != self._process:  # a fork took the lock and the files along
            self._start()
        with self._lock:
            opened = self._open(view)
            opened.readers += 1
        try:
            return opened.frames.frames(start, stop)
        finally:
            with self._lock:
                opened.readers -= 1
                opened.close_unless_read()

    def _open(self, view: LatentView) -> _Opened:
        place = view.file.location, view.track.offset
        if place in self._opened:
            self._opened.move_to_end(place)
            return self._opened[place]
        format = format_of(view.name)
        if format is None:
            raise InputError(f"{view.track.label}: is in no format of arrays that is read here.")
        files = ExitStack()
        frames = format.open_frames(files.enter_context(view.track.open()))
        self._opened[place] = _Opened(frames, files)
        while len(self._opened) > _KEPT_OPEN:
            self._drop(next(iter(self._opened)))
        return self._opened[place]

    def _drop(self, place: tuple[str, int]) -> None:
        opened = self._opened.pop(place)
        opened.dropped = True
        opened.close_unless_read()

    def __enter__(self) -> LatentReader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all files; the next clip opens them again."""
        with self._lock:
            for place in list(self._opened):
                self._drop(place)

    def __getstate__(self) -> dict[str, Any]:
        return {"views": self.views, "problems": self.problems}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()


def _views_of(episode: Episode) -> list[LatentView]:
    layout = layout_of(episode.layout)
    views = []
    for track in episode.latents:
        if track.array is not None:
            meta = layout.latents_meta(episode, track)
            made_by = None if meta is None else meta.ae_model
            views.append(
                LatentView(episode.key, layout.view_of(track.name), track, track.array, made_by)
            )
    return views


def _problems(data: Dataset) -> list[str]:
    problems = []
    for file in data.files:
        if file.error is not None:
            problems.append(file.error)
        for episode in file.episodes:
            shown = [t for t in episode.tracks.values() if t.kind == "latents"]
            problems += [f"{track.label}: {track.defect}" for track in shown if track.defect]
            if not shown:
                problems.append(f"{file.file.name}: {episode.key} holds no latents.")
    return problems


def webdataset_decoder(name: str, data: bytes) -> NDArray[np.float16] | None:
    """A handler for `webdataset.WebDataset(...).decode(...)`: compressed latents to float16
    (N, c, h, w); None for other members, which leaves them to the handlers after it.

    Raises:
        InputError: they are damaged.
    """
    if not name.endswith(COMPRESSED):
        return None
    format = format_of(name)
    assert format is not None
    frames = format.open_frames(bytes_range(data, name))
    return frames.frames(0, frames.shape[0])

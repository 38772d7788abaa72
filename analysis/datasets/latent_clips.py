"""Clips of latents as a data set for torch: any clip of any view, by its number."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.datasets.dataset import Dataset, Episode, Track
from analysis.datasets.latent_reader import LatentReader, LatentView
from analysis.datasets.opening import open_dataset
from analysis.errors import InputError, packages_needed

if TYPE_CHECKING:
    import torch


class LatentClip(NamedTuple):
    """One clip, which torch's loader batches field by field.

    Attributes:
        latents: frames (n, c, h, w), as they are stored.
        arrays: of the same episode and the same frames, by the name of their track.
        key: of the episode.
        track: the name of the latents in it.
        start: the clip's first latent frame.
    """

    latents: torch.Tensor
    arrays: dict[str, torch.Tensor]
    key: str
    track: str
    start: int


class LatentClips:
    """Clips of one length from every view of a data set: what `torch.utils.data.DataLoader` takes.

    It has `__len__` and `__getitem__`, as a data set for torch with random access does. It may go
    into workers, forked or spawned.

    Args:
        source: a data set that was opened, or a folder, a file or an fsspec URL.
        frames: latent frames of a clip.
        stride: latent frames from the start of a clip to the start of the next one; the length of
            a clip where it is not given, so that no two overlap.
        arrays: names of tracks that are cut like the latents, such as `actions_p1.npy`: each has as
            many rows as the view has latent frames.

    Raises:
        InputError: there are no latents that can be read, or no view is as long as a clip, or an
            array is not there or has another length.
        MissingPackage: torch is not installed.
    """

    def __init__(
        self,
        source: Dataset | str | Path,
        frames: int,
        stride: int | None = None,
        arrays: Sequence[str] = (),
    ) -> None:
        if frames < 1 or (stride is not None and stride < 1):
            raise ValueError("a clip has at least one frame, and so has its stride")
        data = source if isinstance(source, Dataset) else open_dataset(source)
        self.reader = LatentReader(data)
        self.frames = frames
        self.stride = stride or frames
        counts = [max(0, (view.shape[0] - frames) // self.stride + 1) for view in self.reader.views]
        self._ends = list(accumulate(counts))
        if not self._ends[-1]:
            longest = max(view.shape[0] for view in self.reader.views)
            raise InputError(
                f"{data.path}: holds no view of {frames} latent frames, the longest has {longest}; "
                "make the clips shorter."
            )
        episodes = {episode.key: episode for episode in data.episodes}
        self._arrays = [
            {name: _array(episodes[view.key], view, name) for name in arrays}
            for view in self.reader.views
        ]
        self._read: dict[tuple[int, str], NDArray[Any]] = {}

    def __len__(self) -> int:
        """Clips of all views together."""
        return self._ends[-1]

    def __getitem__(self, number: int) -> LatentClip:
        """The clip of that number.

        Raises:
            IndexError: there is none.
            InputError: it is damaged.
        """
        if not 0 <= number < len(self):
            raise IndexError(f"there are {len(self)} clips, and no number {number}")
        with packages_needed():
            import torch

        place = int(np.searchsorted(self._ends, number, side="right"))
        view = self.reader.views[place]
        before = self._ends[place - 1] if place else 0
        start = (number - before) * self.stride
        stop = start + self.frames
        cut = {name: self._loaded(place, name)[start:stop] for name in self._arrays[place]}
        return LatentClip(
            latents=torch.from_numpy(self.reader.clip(view, start, stop)),
            arrays={name: torch.from_numpy(rows.copy()) for name, rows in cut.items()},
            key=view.key,
            track=view.name,
            start=start,
        )

    def _loaded(self, place: int, name: str) -> NDArray[Any]:
        """An array of an episode, small beside its latents, which stays in memory once read."""
        if (place, name) not in self._read:
            self._read[place, name] = load_array(self._arrays[place][name])
        return self._read[place, name]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_read": {}}


def load_array(track: Track) -> NDArray[Any]:
    """All values of an npy track.

    Raises:
        InputError: it is no npy array of plain numbers.
    """
    try:
        values: NDArray[Any] = np.load(io.BytesIO(track.read()), allow_pickle=False)
    except ValueError as error:
        raise InputError(f"{track.label}: is no npy array ({error}); write it again.") from error
    return values


def _array(episode: Episode, view: LatentView, name: str) -> Track:
    track = episode.tracks.get(name)
    if track is None or track.array is None:
        raise InputError(f"{episode.file.name}: {episode.key} has no array {name} to cut.")
    if track.array.length != view.shape[0]:
        raise InputError(
            f"{track.label}: has {track.array.length} rows where {view.name} has "
            f"{view.shape[0]} latent frames; only arrays of that length can be cut alike."
        )
    return track

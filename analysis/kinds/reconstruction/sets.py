"""Compares a set of recordings with what its frames stand for, and latents made of it likewise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.stored_format import STORED_FORMATS
from analysis.datasets.dataset import Dataset
from analysis.datasets.recordings import recordings_of
from analysis.errors import InputError
from analysis.kinds.context import Progress
from analysis.kinds.reconstruction.extent import Extent
from analysis.kinds.reconstruction.pictures import SHOWN_FORMAT, Candidate
from analysis.kinds.reconstruction.record import ReconstructedSet, Split
from analysis.kinds.reconstruction.tally import VIDEO, Stored, StoredForm, Tally, compare_parts
from analysis.kinds.reconstruction.views import (
    View,
    clips,
    games_of,
    read_views,
)
from analysis.kinds.recorded_episode import Recorded, recorded
from analysis.kinds.sampling import evenly
from analysis.kinds.study import ShardSource
from analysis.recording.games import Game

Frames = NDArray[np.uint8]

SPLITS: Final = ("held-out", "training", "all")
"""In the order in which they are compared."""


def compare_set(
    source: ShardSource,
    data: Dataset,
    autoencoders: Sequence[Autoencoder],
    extent: Extent,
    progress: Progress,
) -> tuple[ReconstructedSet, list[Candidate]]:
    """Compare a sample of a set's frames with their reference.

    Also returns the frames of its first split as the first autoencoder decodes them.

    Raises:
        InputError: there is nothing to compare, or it cannot be read, decoded or rendered.
    """
    chosen = _choose(source, data, extent)
    every = list(chain.from_iterable(chosen.values()))
    (height, width), fps = _shape(source, every)
    games = games_of(source)
    rendered = all(episode.game in games for episode in every)
    comparison = _Comparison(
        autoencoders, extent, games if rendered else {}, shown_split=every[0].split
    )
    for done, episode in enumerate(every):
        progress(f"reconstructing {source.name}", done, len(every))
        comparison.add(episode)
    progress(f"reconstructing {source.name}", len(every), len(every))
    codecs = {video.header.label for episode in every for video in episode.source.videos}
    compared = ReconstructedSet(
        name=source.name,
        recipe=source.recipe,
        reference="rendered frames" if rendered else "recording",
        codecs=tuple(sorted(codecs)),
        width=width,
        height=height,
        fps=fps,
        splits=tuple(
            comparison.split(source.name, name, episodes) for name, episodes in chosen.items()
        ),
    )
    return compared, comparison.candidates


def _choose(source: ShardSource, data: Dataset, extent: Extent) -> dict[str, list[Recorded]]:
    """The episodes to compare, by split."""
    found = recordings_of(data)
    if not found.episodes:
        raise InputError(
            f"{source.path} holds no episode to compare ({'; '.join(found.defects)}); "
            f"run `latent-storage scan {source.path}`."
        )
    by_split: dict[str, list[Recorded]] = defaultdict(list)
    for episode in map(recorded, found.episodes):
        by_split[episode.split].append(episode)
    order = sorted(by_split, key=lambda split: [*SPLITS, split].index(split))
    return {split: evenly(by_split[split], extent.episodes_a_split) for split in order}


def _shape(source: ShardSource, episodes: Sequence[Recorded]) -> tuple[tuple[int, int], float]:
    """Height and width of all frames, and frames per second."""
    headers = [video.header for episode in episodes for video in episode.source.videos]
    shapes = {((header.height, header.width), float(header.fps)) for header in headers}
    if len(shapes) > 1:
        raise InputError(
            f"{source.path} holds videos of several sizes or rates; name the folder of each as "
            "its own set."
        )
    return shapes.pop()


class _Comparison:
    """Views of a set's episodes, added one after the other."""

    def __init__(
        self,
        autoencoders: Sequence[Autoencoder],
        extent: Extent,
        games: Mapping[str, Game],
        shown_split: str,
    ) -> None:
        self.candidates: list[Candidate] = []
        self._shown = StoredForm(autoencoders[0].name, SHOWN_FORMAT), shown_split
        self._autoencoders = autoencoders
        self._extent = extent
        self._games = games
        self._tallies: dict[str, dict[StoredForm, Tally]] = defaultdict(lambda: defaultdict(Tally))
        self._views: dict[str, int] = defaultdict(int)

    def add(self, episode: Recorded) -> None:
        """Read an episode's views and compare them."""
        wanted = {
            number
            for video in episode.source.videos
            for length in {1, *map(_clip_frames, self._autoencoders)}
            for number in chain.from_iterable(self._clips(video.header.frames, length))
        }
        views = read_views(episode, self._games, self._extent.views_an_episode, wanted)
        for view in views:
            self._views[episode.split] += 1
            if view.reference is not view.recorded:
                self._compare_video(view)
            for autoencoder in self._autoencoders:
                self._compare_latents(view, autoencoder)

    def split(self, set_name: str, name: str, episodes: Sequence[Recorded]) -> Split:
        """The figures of a split."""
        tallies = self._tallies[name]
        return Split(
            name=name,
            maps=tuple(sorted({episode.map for episode in episodes if episode.map})),
            episodes=len(episodes),
            views=self._views[name],
            frames=max(tally.frames for tally in tallies.values()),
            reproductions=tuple(
                tally.reproduction(f"{set_name} {name} {form}", form)
                for form, tally in tallies.items()
            ),
        )

    def _clips(self, frames: int, length: int) -> list[range]:
        return clips(frames, self._extent.frames_a_view, length)

    def _compare_video(self, view: View) -> None:
        numbers = list(chain.from_iterable(self._clips(view.header.frames, 1)))
        stored = Stored(view.video_bytes, 0, *_played(view))
        self._compare(view, VIDEO, numbers, _stack(view.recorded, numbers), stored)

    def _compare_latents(self, view: View, autoencoder: Autoencoder) -> None:
        header = view.header
        samples = self._clips(header.frames, _clip_frames(autoencoder))
        numbers = list(chain.from_iterable(samples))
        exact = [autoencoder.encode_exactly(_stack(view.recorded, clip)) for clip in samples]
        shape = autoencoder.latent_shape(header.frames, header.height, header.width)
        for format in STORED_FORMATS:
            # All at a time: int8 takes its range from the whole view.
            latents = np.split(format.read_back(np.concatenate(exact)), len(samples))
            decoded = np.concatenate(
                [
                    autoencoder.decode(part, (header.height, header.width), len(clip))
                    for part, clip in zip(latents, samples, strict=True)
                ]
            )
            stored = Stored(format.stored_bytes(shape), int(np.prod(shape)), *_played(view))
            form = StoredForm(autoencoder.name, format.name)
            psnr = self._compare(view, form, numbers, decoded, stored)
            if self._shown == (form, view.episode.split):
                self.candidates += [
                    Candidate(view, number, autoencoder.name, frame, db)
                    for number, frame, db in zip(numbers, decoded, psnr, strict=True)
                ]

    def _compare(
        self, view: View, form: StoredForm, numbers: Sequence[int], frames: Frames, stored: Stored
    ) -> Iterator[float]:
        """Add a view in one stored form; returns the PSNR of its frames."""
        reference = _stack(view.reference, numbers)
        parts = compare_parts(reference, frames, view.episode.hud_row(view.header.height))
        tally = self._tallies[view.episode.split][form]
        tally.add_view(view.episode.source.key, parts, stored)
        return (quality.psnr_db for quality in parts["whole"])


def _clip_frames(autoencoder: Autoencoder) -> int:
    """Frames that are encoded together: one, but for a temporal autoencoder."""
    return 1 if autoencoder.latent.temporal == 1 else autoencoder.frames_per_call


def _stack(frames: Mapping[int, Frames], numbers: Sequence[int]) -> Frames:
    return np.stack([frames[number] for number in numbers])


def _played(view: View) -> tuple[int, float]:
    """Pixels of the whole view, and its minutes."""
    header = view.header
    return header.frames * header.height * header.width, header.frames / float(header.fps) / 60

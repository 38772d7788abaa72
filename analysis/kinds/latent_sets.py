"""The latents that a study names: encoded where they are not yet, and read with their frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.datasets.latent_reader import LatentReader, LatentView
from analysis.datasets.recordings import recordings_of as recordings_in
from analysis.datasets.recordings import video_of_view
from analysis.datasets.report import LatentsReport, ScanReport, readable
from analysis.encoding.encode import encode
from analysis.errors import InputError, MissingLatents
from analysis.io.locations import local_path
from analysis.kinds.context import Context
from analysis.kinds.sampling import evenly
from analysis.kinds.shard_sets import is_latent, scanned
from analysis.kinds.study import LatentSource, ShardSource
from analysis.video.decode import decode_frames

Frames = NDArray[np.uint8]

SHARD_BYTES: Final = 250_000_000
"""Of the shards encoded here: several of them, which the workers of WebDataset share out."""

_BATCH: Final = 16


@dataclass(frozen=True)
class StoredView:
    """The latents of a view and what a scan says of them."""

    place: LatentView
    report: LatentsReport

    @property
    def minutes(self) -> float:
        """How long it plays.

        Raises:
            InputError: nothing says how fast.
        """
        if self.report.fps is None:
            raise InputError(
                f"{self.place.track.label}: nothing says how fast it plays; "
                "give `fps` in its metadata."
            )
        return self.report.frames / self.report.fps / 60


def latent_source(context: Context) -> LatentSource:
    """The latents to measure: those of the command line, else the study's.

    Raises:
        InputError: neither names any.
    """
    source = context.latents or context.study.profile(context.profile).latents
    if source is None:
        raise MissingLatents(
            f"{context.study_path}: the profile {context.profile} names no [latents]; "
            "name them there."
        )
    return source


def scanned_latents(source: LatentSource, context: Context) -> ScanReport:
    """Scan the latents, encoded first from their recordings where there is no shard.

    Raises:
        InputError: they are faulty, no latents, or neither there nor to be encoded.
    """
    place = local_path(source.path)
    if place is not None and not _holds_something(place):
        _encode(source, context)
    report = scanned(ShardSource(name="latents", path=source.path), context)
    if not is_latent(report):
        raise InputError(f"{source.path}: holds recordings; give a folder of latents.")
    return report


def _holds_something(place: Path) -> bool:
    """A file, or a folder with more in it than what an interrupted run left hidden there."""
    if place.is_dir():
        return any(not path.name.startswith(".") for path in place.iterdir())
    return place.is_file()


def _encode(source: LatentSource, context: Context) -> None:
    if source.recordings is None:
        raise InputError(
            f"{source.path}: holds no latents; give a folder that has some, or name the "
            "`recordings` to encode."
        )

    for recorded in context.study.profile(context.profile).shards:
        if recorded.path == source.recordings:
            scanned(recorded, context)  # recorded where it is not yet
    name = source.autoencoder or context.autoencoders[0]
    autoencoder = load(name, choose_runtime(context.device))
    data = context.dataset(source.recordings)
    encoded = encode(data, source.path, autoencoder, SHARD_BYTES, context.progress)
    if encoded.problems:
        raise InputError(encoded.problems[0])


def chosen_views(
    reader: LatentReader, report: ScanReport, episodes: int, views_an_episode: int
) -> list[list[StoredView]]:
    """Views of at most so many episodes, spread evenly over those there are, by episode."""
    reports = {
        (episode.shard, episode.key, latents.track): latents
        for episode in report.episodes
        for latents in episode.latents
    }
    by_key: dict[tuple[str, str], list[StoredView]] = {}
    for place in reader.views:
        found = reports.get((readable(place.file.name), readable(place.key), place.name))
        if found is not None:
            entry = by_key.setdefault((place.file.name, place.key), [])
            entry.append(StoredView(place, found))
    chosen = evenly(list(by_key.values()), episodes)
    return [views[:views_an_episode] for views in chosen]


class RecordedFrames:
    """The recordings that latents were encoded from."""

    def __init__(self, recordings: str, context: Context) -> None:
        found = recordings_in(context.dataset(recordings))
        self._episodes = {episode.key: episode for episode in found.episodes}

    def of(self, view: LatentView, numbers: Sequence[int]) -> Frames | None:
        """Frames (n, H, W, 3) of a view's video by their numbers; None where it is not there.

        Raises:
            InputError: the video cannot be decoded, or is shorter.
        """
        episode = self._episodes.get(view.key)
        video = video_of_view(episode, view.view) if episode else None
        if episode is None or video is None:
            return None
        wanted, kept, at = set(numbers), dict[int, Frames](), 0
        with video.open() as data:
            for batch in decode_frames(data, _BATCH, video.video):
                for frame in batch:
                    if at in wanted:
                        kept[at] = np.ascontiguousarray(frame)
                    at += 1
        if missing := wanted - kept.keys():
            raise InputError(
                f"{episode.file.name}: the video of {view.key} has no frame {min(missing)} that "
                "its latents have; encode it again."
            )
        return np.stack([kept[number] for number in numbers])


def recordings_of(source: LatentSource, context: Context) -> RecordedFrames | None:
    """The recordings, where the source names some that are there."""
    if source.recordings is None:
        return None
    path = local_path(source.recordings)
    if path is not None and not Path(path).exists():
        return None
    return RecordedFrames(source.recordings, context)

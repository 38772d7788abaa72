"""The episodes of a data set that can be encoded, and why the others cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.datasets.dataset import Dataset, Episode, Track
from analysis.datasets.layouts import layout_of
from analysis.datasets.shard_findings import omissions
from analysis.errors import InputError

LATENTS_SUFFIX = ".npy"


@dataclass(frozen=True)
class Recordings:
    """The episodes in the order of the data set, each key once, and a sentence for everything that
    cannot be encoded."""

    episodes: tuple[Episode, ...]
    defects: tuple[str, ...]


def recordings_of(data: Dataset) -> Recordings:
    """What can be encoded of a data set.

    Raises:
        InputError: some of it are latents.
    """
    layout = layout_of(data.layout)
    defects: list[str] = []
    first: dict[str, Episode] = {}
    repeated: list[str] = []
    for file in data.files:
        name = file.file.name
        if file.error is not None:
            defects.append(file.error)
        elif not file.episodes:
            defects.append(f"{name}: holds no episode; give shards of recordings.")
        defects += (f"{name}: {what}" for _, what in omissions(layout, file))
        for episode in file.episodes:
            if any(track.kind == "latents" for track in episode.tracks.values()):
                raise InputError(
                    f"{episode.file.location}: holds latents, and only recordings can be encoded; "
                    "give a folder that has none."
                )
            gaps = [*layout.gaps(episode), *_gaps(episode)]
            if gaps:
                defects.append(f"{name}: {episode.key} is left out: {' '.join(gaps)}")
                continue
            earlier = first.setdefault(episode.key, episode)
            if earlier is not episode:
                repeated.append(
                    f"{name}: {episode.key} is also in {earlier.file.name}, "
                    "from which it is encoded; delete one of them."
                )
    return Recordings(tuple(first.values()), (*defects, *repeated))


def _gaps(episode: Episode) -> Iterator[str]:
    if episode.repeated:
        yield "A member is there more than once."
    layout = layout_of(episode.layout)
    names = Counter(layout.latents_name(video.name, LATENTS_SUFFIX) for video in episode.videos)
    for name, count in names.items():
        if name in episode.tracks:
            yield f"{name} is there already, where its latents are to be; rename that member."
        if count > 1:
            yield f"The latents of {count} of its videos would be called {name}; rename them."


def video_of_view(episode: Episode, view: str) -> Track | None:
    """The video of a view, as its layout calls it; None where there is none that can be read."""
    layout = layout_of(episode.layout)
    return next((video for video in episode.videos if layout.view_of(video.name) == view), None)


def view_of(episode: Episode, track: Track) -> str:
    """What the view of a track is called; the track's own name where it is the only one."""
    return layout_of(episode.layout).view_of(track.name) or track.name

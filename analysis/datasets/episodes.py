"""The episodes to encode: where each lies in its shard, found from headers alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from analysis.datasets.audit import gaps_of
from analysis.datasets.episode import Episode, read_episode
from analysis.datasets.layouts.doom import Player, member_name
from analysis.datasets.shards import find_shards
from analysis.datasets.tar_index import Member, read_index, samples_of
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.io.locations import StoredFile, is_url, local_path, open_range
from analysis.video.probe import VideoHeader

# An object store answers each request late but many at once.
_REMOTE_WORKERS: Final = 16


@dataclass(frozen=True)
class EpisodeSource:
    """A recorded episode, and all that is needed to read it from another process or machine.

    Args:
        shard: the shard it lies in.
        key: its key.
        members: offset and size in the shard of each member, by field.
        videos: what the videos' headers say.
    """

    shard: StoredFile
    key: str
    members: Mapping[str, tuple[int, int]]
    videos: Mapping[Player, VideoHeader]

    @property
    def players(self) -> tuple[Player, ...]:
        """The players whose view there is."""
        return tuple(self.videos)

    @property
    def frames(self) -> int:
        """Frames of all views together."""
        return sum(video.frames for video in self.videos.values())

    @contextmanager
    def open(self) -> Iterator[dict[str, ByteRange]]:
        """Open its shard: the members by field, named for messages as `SHARD/KEY.FIELD`.

        Raises:
            InputError: the shard cannot be opened.
        """
        with open_range(self.shard) as shard:
            yield {
                field: shard.part(f"{self.shard.name}/{member_name(self.key, field)}", offset, size)
                for field, (offset, size) in self.members.items()
            }


@dataclass(frozen=True)
class Recordings:
    """What was found: the episodes in the order of their shards' names and then of their places,
    each key once, and a sentence for everything that cannot be encoded."""

    episodes: tuple[EpisodeSource, ...]
    defects: tuple[str, ...]


def find_episodes(
    source: str | Path,
    leave_out: str | Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Recordings:
    """Every episode of the shards at or below `source`, from their headers.

    Args:
        source: a shard, a folder of shards, or a URL that fsspec reads.
        leave_out: a folder or URL below it whose shards do not count.
        progress: called after each shard with the number of shards done and of all.

    Raises:
        InputError: there is no shard, or one of them holds latents.
    """
    shards = [shard for shard in find_shards(source) if not _is_below(shard, leave_out)]
    if not shards:
        raise InputError(f"{source}: holds no shard beside those in {leave_out}; check the path.")
    with ThreadPoolExecutor(_REMOTE_WORKERS if is_url(source) else 1) as pool:
        try:
            found: list[Recordings] = []
            for recordings in pool.map(_episodes_of, shards):
                found.append(recordings)
                progress(len(found), len(shards))
        except BaseException:  # Ctrl-C: what is waiting need not be read
            pool.shutdown(cancel_futures=True)
            raise
    defects = list(chain.from_iterable(recordings.defects for recordings in found))
    first: dict[str, EpisodeSource] = {}
    for episode in chain.from_iterable(recordings.episodes for recordings in found):
        earlier = first.setdefault(episode.key, episode)
        if earlier is not episode:
            defects.append(
                f"{episode.shard.name}: {episode.key} is also in {earlier.shard.name}, "
                "from which it is encoded; delete one of them."
            )
    return Recordings(tuple(first.values()), tuple(defects))


def _is_below(shard: StoredFile, folder: str | Path | None) -> bool:
    if folder is None:
        return False
    path, root = local_path(shard.location), local_path(str(folder))
    if path and root:
        return path.resolve().is_relative_to(root.resolve())
    return shard.location.startswith(str(folder).rstrip("/") + "/")


def _episodes_of(file: StoredFile) -> Recordings:
    """The episodes of one shard that can be encoded, and what is wrong with the others."""
    try:
        with open_range(file) as shard:
            return _read_episodes(file, shard)
    except OSError as error:
        what = f"{file.name}: cannot be read ({error}); check the disk or the connection."
    except _UnreadableError as error:
        what = str(error)
    return Recordings((), (what,))


class _UnreadableError(Exception):
    """A shard that cannot be read, where the others may."""


def _read_episodes(file: StoredFile, shard: ByteRange) -> Recordings:
    try:
        samples = samples_of(read_index(shard))
    except InputError as error:
        raise _UnreadableError(str(error)) from error
    if not samples:
        raise _UnreadableError(f"{file.name}: holds no episode; give shards of recordings.")
    episodes: list[EpisodeSource] = []
    defects: list[str] = []
    for key, members in samples.items():
        episode = read_episode(
            key, {m.field: shard.part(m.field, m.offset, m.size) for m in members}
        )
        if episode.latents:
            raise InputError(
                f"{file.location}: holds latents, and only recordings can be encoded; "
                "give a folder that has none."
            )
        gaps = list(_gaps(episode, members))
        if gaps:
            defects.append(f"{file.name}: {key} is left out: {' '.join(gaps)}")
            continue
        places = {member.field: (member.offset, member.size) for member in members}
        episodes.append(EpisodeSource(file, key, places, dict(episode.videos)))
    return Recordings(tuple(episodes), tuple(defects))


def _gaps(episode: Episode, members: list[Member]) -> Iterator[str]:
    yield from gaps_of(episode)
    if len(episode.sizes) < len(members):
        yield "A member is there more than once."

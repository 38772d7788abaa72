"""Opens a data set: every header is read once, and no payload."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from analysis.datasets.dataset import DataFile, Dataset, Episode, Track
from analysis.datasets.layouts import Layout, layout_of, layouts
from analysis.datasets.loose import loose_samples
from analysis.datasets.shards import SUFFIX
from analysis.datasets.tar_index import Member, ShardIndex, read_index
from analysis.datasets.track_headers import read_meta, with_header
from analysis.errors import InputError, NothingFound
from analysis.io.byte_range import ByteRange
from analysis.io.locations import StoredFile, find_files, is_url, local_path, open_range

T = TypeVar("T")
R = TypeVar("R")

Progress = Callable[[int, int], None]
"""Hears how many files are done and how many there are."""

# An object store answers each request late but many at once; local headers are only parsed.
_REMOTE_WORKERS: Final = 16
# Of the first shards that can be read, to tell the layout.
_LOOKED_INTO: Final = 3
_SAMPLES_LOOKED_AT: Final = 1000
_COMPRESSED_TARS: Final = (".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2")
_SHOWN_NAMES: Final = 8


def open_dataset(
    path: str | Path,
    layout: str | None = None,
    *,
    leave_out: str | Path | None = None,
    progress: Progress = lambda done, total: None,
) -> Dataset:
    """Open the data set at or below a path.

    Args:
        path: a file, a folder, or a URL that fsspec reads.
        layout: the name of its layout; told by looking where it is not given.
        leave_out: a folder or URL below it whose files do not count.
        progress: called after each file that was looked into.

    Raises:
        InputError: nothing is there, its store cannot be reached, or nothing in it fits a layout:
            the sentence says what was found and what would fit.
    """
    found = [file for file in find_files(path, _visible) if not _is_below(file, leave_out)]
    tars = [file for file in found if file.name.endswith(SUFFIX)]
    chosen = layout_of(layout) if layout else _recognised(path, tars, found)
    if chosen.STORED == "shards":
        if not tars:
            raise NothingFound(_nothing(path, found, leave_out))
        files = tuple(_in_turn(path, partial(read_shard, chosen), tars, progress))
        return Dataset(str(path), chosen.NAME, files)
    samples = loose_samples(found)
    if not samples:
        raise NothingFound(_nothing(path, found, leave_out))
    files = tuple(_in_turn(path, partial(_read_loose, chosen), list(samples.items()), progress))
    taken = {file.location for members in samples.values() for file in members.values()}
    strays = tuple(file for file in found if file.location not in taken)
    return Dataset(str(path), chosen.NAME, files, strays)


def _visible(name: str) -> bool:
    """Hidden files are leftovers, of other systems and of writers that were stopped."""
    return not name.startswith(".")


def _in_turn(
    path: str | Path, read: Callable[[T], R], items: Sequence[T], progress: Progress
) -> Iterator[R]:
    """Read every item, in their order."""
    with ThreadPoolExecutor(_REMOTE_WORKERS if is_url(path) else 1) as pool:
        try:
            for number, result in enumerate(pool.map(read, items), 1):
                progress(number, len(items))
                yield result
        except BaseException:  # Ctrl-C: what is waiting need not be read
            pool.shutdown(cancel_futures=True)
            raise


def _is_below(file: StoredFile, folder: str | Path | None) -> bool:
    if folder is None:
        return False
    path, root = local_path(file.location), local_path(str(folder))
    if path and root:
        return path.resolve().is_relative_to(root.resolve())
    return file.location.startswith(str(folder).rstrip("/") + "/")


# Which layout


def _recognised(
    path: str | Path, tars: Sequence[StoredFile], found: Sequence[StoredFile]
) -> Layout:
    """The first layout that a sample found there is of.

    Shards of which none can be read are taken for the first layout's: their faults are then told
    one by one.
    """
    samples = list(islice(_samples_to_look_at(tars), _SAMPLES_LOOKED_AT))
    for layout in layouts():
        if layout.STORED == "shards" and any(map(layout.recognises, samples)):
            return layout
    if tars and not samples:
        return layouts()[0]
    for members in loose_samples(found).values():
        for layout in layouts():
            if layout.STORED == "files" and layout.recognises(tuple(members)):
                return layout
    if not samples:
        raise NothingFound(_nothing(path, found, None))
    seen = Counter(name for names in samples for name in names)
    fields = ", ".join(f"{name} ({count})" for name, count in seen.most_common(_SHOWN_NAMES))
    wanted = "; ".join(f"{layout.NAME}: {layout.WANTS}" for layout in layouts())
    raise InputError(
        f"{path}: its samples hold {fields} and fit no layout; what would fit: {wanted}."
    )


def _samples_to_look_at(tars: Sequence[StoredFile]) -> Iterator[tuple[str, ...]]:
    """The names of the members of samples, of the first shards that hold any."""
    looked_into = 0
    for file in tars:
        try:
            with open_range(file) as shard:
                samples = _samples(read_index(shard).members)
        except (InputError, OSError):
            continue
        for members in samples.values():
            yield tuple(member.field for member in members)
        looked_into += bool(samples)
        if looked_into == _LOOKED_INTO:
            return


def _nothing(path: str | Path, found: Sequence[StoredFile], leave_out: str | Path | None) -> str:
    """That nothing there is a data set, and what there is instead."""
    if leave_out is not None:
        return f"{path}: holds no shard but those in {leave_out}; check the path."
    compressed = [file.name for file in found if file.name.endswith(_COMPRESSED_TARS)]
    if compressed:
        return (
            f"{path}: {compressed[0]} is compressed as a whole, so that nothing in it can be found "
            "without reading it all; unpack it to a plain tar."
        )
    return f"{path}: holds no shard (*{SUFFIX}) and no video; give the folder that has them."


# Shards


def _samples(members: Iterable[Member]) -> dict[str, list[Member]]:
    """Members by the key of their sample; hidden ones, which macOS adds, are of none."""
    by_key: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        if _visible(member.name.rpartition("/")[2]):
            by_key[member.key].append(member)
    return by_key


def read_shard(layout: Layout, file: StoredFile) -> DataFile:
    """The episodes of a shard; what keeps it from being read is told."""
    try:
        with open_range(file) as shard:
            return _read_members(layout, file, shard, read_index(shard))
    except InputError as error:
        return DataFile(file, error=str(error))
    except OSError as error:
        what = f"{file.name}: cannot be read ({error}); check the disk or the connection."
        return DataFile(file, error=what)


def _read_members(
    layout: Layout, file: StoredFile, shard: ByteRange, index: ShardIndex
) -> DataFile:
    episodes: list[Episode] = []
    samples = _samples(index.members)
    taken = {member.offset for members in samples.values() for member in members}
    strays = [(each.name, each.size) for each in index.members if each.offset not in taken]
    for key, members in samples.items():
        names = tuple(member.field for member in members)
        if layout.recognises(names):
            episodes.append(_episode(layout, file, shard, key, members))
        else:
            strays += [(member.name, member.size) for member in members]
    return DataFile(
        file,
        tuple(episodes),
        None,
        tuple(strays),
        closed=index.closed,
        surplus=index.surplus,
        links=tuple(map(str, index.links)),
    )


def _episode(
    layout: Layout, file: StoredFile, shard: ByteRange, key: str, members: Sequence[Member]
) -> Episode:
    names = tuple(member.field for member in members)
    tracks: dict[str, Track] = {}
    repeated: list[tuple[str, int]] = []
    for member in members:
        name = member.field
        if name in tracks:
            repeated.append((name, tracks[name].size))
        kind = layout.kind_of(name, names)
        track = Track(name, kind, member.name, file, member.offset, member.size)
        tracks[name] = with_header(track, shard.part(name, member.offset, member.size))
    framing = sum(member.framing for member in members)
    episode = Episode(key, layout.NAME, file, tracks, {}, tuple(repeated), framing)
    meta = tracks.get(layout.META)
    if meta is None:
        return episode
    return read_meta(episode, meta, shard.part(meta.name, meta.offset, meta.size))


def episode_of(layout: str, key: str, members: Mapping[str, ByteRange]) -> Episode:
    """An episode whose members are ranges that may lie anywhere: for what is not written yet."""
    chosen, names = layout_of(layout), tuple(members)
    tracks = {}
    for name, data in members.items():
        place = StoredFile(data.name, data.name, data.size)
        track = Track(name, chosen.kind_of(name, names), "", place, 0, data.size)
        tracks[name] = with_header(track, data)
    episode = Episode(key, layout, StoredFile(key, key, 0), tracks)
    meta = tracks.get(chosen.META)
    return episode if meta is None else read_meta(episode, meta, members[meta.name])


# Loose files


def _read_loose(layout: Layout, sample: tuple[str, Mapping[str, StoredFile]]) -> DataFile:
    """An episode of loose files, each a track."""
    key, files = sample
    names = tuple(files)
    first = files[names[0]]
    whole = StoredFile(first.name, first.location, sum(file.size for file in files.values()))
    tracks: dict[str, Track] = {}
    try:
        for name, file in files.items():
            track = Track(name, layout.kind_of(name, names), "", file, 0, file.size)
            with open_range(file) as data:
                tracks[name] = with_header(track, data)
        episode = Episode(key, layout.NAME, first, tracks)
        if layout.META in tracks:
            with open_range(files[layout.META]) as data:
                episode = read_meta(episode, tracks[layout.META], data)
    except (InputError, OSError) as error:
        return DataFile(whole, error=f"{first.name}: cannot be read ({error}); check the disk.")
    return DataFile(whole, (episode,))

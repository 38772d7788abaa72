"""Kind `training-reads`: clips per second from video, raw latents and compressed latents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

from analysis.codecs.latent_codec import RECOMMENDED, RECOMMENDED_LOSSLESS, latent_codec
from analysis.datasets.compress import compress_dataset
from analysis.datasets.latent_reader import LatentReader, LatentView
from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of, video_of_view
from analysis.datasets.shards import find_shards
from analysis.encoding.sensitivity import sensitivity_of
from analysis.errors import InputError
from analysis.io.locations import StoredFile, local_path
from analysis.kinds.context import Context, Outcome
from analysis.kinds.latent_sets import chosen_views, latent_source, scanned_latents
from analysis.kinds.shard_sets import shards_input
from analysis.kinds.study import LatentSource
from analysis.kinds.training_reads.loop import (
    Loop,
    Pass,
    Request,
    SampleLoop,
    cold_is_cold,
    drop_from_cache,
    random_clips,
    read_into_cache,
    sequential,
)
from analysis.kinds.training_reads.record import (
    Cache,
    Pattern,
    Read,
    Reader,
    StoredSet,
    TrainingReadsParameters,
    TrainingReadsResults,
)
from analysis.kinds.training_reads.sets import (
    LatentFrames,
    VideoFrames,
    VideoView,
    Views,
    WholeEpisodes,
    longest_gop,
    stored_latents,
    stored_video,
    with_gop,
)
from analysis.ledger.rate import rate
from analysis.ledger.records import Profile

KIND: Final = "training-reads"

CLIP_LENGTHS: Final = (16, 70)
SEQUENTIAL_FRAMES: Final = 72
GOPS: Final = (12, 250)
SEED: Final = 1
THREADS: Final = 1
COLD_PASSES: Final = 2


@dataclass(frozen=True)
class Extent:
    """How much is read."""

    episodes: int
    seconds: float
    passes: int
    workers: tuple[int, ...]


EXTENTS: Final[Mapping[Profile, Extent]] = {
    "quick": Extent(episodes=2, seconds=0.3, passes=1, workers=(1,)),
    "full": Extent(episodes=6, seconds=1.5, passes=3, workers=(1, 2)),
}


@dataclass(frozen=True)
class _Subject:
    """A set and a way of reading it."""

    set: StoredSet
    reader: Reader
    views: Views
    root: str
    """Where all shards of the set lie."""
    sequential: bool = True


def measure(context: Context) -> Outcome:
    """Read the study's latents, or those of the command line, and their video.

    Raises:
        InputError: there are no latents, they are faulty or of one frame.
    """

    source = latent_source(context)
    report = scanned_latents(source, context)
    extent = EXTENTS[context.profile]
    folder = context.unfinished / f"{KIND}-{context.profile}"
    reader = LatentReader(context.dataset(source.path))
    episodes = chosen_views(reader, report, extent.episodes, views_an_episode=1)
    chosen = tuple(view.place for views in episodes for view in views)
    not_read: list[str] = []
    subjects = list(_latent_subjects(source, reader, chosen, folder, context, not_read))
    videos = _video_subjects(source.recordings, chosen, folder, context, not_read)
    subjects = [*videos, *subjects]
    reads: list[Read] = []
    for number, subject in enumerate(subjects):
        for workers in extent.workers:
            context.progress(f"{subject.set.name}, {subject.reader}", number, len(subjects))
            reads.extend(_read_clips(subject, workers, extent))
    for stored, shards in _webdataset_sets(subjects):
        for workers in extent.workers:
            context.progress(f"{stored.name}, webdataset", 0, 0)
            if workers > len(shards):
                not_read.append(
                    f"{stored.name} by WebDataset with {workers} workers: "
                    f"it has {len(shards)} shard."
                )
                continue
            reads.extend(_read_samples(stored, shards, workers, extent))
    sets = {subject.set.name: subject.set for subject in subjects}
    raw = next(subject for subject in subjects if subject.reader == "whole episode")
    return Outcome(
        parameters=TrainingReadsParameters(
            study=str(context.study_path),
            latents=source.path,
            recordings=source.recordings if videos else None,
            episodes=len(episodes),
            clip_lengths=CLIP_LENGTHS,
            sequential_frames=SEQUENTIAL_FRAMES,
            workers=extent.workers,
            seconds=extent.seconds,
            passes=extent.passes,
            cold_clips=len(chosen),
            seed=SEED,
            threads=THREADS,
        ),
        inputs=(shards_input("latents", report),),
        results=TrainingReadsResults(
            sets=tuple(sets.values()),
            reads=tuple(reads),
            cold_is_cold=cold_is_cold(raw.views.shards),
            not_read=tuple(not_read),
        ),
        unfinished=folder,
    )


def _latent_subjects(
    source: LatentSource,
    reader: LatentReader,
    chosen: Sequence[LatentView],
    folder: Path,
    context: Context,
    not_read: list[str],
) -> Iterator[_Subject]:
    """Raw latents by clip and by episode, and compressed ones, which are made in `folder`."""

    path = source.path
    if any(view.codec for view in chosen):
        raise InputError(f"{path}: is compressed; give raw latents, which are compressed here.")
    raw = stored_latents("raw latents", chosen)
    yield _Subject(raw, "whole episode", WholeEpisodes(chosen), path, sequential=False)
    yield _Subject(raw, "clip", LatentFrames(reader, chosen), path)
    for name in (RECOMMENDED, RECOMMENDED_LOSSLESS):
        codec = latent_codec(name)
        target = str(folder / name.replace(":", "-").replace("+", "-"))
        try:
            compress_dataset(
                path,
                target,
                codec,
                partial(sensitivity_of, context.dataset(path), source.autoencoder, context.device),
                context.progress,
            )
        except InputError as error:
            if not codec.weighted:
                raise
            not_read.append(f"{name}: {error}")
            continue
        compressed = LatentReader(target)
        places = {(view.key, view.view): view for view in compressed.views}
        views = [places[view.key, view.view] for view in chosen]
        stored = stored_latents(f"latents by {name}", views)
        yield _Subject(stored, "clip", LatentFrames(compressed, views), target)


def _video_subjects(
    recordings: str | None,
    chosen: Sequence[LatentView],
    folder: Path,
    context: Context,
    not_read: list[str],
) -> list[_Subject]:
    """The recordings as they are, and with key frames at other distances."""

    path = local_path(recordings) if recordings else None
    if recordings is None or (path is not None and not path.exists()):
        not_read.append("Video: no recordings of these latents are named.")
        return []
    found = {
        episode.key: episode for episode in recordings_of(context.dataset(recordings)).episodes
    }
    views = [
        VideoView(found[view.key], video)
        for view in chosen
        if view.key in found and (video := video_of_view(found[view.key], view.view))
    ]
    if not views:
        not_read.append(f"Video: {recordings} has none of these episodes.")
        return []
    subjects = []
    recorded = max(longest_gop(view) for view in views)
    for gop in GOPS:
        made, root = views, recordings
        name = f"video, GOP {gop}"
        if recorded != gop:
            target = folder / f"gop-{gop}"
            for number, view in enumerate(views):
                context.progress(f"encoding {name}", number, len(views))
                with_gop(view, gop, number, target)
            root = str(target)
            again = {episode.key: episode for episode in open_dataset(target).episodes}
            made = [
                VideoView(again[view.episode.key], again[view.episode.key].tracks[view.video.name])
                for view in views
            ]
        subjects.append(_Subject(stored_video(name, made, gop), "clip", VideoFrames(made), root))
    return subjects


def _read_clips(subject: _Subject, workers: int, extent: Extent) -> Iterator[Read]:

    lengths = subject.views.lengths
    requests: dict[tuple[Pattern, int], Iterator[Request]] = {
        ("random clips", frames): random_clips(lengths, frames, SEED) for frames in CLIP_LENGTHS
    }
    if subject.sequential:
        requests["sequential", SEQUENTIAL_FRAMES] = sequential(lengths, SEQUENTIAL_FRAMES)
    read_into_cache(subject.views.shards)
    with closing(Loop(subject.views, workers)) as loop:
        for (pattern, frames), wanted in requests.items():
            passes = loop.warm(wanted, extent.seconds, extent.passes)
            yield _read(subject.set.name, subject.reader, pattern, frames, workers, "warm", passes)
        for (pattern, frames), wanted in requests.items():
            cold: list[Pass] = []
            for _ in range(COLD_PASSES):
                drop_from_cache(subject.views.shards)
                cold.append(loop.run(list(islice(wanted, max(len(lengths), workers)))))
            yield _read(subject.set.name, subject.reader, pattern, frames, workers, "cold", cold)


def _webdataset_sets(
    subjects: Sequence[_Subject],
) -> Iterator[tuple[StoredSet, list[StoredFile]]]:
    """The sets of latents with all of their shards."""

    latents = {s.set.name: s for s in subjects if s.set.kind == "latents"}
    for subject in latents.values():
        yield subject.set, find_shards(subject.root)


def _read_samples(
    stored: StoredSet, shards: Sequence[StoredFile], workers: int, extent: Extent
) -> Iterator[Read]:

    with closing(SampleLoop([shard.location for shard in shards], workers)) as loop:
        read_into_cache(shards)
        loop.run()  # workers start
        warm = [loop.run() for _ in range(extent.passes)]
        yield _read(stored.name, "webdataset", "sequential", None, workers, "warm", warm)
        cold: list[Pass] = []
        for _ in range(COLD_PASSES):
            drop_from_cache(shards)
            cold.append(loop.run())
        yield _read(stored.name, "webdataset", "sequential", None, workers, "cold", cold)


def _read(
    name: str,
    reader: Reader,
    pattern: Pattern,
    frames: int | None,
    workers: int,
    cache: Cache,
    passes: Sequence[Pass],
) -> Read:
    return Read(
        set=name,
        reader=reader,
        pattern=pattern,
        clip_frames=frames,
        workers=workers,
        cache=cache,
        rate=rate([each.frames_per_s for each in passes]),
        clips_per_s=None
        if frames is None
        else median(each.clips / each.seconds for each in passes),
    )

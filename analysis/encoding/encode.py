"""Encodes recording shards into latent shards: resumable, whoever does the computing.

Each finished episode is staged as a shard of its own. Staged episodes are packed into shards of
about the size asked for, strictly in the order of the recordings, so that the finished shards are
at any moment the first ones of those that an undisturbed run writes.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.datasets.dataset import Dataset, Episode
from analysis.datasets.opening import open_dataset
from analysis.datasets.pack import content_size, packed_size
from analysis.datasets.recordings import recordings_of
from analysis.encoding.made_by import MadeBy
from analysis.encoding.output import Output, open_output
from analysis.encoding.worker import EpisodeResult, FramesDone, encode_episodes
from analysis.errors import InputError, OutputTaken
from analysis.io.destination import Destination
from analysis.io.locations import StoredFile, local_path

SHARD_BYTES: Final = 4_000_000_000
"""The size of the shards that the note's pipeline writes."""

_SIZE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(|[kKmMgGtT]?[bB])\s*")
_UNITS: Final = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done and how much there is: frames, in the end."""


class Executor(Protocol):
    """Encodes episodes, somewhere: in this process, or on a cluster."""

    @property
    def made_by(self) -> MadeBy:
        """What its latents will say they were made by."""

    def __call__(
        self, episodes: Sequence[Episode], staging: Destination, frames_done: FramesDone
    ) -> Iterator[EpisodeResult]:
        """Encode each episode into `staging` once, as `encode_episodes` does, in any order."""


@dataclass(frozen=True)
class Embedded:
    """Encodes in this process."""

    autoencoder: Autoencoder

    @property
    def made_by(self) -> MadeBy:
        """What its latents will say they were made by."""
        return MadeBy.of(self.autoencoder)

    def __call__(
        self, episodes: Sequence[Episode], staging: Destination, frames_done: FramesDone
    ) -> Iterator[EpisodeResult]:
        """Encode the episodes, in their order."""
        return encode_episodes(episodes, self.autoencoder, staging, frames_done)


@dataclass(frozen=True)
class Encoded:
    """What there is after a run: all latent shards in the output folder, in order, or all latents
    where they lie loose, and one sentence for each thing that could not be encoded."""

    shards: tuple[str, ...]
    problems: tuple[str, ...]


def parse_size(text: str) -> int:
    """`4GB`, `500 MB` or a number of bytes, as bytes; 1 GB is 10⁹.

    Raises:
        InputError: it is no size.
    """
    found = _SIZE.fullmatch(text)
    if not found:
        raise InputError(f"{text!r} is no size; give one like 4GB or 500MB.")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def encode(
    source: Dataset | str | Path,
    out: str | Path,
    autoencoder: Autoencoder | Executor,
    shard_bytes: int = SHARD_BYTES,
    progress: Progress = lambda what, done, total: None,
    on_problem: Callable[[str], None] = lambda sentence: None,
) -> Encoded:
    """Encode every episode that is not yet encoded; what went wrong is told and the rest goes on.

    Running again goes on where a run was stopped, however it ended, and adds what recordings have
    come since; finished shards are never written again.

    Args:
        source: a data set that was opened, or a folder, a file or an fsspec URL.
        out: a folder or an fsspec URL, for latents in the layout of the source.
        autoencoder: encodes in this process; or whatever else computes, such as a cluster.
        shard_bytes: a shard ends before the episode that would make it larger.
        progress: called with what is being done, the frames that are done and all there are.
        on_problem: called with a sentence for each problem, at once.

    Raises:
        InputError: the source has no recordings, the output folder holds something else, or
            nothing can be written there.
    """
    executor = Embedded(autoencoder) if isinstance(autoencoder, Autoencoder) else autoencoder
    out = str(out)
    data = _opened(source, out, progress)
    recordings = recordings_of(data)
    problems: list[str] = []

    def tell(sentence: str) -> None:
        problems.append(sentence)
        on_problem(sentence)

    for defect in recordings.defects:
        tell(defect)
    with open_output(out, data.layout, executor.made_by) as output:
        episodes = [e for e in recordings.episodes if e.key not in output.packed]
        staged = output.staged(episode.key for episode in episodes)
        with _packing(output, [e.key for e in episodes], shard_bytes) as packer:
            for episode in episodes:
                if episode.key in staged:
                    packer.add(episode.key, staged[episode.key])
            pending = [episode for episode in episodes if episode.key not in staged]
            if pending:
                frames_done = _counter(progress, sum(episode.frames for episode in pending))
                for result in executor(pending, output.staging, frames_done):
                    if result.error is None:
                        packer.add(result.key, output.find_staged(result.key))
                    else:
                        tell(result.error)
                        packer.leave_out(result.key)
            packer.finish()
        return Encoded(tuple(output.written()), tuple(problems))


def _opened(source: Dataset | str | Path, out: str, progress: Progress) -> Dataset:
    path = source.path if isinstance(source, Dataset) else str(source)
    if _same_place(path, out):
        raise OutputTaken(f"{out}: holds the recordings; give another output.")
    if isinstance(source, Dataset):
        return source
    return open_dataset(source, leave_out=out, progress=partial(progress, "reading headers"))


def _same_place(one: str, other: str) -> bool:
    paths = local_path(one), local_path(other)
    if paths[0] and paths[1]:
        return paths[0].resolve() == paths[1].resolve()
    return one.rstrip("/") == other.rstrip("/")


def _counter(progress: Progress, total: int) -> FramesDone:
    done = 0
    lock = threading.Lock()

    def count(frames: int) -> None:
        nonlocal done
        with lock:
            done += frames
            progress("encoding", done, total)

    progress("encoding", 0, total)
    return count


class _Packer:
    """Packs staged episodes in the order of the recordings, in a thread of its own."""

    def __init__(self, output: Output, order: Sequence[str], shard_bytes: int) -> None:
        self._output = output
        self._order = order
        self._shard_bytes = shard_bytes
        self._position = 0
        self._finished: dict[str, StoredFile | None] = {}
        self._open: list[tuple[str, StoredFile, int]] = []
        """The keys of the episodes of the next shard, their files, and their contents' sizes."""
        self._thread = ThreadPoolExecutor(1, "pack")
        self._packing: list[Future[None]] = []
        self._stopped = threading.Event()

    def add(self, key: str, file: StoredFile) -> None:
        """An episode is staged."""
        self._finished[key] = file
        self._go_on()

    def leave_out(self, key: str) -> None:
        """An episode cannot be encoded."""
        self._finished[key] = None
        self._go_on()

    def finish(self) -> None:
        """Pack what is left and wait for it."""
        self._close_shard()
        for packing in self._packing:
            packing.result()

    def stop(self) -> None:
        """Give up what is not packed yet."""
        self._stopped.set()
        self._thread.shutdown(cancel_futures=True)

    def _go_on(self) -> None:
        for packing in self._packing:
            if packing.done():
                packing.result()  # raises what went wrong
        while self._position < len(self._order):
            key = self._order[self._position]
            if key not in self._finished:
                return
            self._position += 1
            file = self._finished.pop(key)
            if file is None:
                continue
            size = content_size(file)
            full = packed_size([*self._sizes(), size]) > self._shard_bytes
            if self._open and (full or self._output.loose):
                self._close_shard()
            self._open.append((key, file, size))

    def _sizes(self) -> Iterator[int]:
        return (size for _, _, size in self._open)

    def _close_shard(self) -> None:
        if self._open:
            files = [(key, file) for key, file, _ in self._open]
            self._packing.append(self._thread.submit(self._output.pack, files, self._check))
            self._open = []

    def _check(self) -> None:
        if self._stopped.is_set():
            raise InterruptedError


@contextmanager
def _packing(output: Output, order: Sequence[str], shard_bytes: int) -> Iterator[_Packer]:
    packer = _Packer(output, order, shard_bytes)
    try:
        yield packer
    finally:
        packer.stop()

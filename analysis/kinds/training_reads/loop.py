"""A data loader's worker processes, timed from the request of the first clip to the last one."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from analysis.datasets.latent_reader import webdataset_decoder
from analysis.io.locations import StoredFile, local_path
from analysis.kinds.training_reads.sets import Views

Request = tuple[int, int, int]
"""A view, and the frames `start` up to `stop` of it."""

_PREFETCH: Final = 2
"""Clips that each worker has ready."""

_PILOT: Final = 4
"""Clips a worker that tell how long a pass is to be."""


class _Clips(Dataset[torch.Tensor]):
    def __init__(self, views: Views) -> None:
        self._views = views

    def __getitem__(self, request: Request) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(self._views.read(*request)))


class _Requests(Sampler[Request], Sized):
    """Hands out what it was last given."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: Sequence[Request] = ()

    def __iter__(self) -> Iterator[Request]:
        return iter(self.requests)

    def __len__(self) -> int:
        return len(self.requests)


def _one_thread(worker: int) -> None:
    torch.set_num_threads(1)


@dataclass(frozen=True)
class Pass:
    """What came out of a pass, and how long it took."""

    clips: int
    frames: int
    seconds: float

    @property
    def frames_per_s(self) -> float:
        """Frames per second."""
        return self.frames / self.seconds


class Loop:
    """A loader whose workers live until it is closed."""

    def __init__(self, views: Views, workers: int) -> None:
        self._requests = _Requests()
        self._loader: DataLoader[torch.Tensor] = DataLoader(
            _Clips(views),
            batch_size=None,
            sampler=self._requests,
            num_workers=workers,
            persistent_workers=True,
            prefetch_factor=_PREFETCH,
            worker_init_fn=_one_thread,
            # Forking a process that has threads, as decoders have, can hang it.
            multiprocessing_context="forkserver",
        )
        self._workers = workers

    def run(self, requests: Sequence[Request]) -> Pass:
        """Read these clips, in any workers, and time it."""
        self._requests.requests = requests
        begin = time.perf_counter()
        frames = sum(len(clip) for clip in self._loader)
        return Pass(len(requests), frames, time.perf_counter() - begin)

    def warm(self, requests: Iterator[Request], seconds: float, passes: int) -> list[Pass]:
        """Some passes of about so long each, after a short one that tells how much that is.

        Fewer or shorter ones where the requests end.
        """
        # Workers start in the first one; the second tells the speed.
        for _ in range(2):
            pilot = self.run(list(islice(requests, _PILOT * self._workers)))
        length = max(self._workers, int(pilot.clips * seconds / pilot.seconds))
        found = []
        for _ in range(passes):
            wanted = list(islice(requests, length))
            if wanted:
                found.append(self.run(wanted))
        return found

    def close(self) -> None:
        """End the workers."""
        _end_workers(self._loader)


def random_clips(lengths: Sequence[int], frames: int, seed: int) -> Iterator[Request]:
    """Clips of so many frames without end: each view in turn, anywhere in it."""
    generator = random.Random(seed)
    order = list(range(len(lengths)))
    while True:
        generator.shuffle(order)
        for view in order:
            count = min(frames, lengths[view])
            start = generator.randint(0, lengths[view] - count)
            yield view, start, start + count


def sequential(lengths: Sequence[int], frames: int) -> Iterator[Request]:
    """All frames of all views in their order, so many at a time, again and again."""
    while True:
        for view, length in enumerate(lengths):
            for start in range(0, length, frames):
                yield view, start, min(start + frames, length)


def drop_from_cache(shards: Iterable[StoredFile]) -> None:
    """Ask the kernel to forget what it holds in memory of local shards."""
    for shard in shards:
        path = local_path(shard.location)
        if path is None:
            continue
        file = os.open(path, os.O_RDONLY)
        try:
            os.fsync(file)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(file)


def read_into_cache(shards: Iterable[StoredFile]) -> None:
    """Read local shards once, so that the kernel holds them in memory as far as it can."""
    for shard in shards:
        path = local_path(shard.location)
        if path is not None:
            with path.open("rb", buffering=0) as file:
                while file.read(1 << 24):
                    pass


def cold_is_cold(shards: Sequence[StoredFile]) -> bool:
    """Whether a shard that was dropped from the cache is read from the disk again."""
    path = local_path(shards[0].location)
    if path is None:
        return True
    drop_from_cache(shards[:1])
    before = _bytes_from_disk()
    size = 1 << 23
    with path.open("rb", buffering=0) as file:
        read = len(file.read(size))
    return _bytes_from_disk() - before >= read // 2


def _bytes_from_disk() -> int:
    with suppress(OSError):
        for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines():
            if line.startswith("read_bytes:"):
                return int(line.partition(":")[2])
    return 0


class SampleLoop:
    """A loader that iterates over whole samples of WebDataset, of which it takes the latents."""

    def __init__(self, urls: Sequence[str], workers: int) -> None:
        self._loader: DataLoader[list[torch.Tensor]] = DataLoader(
            _samples(urls),
            batch_size=None,
            num_workers=workers,
            persistent_workers=True,
            prefetch_factor=_PREFETCH,
            worker_init_fn=_one_thread,
            multiprocessing_context="forkserver",
        )

    def run(self) -> Pass:
        """Iterate over all samples once, and time it."""
        begin = time.perf_counter()
        clips = frames = 0
        for sample in self._loader:
            clips += len(sample)
            frames += sum(len(latents) for latents in sample)
        return Pass(clips, frames, time.perf_counter() - begin)

    def close(self) -> None:
        """End the workers."""
        _end_workers(self._loader)


def _samples(urls: Sequence[str]) -> Any:
    """As its documentation has it, with this project's decoder for compressed members."""
    import webdataset

    dataset = webdataset.WebDataset(list(urls), shardshuffle=False)
    return dataset.decode(webdataset_decoder).map(_latents_of)


def _latents_of(sample: Mapping[str, Any]) -> list[Any]:
    return [value for field, value in sample.items() if field.startswith("latents_")]


def _end_workers(loader: DataLoader[Any]) -> None:
    # There is no public way to end those that persist.
    iterator: Any = loader._iterator
    if iterator is not None:
        iterator._shutdown_workers()

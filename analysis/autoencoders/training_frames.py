"""Clips to train on and to watch: a sample of recorded episodes, in a file that is mapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from analysis.autoencoders.doom import SPATIAL
from analysis.datasets.dataset import Dataset, Episode
from analysis.datasets.recordings import recordings_of
from analysis.errors import InputError
from analysis.video.decode import decode_frames

HELD_OUT: Final = "held-out"
HELD_OUT_EVERY: Final = 10
"""Of episodes that do not say which split they are of, every tenth is held out."""

WATCHED_EVERY: Final = 420
"""Of a held-out video every N-th frame is watched: one in 12 s."""

_BATCH: Final = 32

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class TrainingFrames:
    """What a training reads.

    Args:
        training: uint8 (N, H, W, 3), mapped from its file; clips lie one after the other.
        held_out: likewise, of other episodes.
        episodes: keys of the episodes trained on, and of those held out.
    """

    training: NDArray[np.uint8]
    held_out: NDArray[np.uint8]
    episodes: tuple[tuple[str, ...], tuple[str, ...]]


def sample_frames(
    data: Dataset,
    folder: Path,
    every: int = 10,
    progress: Progress = lambda what, done, total: None,
    clip_frames: int = 1,
) -> TrainingFrames:
    """Decode recordings and keep of every `every` frames of the training episodes
    the middle `clip_frames`.

    Episodes whose `meta.json` has `split` "held-out" are not trained on; where none says so, every
    tenth is held out. The frames are kept in `folder` and not decoded again.

    Raises:
        InputError: there are fewer than two episodes, their videos differ in size, a side is no
            multiple of 32, or clips overlap.
    """
    if not 1 <= clip_frames <= every:
        raise InputError(
            f"Clips of {clip_frames} frames overlap when one begins every {every}; "
            "take one less often."
        )
    found = recordings_of(data)
    for defect in found.defects:
        raise InputError(defect)
    training, held_out = _split(found.episodes)
    if not training or not held_out:
        raise InputError(
            f"{data.path}: training needs episodes to train on and others to judge by; "
            "record at least two."
        )
    return TrainingFrames(
        _kept(folder / "training.npy", training, _Clips(every, clip_frames), progress),
        _kept(folder / "held-out.npy", held_out, _Clips(WATCHED_EVERY, clip_frames), progress),
        (tuple(e.key for e in training), tuple(e.key for e in held_out)),
    )


@dataclass(frozen=True)
class _Clips:
    """One clip of `frames` in every `every` frames, in their middle; of a shorter video one."""

    every: int
    frames: int

    def of(self, length: int) -> list[int]:
        """Numbers of the frames of a video of `length`; none of one shorter than a clip."""
        every = min(self.every, length)
        starts = range((every - self.frames + 1) // 2, length - self.frames + 1, every)
        return [start + number for start in starts for number in range(self.frames)]


def _split(
    episodes: Sequence[Episode],
) -> tuple[list[Episode], list[Episode]]:
    splits = [_marked_split(episode) for episode in episodes]
    if not any(splits):
        splits = [None if number % HELD_OUT_EVERY else HELD_OUT for number in range(len(splits))]
    pairs = list(zip(episodes, splits, strict=True))
    return (
        [episode for episode, split in pairs if split != HELD_OUT],
        [episode for episode, split in pairs if split == HELD_OUT],
    )


def _marked_split(episode: Episode) -> str | None:
    split = episode.meta.get("split")
    return None if split is None else str(split)


def _kept(
    path: Path, episodes: Sequence[Episode], clips: _Clips, progress: Progress
) -> NDArray[np.uint8]:
    """The sampled frames of these episodes, mapped from `path`, where they are put if need be."""
    headers = [video.header for episode in episodes for video in episode.videos]
    sizes = {(header.height, header.width) for header in headers}
    height, width = sizes.pop()
    if sizes or height % SPATIAL or width % SPATIAL:
        raise InputError(
            "Training needs videos of one size, both sides multiples of "
            f"{SPATIAL}; found {width}x{height}" + (" and others." if sizes else ".")
        )
    count = sum(len(clips.of(header.frames)) for header in headers)
    shape = (count, height, width, 3)
    if path.exists():
        kept: NDArray[np.uint8] = np.load(path, mmap_mode="c")
        if kept.shape == shape:
            return kept
    partial = path.with_name(f".{path.name}.tmp")
    frames = open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
    for number, frame in enumerate(_sampled(episodes, clips)):
        frames[number] = frame
        progress(f"decoding {path.stem} frames", number + 1, count)
    frames.flush()
    del frames
    partial.replace(path)
    mapped: NDArray[np.uint8] = np.load(path, mmap_mode="c")
    return mapped


def _sampled(episodes: Sequence[Episode], clips: _Clips) -> Iterator[NDArray[np.uint8]]:
    for video in (video for episode in episodes for video in episode.videos):
        chosen = set(clips.of(video.header.frames))
        with video.open() as data:
            frames = chain.from_iterable(decode_frames(data, _BATCH, video.header))
            yield from (frame for number, frame in enumerate(frames) if number in chosen)

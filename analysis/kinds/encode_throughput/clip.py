"""Frames to encode where there are no recordings: those of the clip that the ledger has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from analysis.errors import InputError
from analysis.kinds.encode_throughput.passes import Frames
from analysis.kinds.shard_sizes.record import PlayedClip, ShardSizes
from analysis.ledger import store
from analysis.ledger.records import Input


@dataclass(frozen=True)
class ClipFrames:
    """Frames of one player of a clip.

    Args:
        frames: uint8 (N, H, W, 3), which lie in memory as (N, 3, H, W), as a decoder gives them.
        input: the clip's file.
    """

    frames: Frames
    input: Input


def clip_frames(ledgers: Sequence[Path], size: tuple[int, int]) -> ClipFrames:
    """All frames of the first player in the newest clip of a game, each scaled to `size` = (H, W).

    Raises:
        InputError: no ledger has a clip, or its file cannot be read.
    """
    for folder in ledgers:
        for path in reversed(store.runs([folder], "shard-sizes")):
            run = store.read(path, ShardSizes)
            if run.results.clip is not None:
                return _read(run.results.clip, store.media_folder(run, folder), size)
    raise InputError(
        f"No shard-sizes run in {', '.join(map(str, ledgers))} has a clip of a game; "
        "give a ledger that has one."
    )


def _read(clip: PlayedClip, folder: Path, size: tuple[int, int]) -> ClipFrames:
    path = folder / clip.file
    width = clip.width // len(clip.players)
    frames = np.empty((clip.frames, 3, *size), np.uint8)
    video = cv2.VideoCapture(str(path))
    try:
        for place in frames:
            found, picture = video.read()
            if not found:
                raise InputError(f"{path} cannot be read to its end; restore it.")
            first = cv2.resize(picture[:, :width], size[::-1], interpolation=cv2.INTER_CUBIC)
            place[:] = cv2.cvtColor(first, cv2.COLOR_BGR2RGB).transpose(2, 0, 1)
    finally:
        video.release()
    return ClipFrames(
        frames.transpose(0, 2, 3, 1),
        Input(
            name=f"{folder.name}/{clip.file}",
            kind="ledger",
            bytes=clip.bytes,
            sha256=clip.sha256,
            frames=clip.frames,
        ),
    )

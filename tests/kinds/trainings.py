"""Recordings to train on."""

from __future__ import annotations

from pathlib import Path

from analysis.datasets.layouts.doom import recording_shard_name
from analysis.datasets.writer import write_shard
from tests.datasets.examples import recording_sample


def write_recordings(folder: Path, *lengths: int) -> Path:
    """Episodes of one player, of so many frames of 64x96; the first is held out."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, length in enumerate(lengths):
        sample = recording_sample(number, frames=length, size=(96, 64), players=("p1",))
        write_shard(folder / recording_shard_name(0, number), [sample])
    return folder

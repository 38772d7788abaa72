"""Data sets in other people's layouts, in small: real videos, loose and in tars."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.datasets.writer import Sample
from tests.datasets.examples import encode, moving_frames, write_unchecked

WIDTH, HEIGHT = 64, 48
LENGTHS = (12, 20, 9)


def video(frames: int) -> bytes:
    return encode(moving_frames(frames, WIDTH, HEIGHT))


def caption(number: int) -> bytes:
    return json.dumps({"caption": f"clip {number}", "duration": number}).encode()


def write_videos(folder: Path) -> Path:
    """A tree of three videos; the second has side-cars, and beside them lies a note of nobody's."""
    for number, frames in enumerate(LENGTHS):
        place = folder / ("train" if number else "test")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"take {number}.0.mp4").write_bytes(video(frames))
    (folder / "train" / "take 1.0.json").write_bytes(caption(1))
    (folder / "train" / "take 1.0.en.txt").write_bytes(b"somebody walks")
    (folder / "notes.md").write_bytes(b"# notes")
    return folder


def write_samples(folder: Path) -> Path:
    """Two shards of samples of `mp4`, `json` and `txt`; the last one has two cameras."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = [
        Sample(
            f"{number:06d}",
            {"json": caption(number), "mp4": video(frames), "txt": b"somebody walks"},
        )
        for number, frames in enumerate(LENGTHS[:2])
    ]
    write_unchecked(folder / "00000.tar", *samples)
    cameras: dict[str, bytes | Path] = {
        "json": caption(2),
        "left.mp4": video(LENGTHS[2]),
        "right.mp4": video(LENGTHS[2]),
    }
    write_unchecked(folder / "00001.tar", Sample("000002", cameras))
    return folder

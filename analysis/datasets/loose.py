"""Samples of loose files: a video, or the latents made of one, and what has the same stem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from analysis.datasets.members import LATENTS_JSON, VIDEO_SUFFIXES
from analysis.io.locations import StoredFile


def loose_samples(files: Iterable[StoredFile]) -> dict[str, dict[str, StoredFile]]:
    """Files by the key of their sample, and by what they are called in it.

    `train/clip.mp4` and `train/clip.en.txt` are `mp4` and `en.txt` of the sample `train/clip`. A
    file whose stem is that of no video and of no latents belongs to none.
    """
    found = list(files)
    keys = {key for file in found if (key := _key(file.name))}
    samples: dict[str, dict[str, StoredFile]] = defaultdict(dict)
    for file in found:
        key = _longest(file.name, keys)
        if key is not None:
            samples[key][file.name[len(key) + 1 :]] = file
    return dict(samples)


def _key(name: str) -> str | None:
    """The sample that a video, or what says what made latents, begins."""
    if name.endswith(f".{LATENTS_JSON}"):
        return name.removesuffix(f".{LATENTS_JSON}")
    stem, _, suffix = name.rpartition(".")
    return stem if suffix.lower() in VIDEO_SUFFIXES else None


def _longest(name: str, keys: set[str]) -> str | None:
    """The longest key that a name begins with, followed by a dot."""
    folder, slash, base = name.rpartition("/")
    parts = base.split(".")
    for count in range(len(parts) - 1, 0, -1):
        key = f"{folder}{slash}{'.'.join(parts[:count])}"
        if key in keys:
            return key
    return None

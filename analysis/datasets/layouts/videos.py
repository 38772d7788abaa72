"""Layout `videos`: a folder tree of video files, with side-car files of the same stem.

An episode's key is the path of its video without the suffix, `train/clip_000` of
`train/clip_000.mp4`; what else begins with that path and a dot belongs to it. Latents that were
made of a video lie in its place, as `analysis.datasets.members` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.datasets import members
from analysis.datasets.dataset import Episode
from analysis.datasets.members import (
    VIDEO_SUFFIXES,
    carried,
    encoded_members,
    errors,
    frames_of,
    gaps,
    kind_of,
    latents_meta,
    latents_name,
    view_of,
)

__all__ = [
    "carried",
    "encoded_members",
    "errors",
    "frames_of",
    "gaps",
    "kind_of",
    "latents_meta",
    "latents_name",
    "view_of",
]

NAME: Final = "videos"
ORDER: Final = 3
STORED: Final = "files"
WANTS: Final = f"a video ({', '.join(sorted(VIDEO_SUFFIXES))}), or latents made of one"
META: Final = "json"
FRAMES_PER_SECOND: Final = None


def recognises(names: Sequence[str]) -> bool:
    """Whether there is a video, or latents."""
    return members.is_sample(names)


def component_of(name: str) -> str:
    """Each name by itself: `mp4`, `json`, `left.mp4`."""
    return name


def absent_meta(episode: Episode) -> tuple[str, ...]:
    """Nothing is expected of metadata."""
    return ()


def facts(episode: Episode) -> dict[str, None]:
    """Nothing is known of scenarios and maps."""
    return {"scenario": None, "map": None}

"""What of a shard no episode has though it looks so, and how other readers would take it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from analysis.datasets.dataset import DataFile
from analysis.datasets.layouts import Layout
from analysis.datasets.members import VIDEO_SUFFIXES
from analysis.datasets.report import Severity
from analysis.datasets.tar_index import split_member

_PAYLOADS: Final = VIDEO_SUFFIXES | {"npy", "npz", "pt", "pth", "safetensors", "latc"}
"""Suffixes of what training would miss."""


def omissions(layout: Layout, data: DataFile) -> Iterator[tuple[Severity, str]]:
    """A sentence for each thing that is in a file and read by nothing: links, members of samples
    whose key has a dot, members that the layout has no name for. Text and the like is a warning."""
    for link in data.links:
        yield (
            "error",
            f"{link}: it has no content of its own and is left out; write the shard with "
            "`tar --dereference --hard-dereference`.",
        )
    dotted = [name for name, _ in data.strays if _is_dotted(layout, name)]
    if dotted:
        yield (
            "error",
            f"{len(dotted)} files are left out, {dotted[0]} for instance: their key has a dot, and "
            "the key of a sample ends at its first dot; rename them.",
        )
    unread = Counter(name for episode in data.episodes for name in layout.unread(episode))
    for name, count in unread.items():
        episodes = "1 episode" if count == 1 else f"{count} episodes"
        yield (
            "error" if name.rpartition(".")[2].lower() in _PAYLOADS else "warning",
            f"{name} of {episodes} is left out: layout {layout.NAME} has no such member; what "
            f"would fit: {layout.WANTS}.",
        )


def oddities(data: DataFile) -> Iterator[str]:
    """A sentence for each thing that readers of WebDataset take otherwise."""
    members = sorted(
        (track.offset, episode.key)
        for episode in data.episodes
        for track in episode.tracks.values()
        if track.member
    )
    keys = [key for _, key in members]
    runs = sum(one != other for one, other in pairwise(keys)) + 1
    if keys and runs > len(set(keys)):
        yield (
            f"Members of several episodes alternate: WebDataset and Ray read {runs} broken samples "
            f"of {len(set(keys))}; write the shard again, sorted by name."
        )
    dotted = [
        episode.key
        for episode in data.episodes
        if len(firsts := {name.partition(".")[0] for name in episode.tracks}) == 1
        and not firsts.pop().isidentifier()
    ]
    if dotted:
        yield (
            f"The key of {len(dotted)} samples seems to have a dot, at which readers of "
            f"WebDataset end it, as in {dotted[0]}; rename them."
        )


def _is_dotted(layout: Layout, name: str) -> bool:
    """Whether a member would be one of the layout if its key went on beyond the first dot."""
    _, field = split_member(name)
    while "." in field:
        _, _, field = field.partition(".")
        if layout.recognises((field,)) or field == layout.META:
            return True
    return False

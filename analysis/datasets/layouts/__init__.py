"""Layouts: one module each, found in this folder.

A layout says how the files of a data set become episodes, what each member holds, what breaks the
layout, and what an encoded episode is called and carries. Adding one is adding its module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal, Protocol

from analysis.datasets.dataset import Episode, Track, TrackKind
from analysis.datasets.metadata import EncodedMeta
from analysis.errors import InputError

Storage = Literal["shards", "files"]
"""Whether samples lie in tars, or as loose files of one stem."""


class Layout(Protocol):
    """What the module of a layout has, or else the object in it that is called `LAYOUT`."""

    NAME: str
    ORDER: int
    """Of the layouts that recognise a data set, that of the lowest order is taken."""
    STORED: Storage
    WANTS: str
    """What a sample has to hold, in words."""
    META: str
    """The member with the metadata of an episode."""

    def recognises(self, names: Sequence[str]) -> bool:
        """Whether a sample with members of these names is of this layout."""

    def kind_of(self, name: str, names: Sequence[str]) -> TrackKind:
        """What a member holds, given the names of all members of its sample."""

    def component_of(self, name: str) -> str:
        """What the bytes of a member count as."""

    def errors(self, episode: Episode) -> Iterator[str]:
        """One sentence for each thing that breaks the layout."""

    def gaps(self, episode: Episode) -> Iterator[str]:
        """One sentence for each thing that keeps an episode from being used at all."""

    def absent_meta(self, episode: Episode) -> tuple[str, ...]:
        """The metadata that an episode should have and does not have."""

    def latents_meta(self, episode: Episode, track: Track) -> EncodedMeta | None:
        """What is known of latents and of the frames they stand for."""

    def frames_of(self, episode: Episode, latents: Track) -> int:
        """How many frames a track of latents stands for."""

    def latents_name(self, video: str, suffix: str) -> str:
        """What the latents of a video are called; the suffix is given with its dot."""

    def carried(self, episode: Episode) -> list[Track]:
        """The tracks that are in an encoded episode as they are in the recorded one."""

    def unread(self, episode: Episode) -> list[str]:
        """The names of members that this layout has no use for, so that encoding drops them."""

    def encoded_members(
        self, episode: Episode, made: Mapping[str, EncodedMeta]
    ) -> Mapping[str, bytes]:
        """The members that say what an encoded episode is, by name.

        Args:
            episode: as recorded.
            made: what is known of the latents of each video, by the video's name.
        """

    def view_of(self, name: str) -> str:
        """What the view of a video, or of latents, is called: `p1`, or `left`."""

    def facts(self, episode: Episode) -> Mapping[str, Any]:
        """What tells episodes apart for a reader: `scenario` and `map`, where there are any."""


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts, in the order in which they are tried."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    found = (getattr(module, "LAYOUT", module) for module in modules)
    return tuple(sorted(found, key=lambda layout: layout.ORDER))


def layout_of(name: str) -> Layout:
    """The layout of that name.

    Raises:
        InputError: there is none.
    """
    for layout in layouts():
        if name == layout.NAME:
            return layout
    names = ", ".join(layout.NAME for layout in layouts())
    raise InputError(f"There is no layout {name!r}; choose one of {names}.")

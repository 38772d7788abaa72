"""An episode as its headers describe it: videos, arrays and `meta.json`, no payload."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from pydantic import ValidationError

from analysis.codecs.header import read_head
from analysis.datasets.arrays.npy import ArrayHeader, read_header
from analysis.datasets.layouts.doom import META, PLAYERS, Content, EncodedMeta, Player, field_name
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.video.probe import VideoHeader, probe

# The longest meta.json of a real episode takes 2 kB.
_MAX_META: Final = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True)
class LatentsHeader(ArrayHeader):
    """What a player's latents say of themselves; `codec` is None where they are not compressed."""

    codec: str | None = None


@dataclass(frozen=True)
class Episode:
    """What the headers of one sample say.

    Args:
        key: the sample's key.
        sizes: bytes of each member, by field.
        videos: what could be read of the videos.
        actions: what could be read of the actions; likewise rewards and latents, compressed or not.
        meta: `meta.json`, None when it is absent or cannot be read; a field of another form
            counts as absent.
        defects: for each field that cannot be read the sentence that says why.
    """

    key: str
    sizes: Mapping[str, int]
    videos: Mapping[Player, VideoHeader]
    actions: Mapping[Player, ArrayHeader]
    rewards: Mapping[Player, ArrayHeader]
    latents: Mapping[Player, LatentsHeader]
    meta: EncodedMeta | None
    defects: Mapping[str, str]

    @property
    def players(self) -> tuple[Player, ...]:
        """The players that anything is there of."""
        return tuple(p for p in PLAYERS if any(f"_{p}." in field for field in self.sizes))

    def latents_field(self, player: Player) -> str:
        """The field that a player's latents are in, or should be."""
        compressed = field_name("compressed_latents", player)
        return compressed if compressed in self.sizes else field_name("latents", player)

    @property
    def lengths(self) -> dict[str, int]:
        """Frames, actions and rewards of each player, and the frames that its latents stand for:
        `{"video_p1": 2100, …}`.

        How many frames a temporal autoencoder's latents stand for is not told by their number: as
        many as there are actions, if that can be.
        """
        arrays = {"actions": self.actions, "rewards": self.rewards}
        frames = {f"video_{player}": video.frames for player, video in self.videos.items()}
        lengths = frames | {
            f"{content}_{player}": _length(header)
            for content, headers in arrays.items()
            for player, header in headers.items()
        }
        for player, header in self.latents.items():
            acted = lengths.get(f"actions_{player}")
            fits = self.meta and acted and self.meta.latents_of(acted) == _length(header)
            lengths[f"latents_{player}"] = acted if acted and fits else _length(header)
        return lengths


def _read_latents(npy: ByteRange) -> LatentsHeader:
    header = read_header(npy)
    return LatentsHeader(header.shape, header.dtype)


def _read_compressed(latents: ByteRange) -> LatentsHeader:
    header = read_head(latents).header
    return LatentsHeader(header.shape, np.dtype(header.dtype).name, header.codec)


def _length(header: ArrayHeader) -> int:
    return header.shape[0] if header.shape else 0


def read_episode(key: str, members: Mapping[str, ByteRange]) -> Episode:
    """Read the headers of a sample, given its members by field.

    Nothing is raised for what cannot be read: `defects` tells it, in the words of each range's
    name.
    """
    defects: dict[str, str] = {}

    def attempt(field: str, read: Callable[[ByteRange], T]) -> T | None:
        if field not in members:
            return None
        try:
            return read(members[field])
        except InputError as error:
            defects[field] = str(error)
            return None

    def of_players(content: Content, read: Callable[[ByteRange], T]) -> dict[Player, T]:
        headers = {player: attempt(field_name(content, player), read) for player in PLAYERS}
        return {player: header for player, header in headers.items() if header is not None}

    return Episode(
        key=key,
        sizes={field: member.size for field, member in members.items()},
        videos=of_players("video", probe),
        actions=of_players("actions", read_header),
        rewards=of_players("rewards", read_header),
        latents={
            **of_players("latents", _read_latents),
            **of_players("compressed_latents", _read_compressed),
        },
        meta=attempt(META, _read_meta),
        defects=defects,
    )


def _read_meta(member: ByteRange) -> EncodedMeta:
    if member.size > _MAX_META:
        raise InputError(f"{member.name}: has {member.size} bytes, too many for this file.")
    try:
        content = json.loads(member.read(0, member.size))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{member.name}: is no JSON ({error}); write it again.") from error
    if not isinstance(content, dict):
        raise InputError(f"{member.name}: is no JSON object; write it again.")
    try:
        return EncodedMeta.model_validate(content)
    except ValidationError as error:
        # Recorders differ in how they spell what nothing here depends on, a time for instance.
        misfits = {detail["loc"][0] for detail in error.errors()}
        return EncodedMeta.model_validate(
            {name: value for name, value in content.items() if name not in misfits}
        )

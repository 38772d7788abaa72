"""Latents as training reads them: clips from shards, compressed or not, without the rest.

    from analysis.datasets.latent_reader import LatentReader

    reader = LatentReader("latents")
    clip = reader.clip(reader.views[0], start=1000, stop=1070)  # float16 (70, c, h, w)

A reader opens what it needs and keeps it open; pickled, into the workers of a data loader for
instance, it takes its views along and opens shards anew. For WebDataset there is a decoder:

    from analysis.datasets.latent_reader import webdataset_decoder

    samples = webdataset.WebDataset("latents/latent-000000.tar").decode(webdataset_decoder)
"""

from __future__ import annotations

import io
import math
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.container import CompressedLatents, decompress
from analysis.datasets.episode import read_episode
from analysis.datasets.layouts.doom import Player, member_name
from analysis.datasets.shards import find_shards
from analysis.datasets.tar_index import read_index, samples_of
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.io.locations import StoredFile, open_range

_HEADER: Final = 512
_SUFFIX: Final = ".latc"


@dataclass(frozen=True)
class LatentView:
    """The latents of one player of one episode, and where they lie.

    Args:
        shard: the shard.
        key: of the episode.
        player: of the view.
        field: the member's field.
        offset: of the member in the shard.
        size: bytes of the member.
        shape: (N, c, h, w).
        codec: that they are compressed by; None where by none.
    """

    shard: StoredFile
    key: str
    player: Player
    field: str
    offset: int
    size: int
    shape: tuple[int, ...]
    codec: str | None


class _Frames(Protocol):
    def frames(self, start: int, stop: int) -> NDArray[np.float16]: ...


def find_views(path: str | Path) -> tuple[LatentView, ...]:
    """Every view of latents in the shards at or below `path`, from headers alone.

    Raises:
        InputError: there is no shard, a shard cannot be read or holds no latents, or the header of
            some latents cannot be read.
    """
    return tuple(view for shard in find_shards(path) for view in _views_of(shard))


def _views_of(file: StoredFile) -> list[LatentView]:
    views: list[LatentView] = []
    with open_range(file) as shard:
        for key, members in samples_of(read_index(shard)).items():
            places = {member.field: member for member in members}
            episode = read_episode(
                key, {m.field: shard.part(m.name, m.offset, m.size) for m in members}
            )
            for player in episode.players:
                field = episode.latents_field(player)
                if field in episode.defects:
                    raise InputError(f"{file.location}: {episode.defects[field]}")
                if player not in episode.latents:
                    raise InputError(
                        f"{file.location}: {key} has no latents of {player}; give latent shards."
                    )
                header, member = episode.latents[player], places[field]
                views.append(
                    LatentView(
                        file,
                        key,
                        player,
                        field,
                        member.offset,
                        member.size,
                        header.shape,
                        header.codec,
                    )
                )
    if not views:
        raise InputError(f"{file.location}: holds no latents; give latent shards.")
    return views


class LatentReader:
    """Reads clips of latents from the shards at or below `path`, a folder or an fsspec URL.

    Raises:
        InputError: as `find_views`.
    """

    def __init__(self, path: str | Path) -> None:
        self.views: tuple[LatentView, ...] = find_views(path)
        self._start()

    def _start(self) -> None:
        self._files = ExitStack()
        self._shards: dict[str, ByteRange] = {}
        self._opened: dict[tuple[str, int], _Frames] = {}

    def clip(self, view: LatentView, start: int, stop: int) -> NDArray[np.float16]:
        """Latent frames `start` up to `stop` of a view, float16 (n, c, h, w).

        Raises:
            InputError: they are damaged, or no float16.
            IndexError: there are no such frames.
        """
        place = view.shard.location, view.offset
        if place not in self._opened:
            self._opened[place] = self._open(view)
        return self._opened[place].frames(start, stop)

    def __enter__(self) -> LatentReader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the shards; the next clip opens them again."""
        self._files.close()
        self._start()

    def __getstate__(self) -> dict[str, Any]:
        return {"views": self.views}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.views = state["views"]
        self._start()

    def _open(self, view: LatentView) -> _Frames:
        shard = self._shards.get(view.shard.location)
        if shard is None:
            shard = self._files.enter_context(open_range(view.shard))
            self._shards[view.shard.location] = shard
        name = f"{view.shard.name}/{member_name(view.key, view.field)}"
        member = shard.part(name, view.offset, view.size)
        return CompressedLatents(member) if view.codec else _PlainLatents(member)


class _PlainLatents:
    """An npy array of float16 that is read in pieces."""

    def __init__(self, data: ByteRange) -> None:
        start = io.BytesIO(data.read(0, _HEADER))
        version = np.lib.format.read_magic(start)
        read = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            read = np.lib.format.read_array_header_2_0
        shape, in_columns, dtype = read(start)
        if dtype != np.float16 or in_columns or len(shape) != 4:
            raise InputError(
                f"{data.name}: is {dtype} {shape}, not float16 (frames, channels, rows, columns) "
                "in C order; encode it again."
            )
        self._data = data
        self._shape: tuple[int, ...] = shape
        self._dtype = dtype
        self._begin = start.tell()

    def frames(self, start: int, stop: int) -> NDArray[np.float16]:
        if not 0 <= start <= stop <= self._shape[0]:
            raise IndexError(
                f"{self._data.name}: has {self._shape[0]} frames, not {start} to {stop}"
            )
        frame = math.prod(self._shape[1:]) * self._dtype.itemsize
        content = self._data.read(self._begin + start * frame, (stop - start) * frame)
        if len(content) < (stop - start) * frame:
            raise InputError(f"{self._data.name}: is cut off; copy or encode it again.")
        values = np.frombuffer(content, self._dtype)
        # A copy, which may be written to: what was read may not.
        return values.astype(np.float16).reshape(stop - start, *self._shape[1:])


def webdataset_decoder(name: str, data: bytes) -> NDArray[np.float16] | None:
    """A handler for `webdataset.WebDataset(...).decode(...)`: compressed latents to float16
    (N, c, h, w); None for other members, which leaves them to the handlers after it.

    Raises:
        InputError: they are damaged.
    """
    return decompress(data, name) if name.endswith(_SUFFIX) else None

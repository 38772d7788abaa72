"""Latent shards to compressed latent shards, and back.

Each shard becomes one of the same name, whose other members are the same byte for byte. It appears
whole or not at all, so that what is there is finished, and a run that was stopped goes on there.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from analysis.codecs.codec import Latents, Sensitivity
from analysis.codecs.container import compress, decompress
from analysis.codecs.header import read_head
from analysis.codecs.latent_codec import LatentCodec
from analysis.datasets.layouts.doom import PLAYERS, field_name, member_name
from analysis.datasets.shards import find_shards
from analysis.datasets.tar_index import Member, read_index
from analysis.datasets.writer import shard_writer
from analysis.errors import InputError, OutputTaken
from analysis.io.byte_range import ByteRange
from analysis.io.destination import Destination
from analysis.io.locations import StoredFile, local_path, open_range

PLAIN: Final = {field_name("latents", p): field_name("compressed_latents", p) for p in PLAYERS}
"""Compressed fields by plain ones."""

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how many bytes are read and how many there are."""

Convert = Callable[[bytes, str], bytes]
"""Makes a member's new content of its old one; the name is for messages."""


@dataclass(frozen=True)
class Compressed:
    """What there is after a run.

    Args:
        shards: where the shards lie, all of them.
        latents_before: bytes of the latents that this run has read.
        latents_after: bytes that it has made of them.
    """

    shards: tuple[str, ...]
    latents_before: int
    latents_after: int


def compress_shards(
    source: str,
    out: str,
    codec: LatentCodec,
    sensitivity: Callable[[], Sensitivity] | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Compressed:
    """Compress the latents of every shard at or below `source` into shards in `out`.

    Each array is read back once it is compressed: bit for bit of a lossless codec, by its
    checksums of a lossy one.

    Args:
        source: a shard, a folder or an fsspec URL.
        out: another folder or URL.
        codec: how.
        sensitivity: gives that of the decoder, where the codec needs it and anything is to be done.
        progress: hears of it.

    Raises:
        InputError: there are no latents, some are compressed already, `out` holds something else,
            or the codec cannot store them.
    """
    weights: list[Sensitivity] = []

    def convert(content: bytes, name: str) -> bytes:
        latents = _read_npy(content, name)
        try:
            compressed = compress(latents, codec, weights[0] if weights else None)
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
        again = decompress(compressed, name)
        if codec.lossless and again.tobytes() != latents.tobytes():
            raise RuntimeError(f"{name}: {codec.name} does not give these latents back")
        return compressed

    def begin() -> None:
        if codec.weighted and sensitivity is not None:
            weights.append(sensitivity())

    conversion = _Conversion(PLAIN, convert, partial(_check_codec, codec.name), begin)
    return conversion.run(source, out, progress)


def decompress_shards(
    source: str, out: str, progress: Progress = lambda what, done, total: None
) -> Compressed:
    """Decompress the latents of every shard at or below `source` into shards in `out`.

    Raises:
        InputError: there are no compressed latents, some are damaged, or `out` holds something
            else.
    """

    def convert(content: bytes, name: str) -> bytes:
        file = io.BytesIO()
        np.save(file, decompress(content, name))
        return file.getvalue()

    plain = {compressed: plain for plain, compressed in PLAIN.items()}
    return _Conversion(plain, convert, _check_plain, lambda: None).run(source, out, progress)


def _read_npy(content: bytes, name: str) -> Latents:
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except ValueError as error:
        raise InputError(f"{name}: is no npy array ({error}); encode it again.") from error
    latents: Latents = np.ascontiguousarray(array)
    return latents


def _check_codec(name: str, field: str, member: ByteRange) -> None:
    """Refuse a finished shard that another codec made."""
    found = read_head(member).header.codec if field in PLAIN.values() else "none"
    if found != name:
        raise OutputTaken(
            f"{member.name}: is compressed by {found}, not by {name}; give another output."
        )


def _check_plain(field: str, member: ByteRange) -> None:
    """Refuse a finished shard that is still compressed."""
    if field not in PLAIN:
        raise OutputTaken(f"{member.name}: is compressed; give another output.")


@dataclass(frozen=True)
class _Conversion:
    """Shards to shards, with some of their fields under another name and with other content.

    Args:
        fields: new names by old ones.
        convert: makes the content.
        check: refuses a finished member of latents, given its field.
        begin: called once, before the first shard that is not there yet.
    """

    fields: dict[str, str]
    convert: Convert
    check: Callable[[str, ByteRange], None]
    begin: Callable[[], None]

    def run(self, source: str, out: str, progress: Progress) -> Compressed:
        """Convert what is not converted yet."""
        shards = find_shards(source)
        if _inside(out, source):
            raise OutputTaken(f"{out}: lies in {source}, which is read; give another output.")
        folder = Destination(out)
        folder.make()
        total = sum(shard.size for shard in shards)
        done, before, after = 0, 0, 0
        begun = False
        with folder.locked():
            for shard in shards:
                target, name = self._place(folder, shard)
                target.clear()
                progress(shard.name, done, total)
                finished = target.file(name)
                if finished is not None:
                    self._check_finished(finished)
                else:
                    with open_range(shard) as file:
                        members = self._members(shard, file)
                        if not begun:
                            self.begin()
                            begun = True
                        counts = self._write(target, name, shard, file, members)
                    before, after = before + counts[0], after + counts[1]
                done += shard.size
            progress("done", done, total)
            places = [self._place(folder, shard) for shard in shards]
            found = [target.file(name) for target, name in places]
        return Compressed(tuple(file.location for file in found if file), before, after)

    @staticmethod
    def _place(folder: Destination, shard: StoredFile) -> tuple[Destination, str]:
        """Where a shard goes: below `folder` as it lay below the source."""
        parent, _, name = shard.name.rpartition("/")
        target = folder.below(parent) if parent else folder
        target.make()
        return target, name

    def _check_finished(self, shard: StoredFile) -> None:
        with open_range(shard) as file:
            for member in read_index(file).members:
                if member.field in PLAIN or member.field in PLAIN.values():
                    self.check(member.field, file.part(shard.location, member.offset, member.size))
                    return
        raise OutputTaken(f"{shard.location}: holds no latents; give another output.")

    def _members(self, shard: StoredFile, file: ByteRange) -> Sequence[Member]:
        members = read_index(file).members
        if not any(member.field in self.fields for member in members):
            wanted = " or ".join(self.fields)
            raise InputError(f"{shard.location}: holds no {wanted}; give shards that do.")
        for member in members:
            if member.field in self.fields.values():
                raise InputError(f"{shard.location}: {member.name} is converted already.")
        return members

    def _write(
        self,
        target: Destination,
        name: str,
        shard: StoredFile,
        file: ByteRange,
        members: Sequence[Member],
    ) -> tuple[int, int]:
        """Bytes of the latents before and after."""
        before = after = 0
        with target.write(name) as output, shard_writer(output) as add:
            for member, content in self._contents(shard, file, members):
                field = self.fields.get(member.field)
                if field is not None:
                    before, after = before + member.size, after + len(content)
                member_to = member.name if field is None else member_name(member.key, field)
                add(member_to, len(content), io.BytesIO(content))
        return before, after

    def _contents(
        self, shard: StoredFile, file: ByteRange, members: Sequence[Member]
    ) -> Iterator[tuple[Member, bytes]]:
        """Members in their order with their new content, a few of which are made at a time."""
        workers = os.cpu_count() or 1
        waiting: deque[tuple[Member, Future[bytes]]] = deque()
        with ThreadPoolExecutor(workers) as pool:
            for member in members:
                content = file.read(member.offset, member.size)
                make = self.convert if member.field in self.fields else _as_it_is
                waiting.append((member, pool.submit(make, content, f"{shard.name}/{member.name}")))
                if len(waiting) > 2 * workers:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()


def _as_it_is(content: bytes, name: str) -> bytes:
    return content


def _inside(out: str, source: str) -> bool:
    """Whether `out` is the source or lies below it."""
    inner, outer = local_path(out), local_path(source)
    if inner and outer:
        return inner.resolve() == outer.resolve() or outer.resolve() in inner.resolve().parents
    return f"{out.rstrip('/')}/".startswith(f"{source.rstrip('/')}/")

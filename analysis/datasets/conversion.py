"""A data set written again, its latents under another name and with other content.

Each file appears whole or not at all, so that what is there is finished, and a run that was stopped
goes on there.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from analysis.datasets.dataset import Dataset, Track
from analysis.datasets.layouts import layout_of
from analysis.datasets.members import LATENTS_JSON
from analysis.datasets.opening import open_dataset
from analysis.datasets.tar_index import Member, read_index
from analysis.datasets.writer import shard_writer
from analysis.errors import InputError, OutputTaken
from analysis.io.byte_range import ByteRange
from analysis.io.destination import Destination
from analysis.io.locations import StoredFile, local_path, open_range

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


@dataclass(frozen=True)
class Conversion:
    """Members of latents to members with another suffix and other content.

    Args:
        old: suffix of the members to convert.
        new: that they get.
        convert: makes the content.
        check: refuses a finished member of latents, given its name.
        begin: called once, before the first file that is not there yet.
    """

    old: str
    new: str
    convert: Convert
    check: Callable[[str, ByteRange], None]
    begin: Callable[[], None]

    def run(self, source: Dataset | str | Path, out: str, progress: Progress) -> Compressed:
        """Convert what is not converted yet."""
        path = source.path if isinstance(source, Dataset) else str(source)
        data = source if isinstance(source, Dataset) else open_dataset(source)
        if _inside(out, path):
            raise OutputTaken(f"{out}: lies in {path}, which is read; give another output.")
        folder = Destination(out)
        folder.make()
        total = sum(file.file.size for file in data.files)
        done, before, after = 0, 0, 0
        begun = False
        places: list[tuple[Destination, str]] = []
        with folder.locked():
            for step in self._steps(data):
                target, name = _place(folder, step.name)
                places.append((target, name))
                target.clear()
                progress(step.name, done, total)
                finished = target.file(name)
                if finished is not None:
                    step.check_finished(self, finished)
                else:
                    if not begun:
                        self.begin()
                        begun = True
                    counts = step.write(self, target, name)
                    before, after = before + counts[0], after + counts[1]
                done += step.size
            progress("done", done, total)
            found = [target.file(name) for target, name in places]
        return Compressed(tuple(file.location for file in found if file), before, after)

    def renamed(self, name: str) -> str:
        """The name of a member of latents once it is converted."""
        return name.removesuffix(self.old.removeprefix(".")) + self.new.removeprefix(".")

    def converts(self, track: Track) -> bool:
        """Whether a track is one to convert."""
        return track.kind == "latents" and f".{track.name}".endswith(self.old)

    def _steps(self, data: Dataset) -> Iterator[_Step]:
        """What is to be written: a shard each, or a loose file each.

        Raises:
            InputError: there are no latents to convert, or some are converted already.
        """
        loose = layout_of(data.layout).STORED == "files"
        for file in data.files:
            if file.error is not None:
                raise InputError(file.error)
            tracks = [track for episode in file.episodes for track in episode.tracks.values()]
            chosen = {track.member for track in tracks if self.converts(track)}
            if not chosen:
                what = f"holds no latents in *{self.old}"
                raise InputError(f"{file.file.location}: {what}; give some that do.")
            for track in tracks:
                if track.kind == "latents" and f".{track.name}".endswith(self.new):
                    raise InputError(f"{track.label} is converted already.")
            if not loose:
                yield _Shard(file.file, frozenset(chosen))
                continue
            # What says what made the latents comes last: it is the mark of a finished episode.
            for track in sorted(tracks, key=lambda track: track.name.endswith(LATENTS_JSON)):
                yield _Loose(track, self.converts(track), self.renamed(track.file.name))


class _Step(Protocol):
    """One file to write."""

    @property
    def name(self) -> str:
        """Of the file, below the output."""

    @property
    def size(self) -> int:
        """Bytes that are read for it."""

    def check_finished(self, conversion: Conversion, file: StoredFile) -> None:
        """Refuse a finished file of something else."""

    def write(self, conversion: Conversion, target: Destination, name: str) -> tuple[int, int]:
        """Bytes of the latents before and after."""


@dataclass(frozen=True)
class _Loose:
    """A loose file: latents to convert, or what lies beside them."""

    track: Track
    converts: bool
    new_name: str

    @property
    def name(self) -> str:
        return self.new_name if self.converts else self.track.file.name

    @property
    def size(self) -> int:
        return self.track.size

    def check_finished(self, conversion: Conversion, file: StoredFile) -> None:
        if self.converts:
            with open_range(file) as data:
                conversion.check(file.name, data)

    def write(self, conversion: Conversion, target: Destination, name: str) -> tuple[int, int]:
        content = self.track.read()
        made = conversion.convert(content, self.track.file.name) if self.converts else content
        with target.write(name) as output:
            output.write(made)
        return (len(content), len(made)) if self.converts else (0, 0)


@dataclass(frozen=True)
class _Shard:
    """A shard, and the names of its members of latents."""

    file: StoredFile
    latents: frozenset[str]

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def size(self) -> int:
        return self.file.size

    def check_finished(self, conversion: Conversion, file: StoredFile) -> None:
        names = {conversion.renamed(name) for name in self.latents} | self.latents
        with open_range(file) as data:
            for member in read_index(data).members:
                if member.name in names:
                    part = data.part(file.location, member.offset, member.size)
                    conversion.check(member.name, part)
                    return
        raise OutputTaken(f"{file.location}: holds no latents; give another output.")

    def write(self, conversion: Conversion, target: Destination, name: str) -> tuple[int, int]:
        before = after = 0
        with (
            open_range(self.file) as data,
            target.write(name) as output,
            shard_writer(output) as add,
        ):
            for member, content in self._contents(conversion, data):
                new_name = member.name
                if member.name in self.latents:
                    before, after = before + member.size, after + len(content)
                    new_name = conversion.renamed(member.name)
                add(new_name, len(content), io.BytesIO(content))
        return before, after

    def _contents(self, conversion: Conversion, file: ByteRange) -> Iterator[tuple[Member, bytes]]:
        """Members in their order with their new content, a few of which are made at a time."""
        workers = os.cpu_count() or 1
        waiting: deque[tuple[Member, Future[bytes]]] = deque()
        with ThreadPoolExecutor(workers) as pool:
            for member in read_index(file).members:
                content = file.read(member.offset, member.size)
                make = conversion.convert if member.name in self.latents else _as_it_is
                label = f"{self.file.name}/{member.name}"
                waiting.append((member, pool.submit(make, content, label)))
                if len(waiting) > 2 * workers:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()


def _place(folder: Destination, name: str) -> tuple[Destination, str]:
    """Where a file goes: below `folder` as it lay below the source."""
    parent, _, base = name.rpartition("/")
    target = folder.below(parent) if parent else folder
    target.make()
    return target, base


def _as_it_is(content: bytes, name: str) -> bytes:
    return content


def _inside(out: str, source: str) -> bool:
    """Whether `out` is the source or lies below it."""
    inner, outer = local_path(out), local_path(source)
    if inner and outer:
        return inner.resolve() == outer.resolve() or outer.resolve() in inner.resolve().parents
    return f"{out.rstrip('/')}/".startswith(f"{source.rstrip('/')}/")

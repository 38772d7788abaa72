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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from analysis.datasets.dataset import Dataset, Track
from analysis.datasets.layouts import layout_of
from analysis.datasets.members import LATENTS_JSON
from analysis.datasets.opening import open_dataset
from analysis.datasets.tar_index import Link, Member, ShardIndex, read_index
from analysis.datasets.writer import AddMember, shard_writer
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
        problems: a sentence for everything that was left out or kept as it was.
    """

    shards: tuple[str, ...]
    latents_before: int
    latents_after: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conversion:
    """Members of latents to members with another suffix and other content.

    Latents that cannot be converted are kept as they are; the rest goes on, and they are told.

    Args:
        old: suffix of the members to convert.
        new: that they get.
        convert: makes the content.
        check: refuses a finished member of latents, given its name.
        begin: called once, before the first latents that are converted.
        mixed: whether latents that have the new suffix already may lie among them.
        on_problem: called with a sentence for each problem, at once.
    """

    old: str
    new: str
    convert: Convert
    check: Callable[[str, ByteRange], None]
    begin: Callable[[], None]
    mixed: bool = False
    on_problem: Callable[[str], None] = lambda sentence: None

    def run(self, source: Dataset | str | Path, out: str, progress: Progress) -> Compressed:
        """Convert what is not converted yet."""
        path = source.path if isinstance(source, Dataset) else str(source)
        data = source if isinstance(source, Dataset) else open_dataset(source)
        if _inside(out, path):
            raise OutputTaken(f"{out}: lies in {path}, which is read; give another output.")
        steps, problems = self._steps(data)
        folder = Destination(out)
        folder.make()
        work = _Work(self, problems)
        total = sum(file.file.size for file in data.files)
        done = 0
        places: list[tuple[Destination, str]] = []
        with folder.locked():
            for problem in problems:
                self.on_problem(problem)
            for step in steps:
                target, name = _place(folder, step.name)
                places.append((target, name))
                target.clear()
                progress(step.name, done, total)
                finished = target.file(name)
                if finished is not None:
                    step.check_finished(work, finished)
                else:
                    step.write(work, target)
                done += step.size
            progress("done", done, total)
            found = [target.file(name) for target, name in places]
        locations = tuple(file.location for file in found if file)
        return Compressed(locations, work.before, work.after, tuple(problems))

    def renamed(self, name: str) -> str:
        """The name of a member of latents once it is converted."""
        return name.removesuffix(self.old.removeprefix(".")) + self.new.removeprefix(".")

    def converts(self, track: Track) -> bool:
        """Whether a track is one to convert."""
        return track.kind == "latents" and _ends_in(track, self.old)

    def _steps(self, data: Dataset) -> tuple[list[_Step], list[str]]:
        """What is to be written, a shard each or a loose file each, and what cannot be.

        Raises:
            InputError: there are no latents to convert, or some are converted already.
        """
        loose = layout_of(data.layout).STORED == "files"
        steps: list[_Step] = []
        problems: list[str] = []
        any_chosen = False
        for file in data.files:
            if file.error is not None:
                problems.append(file.error)
                continue
            tracks = [track for episode in file.episodes for track in episode.tracks.values()]
            chosen = {track.member for track in tracks if self.converts(track)}
            already = [t for t in tracks if t.kind == "latents" and _ends_in(t, self.new)]
            if chosen and already and not self.mixed:
                raise InputError(f"{already[0].label} is converted already.")
            if not chosen and not (already and self.mixed):
                what = f"holds no latents in *{self.old}"
                problems.append(f"{file.file.location}: {what}; give some that do.")
                continue
            any_chosen = any_chosen or bool(chosen)
            if not loose:
                steps.append(_Shard(file.file, frozenset(chosen), self.renamed))
                continue
            # What says what made the latents comes last: it is the mark of a finished episode.
            for track in sorted(tracks, key=lambda track: track.name.endswith(LATENTS_JSON)):
                renamed = self.renamed(track.file.name) if self.converts(track) else None
                steps.append(_Loose(track, renamed))
        if not any_chosen:
            what = f"{data.path}: holds no latents in *{self.old}; give some that do."
            raise InputError(problems[0] if problems else what)
        return steps, problems


def _ends_in(track: Track, suffix: str) -> bool:
    return f".{track.name}".endswith(suffix)


@dataclass
class _Work:
    """A conversion that runs: what it has done and what it could not do."""

    conversion: Conversion
    problems: list[str]
    before: int = 0
    after: int = 0
    begun: bool = False

    def begin(self) -> None:
        """Get ready to convert, once."""
        if not self.begun:
            self.conversion.begin()
            self.begun = True

    def count(self, before: int, after: int) -> None:
        """Some latents are converted."""
        self.before, self.after = self.before + before, self.after + after

    def keep(self, error: InputError) -> None:
        """Some latents are kept as they are, for this reason."""
        sentence = f"{error} They are kept as they are."
        self.problems.append(sentence)
        self.conversion.on_problem(sentence)


class _Step(Protocol):
    """One file to write."""

    @property
    def name(self) -> str:
        """Of the file, below the output."""

    @property
    def size(self) -> int:
        """Bytes that are read for it."""

    def check_finished(self, work: _Work, file: StoredFile) -> None:
        """Refuse a finished file of something else."""

    def write(self, work: _Work, target: Destination) -> None:
        """Write it into its folder."""


@dataclass(frozen=True)
class _Loose:
    """A loose file: latents to convert, which get a new name, or what lies beside them."""

    track: Track
    new_name: str | None

    @property
    def name(self) -> str:
        return self.new_name or self.track.file.name

    @property
    def size(self) -> int:
        return self.track.size

    def check_finished(self, work: _Work, file: StoredFile) -> None:
        if self.new_name:
            with open_range(file) as data:
                work.conversion.check(file.name, data)

    def write(self, work: _Work, target: Destination) -> None:
        content, name, made = self.track.read(), self.name, None
        if self.new_name:
            work.begin()
            try:
                made = work.conversion.convert(content, self.track.file.name)
                work.count(len(content), len(made))
            except InputError as error:
                work.keep(error)
                name = self.track.file.name
        with target.write(name.rpartition("/")[2]) as output:
            output.write(content if made is None else made)


@dataclass(frozen=True)
class _Shard:
    """A shard, the names of its members of latents, and what gives them their new ones."""

    file: StoredFile
    latents: frozenset[str]
    renamed: Callable[[str], str]

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def size(self) -> int:
        return self.file.size

    def check_finished(self, work: _Work, file: StoredFile) -> None:
        made, found = {self.renamed(name) for name in self.latents}, False
        with open_range(file) as data:
            for member in read_index(data).members:
                part = data.part(file.location, member.offset, member.size)
                if member.name in made:
                    if not found:
                        work.conversion.check(member.name, part)
                    found = True
                elif member.name in self.latents:
                    self._check_kept(work, f"{file.location}/{member.name}", part)
                    found = True
        if self.latents and not found:
            raise OutputTaken(f"{file.location}: holds no latents; give another output.")

    def _check_kept(self, work: _Work, label: str, part: ByteRange) -> None:
        """Refuse latents that are not converted and could be."""
        work.begin()
        try:
            work.conversion.convert(part.read(0, part.size), label)
        except InputError as error:
            work.keep(error)
        else:
            raise OutputTaken(f"{label}: is not converted; give another output.")

    def write(self, work: _Work, target: Destination) -> None:
        if self.latents:
            work.begin()
        with (
            open_range(self.file) as data,
            target.write(self.name.rpartition("/")[2]) as output,
            shard_writer(output) as add,
        ):
            index = read_index(data)
            links = deque(index.links)
            for place, (member, content, made) in enumerate(self._contents(work, data, index)):
                self._add_links(add, links, place)
                name, new = member.name, content
                if made is not None:
                    name, new = self.renamed(name), made
                    work.count(member.size, len(made))
                add(name, len(new), io.BytesIO(new))
            self._add_links(add, links, len(index.members))

    def _add_links(self, add: AddMember, links: deque[Link], place: int) -> None:
        """Links that come before the member of this number; hard ones follow their targets."""
        while links and links[0].place <= place:
            link = links.popleft()
            if link.target in self.latents:
                link = replace(link, target=self.renamed(link.target))
            add(link.name, 0, io.BytesIO(), link)

    def _contents(
        self, work: _Work, file: ByteRange, index: ShardIndex
    ) -> Iterator[tuple[Member, bytes, bytes | None]]:
        """Members in their order, with what they hold and what has been made of latents.

        A few are converted at a time.
        """
        workers = os.cpu_count() or 1
        waiting: deque[tuple[Member, bytes, Future[bytes] | None]] = deque()

        def next_one() -> tuple[Member, bytes, bytes | None]:
            member, content, future = waiting.popleft()
            try:
                return member, content, future.result() if future else None
            except InputError as error:
                work.keep(error)
                return member, content, None

        with ThreadPoolExecutor(workers) as pool:
            for member in index.members:
                content, future = file.read(member.offset, member.size), None
                if member.name in self.latents:
                    label = f"{self.file.name}/{member.name}"
                    future = pool.submit(work.conversion.convert, content, label)
                waiting.append((member, content, future))
                if len(waiting) > 2 * workers:
                    yield next_one()
            while waiting:
                yield next_one()


def _place(folder: Destination, name: str) -> tuple[Destination, str]:
    """Where a file goes: below `folder` as it lay below the source."""
    parent, _, base = name.rpartition("/")
    target = folder.below(parent) if parent else folder
    target.make()
    return target, base


def _inside(out: str, source: str) -> bool:
    """Whether `out` is the source or lies below it."""
    inner, outer = local_path(out), local_path(source)
    if inner and outer:
        return inner.resolve() == outer.resolve() or outer.resolve() in inner.resolve().parents
    return f"{out.rstrip('/')}/".startswith(f"{source.rstrip('/')}/")

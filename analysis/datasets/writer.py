"""Writes shards: whole or not at all, and the same bytes for the same samples."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from analysis.datasets.layouts import doom
from analysis.datasets.opening import episode_of
from analysis.datasets.tar_index import Link, member_name
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange, bytes_range, file_range
from analysis.io.files import appearing_whole


@dataclass(frozen=True)
class Sample:
    """One episode to write: its key, and its members by field, in memory or as files."""

    key: str
    members: Mapping[str, bytes | Path]


class AddMember(Protocol):
    """Takes the next member."""

    def __call__(self, name: str, size: int, content: IO[bytes], link: Link | None = None) -> None:
        """Add it.

        Args:
            name: how it is called.
            size: bytes.
            content: the file that they are read from.
            link: what it is, where it is a link, which has no content.
        """


@contextmanager
def shard_writer(file: BinaryIO) -> Iterator[AddMember]:
    """Write a shard into a file, member by member; its end when the block has ended well.

    The members of a sample belong together and sorted by field. They carry neither time nor owner.
    Names of any length and of any bytes are kept: PAX headers hold those that a plain one cannot.
    A member that has fewer bytes than announced is an OSError.
    """
    with tarfile.open(
        fileobj=file,
        mode="w",
        format=tarfile.PAX_FORMAT,
        encoding="utf-8",
        errors="surrogateescape",
    ) as tar:

        def add(name: str, size: int, content: IO[bytes], link: Link | None = None) -> None:
            header = tarfile.TarInfo(name)  # mode 0644, no owner, time 0
            header.size = size
            if link:
                header.type, header.linkname = link.type, link.target
            tar.addfile(header, content)

        yield add


def write_shard(path: Path, samples: Iterable[Sample]) -> None:
    """Write samples, in their order, as the shard at `path`.

    The tar appears at `path` when it is complete and on the disk, in place of any older one; until
    then it has a hidden name in the same folder. Members are streamed, sorted by field as
    WebDataset's writer sorts them, and carry neither time nor owner.

    Raises:
        InputError: a sample cannot be read, or its frames, actions and rewards differ in number.
        ValueError: there is no sample, or two have the same key.
    """
    keys: set[str] = set()
    with appearing_whole(path) as file, shard_writer(file) as add:
        for sample in samples:
            if sample.key in keys:
                raise ValueError(f"{path.name}: two samples have the key {sample.key}")
            keys.add(sample.key)
            _check(sample)
            for field in sorted(sample.members):
                _add(add, member_name(sample.key, field), sample.members[field])
        if not keys:
            raise ValueError(f"{path.name}: a shard needs a sample")


def _check(sample: Sample) -> None:
    """Refuse a sample that could not be read back, or whose parts differ in length."""
    with ExitStack() as stack:
        ranges = {
            field: stack.enter_context(_range(content, member_name(sample.key, field)))
            for field, content in sample.members.items()
        }
        episode = episode_of(doom.NAME, sample.key, ranges)
    for defect in episode.defects:
        raise InputError(defect)
    parts = doom.lengths_of(episode)
    if len(set(parts.values())) > 1:
        lengths = ", ".join(f"{part} {length}" for part, length in parts.items())
        raise InputError(f"{sample.key}: its parts differ in length ({lengths}); align them.")


@contextmanager
def _range(content: bytes | Path, name: str) -> Iterator[ByteRange]:
    if isinstance(content, bytes):
        yield bytes_range(content, name)
    else:
        with file_range(content) as file:
            yield file


def _add(add: AddMember, name: str, content: bytes | Path) -> None:
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        add(name, size, file)

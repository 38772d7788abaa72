"""Where shards are written: a local folder, or any URL that fsspec writes."""

from __future__ import annotations

import fcntl
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from analysis.errors import InputError, OutputTaken
from analysis.io.files import appearing_whole, partial_name
from analysis.io.locations import StoredFile, local_path, resolve

_PARTIAL: Final = re.compile(r"\..+\.[0-9a-f]{32}\.tmp")
# Object stores show a file once it is uploaded; anything else shows it while it grows.
_APPEAR_ON_CLOSE: Final = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oci"}


@dataclass(frozen=True)
class Destination:
    """A folder that files are written to, each whole or not at all; `location` is a path or a URL.

    It can be pickled and used from other processes. Several writers of the same file do not
    disturb each other: one of them wins.
    """

    location: str

    @property
    def path(self) -> Path | None:
        """The folder, where it is local."""
        return local_path(self.location)

    def below(self, name: str) -> Destination:
        """The folder of that name in this one."""
        return Destination(f"{self.location.rstrip('/')}/{name}")

    def make(self) -> None:
        """Make the folder, where the store has folders.

        Raises:
            InputError: it cannot be made.
        """
        try:
            if self.path:
                self.path.mkdir(parents=True, exist_ok=True)
            else:
                store, path = resolve(self.location)
                store.makedirs(path, exist_ok=True)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{self.location}: is no folder to write to ({_reason(error)}); give another."
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of the folder, if it is local, until the block ends.

        Raises:
            InputError: another run is in it.
        """
        if self.path is None:
            yield
            return
        lock = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise OutputTaken(
                f"{self.location}: another run writes into it; wait for it or give another place."
            ) from None
        finally:
            os.close(lock)

    def files(self) -> list[StoredFile]:
        """The files in the folder, sorted by name; unfinished ones are not among them."""
        return [file for file in self._all_files() if not _is_partial(file)]

    def file(self, name: str) -> StoredFile | None:
        """The file of that name; None when there is none."""
        if self.path:
            path = self.path / name
            return StoredFile(name, str(path), path.stat().st_size) if path.is_file() else None
        store, folder = resolve(self.location)
        place = f"{folder}/{name}"
        store.invalidate_cache()
        try:
            return StoredFile(name, store.unstrip_protocol(place), int(store.size(place)))
        except FileNotFoundError:
            return None

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        """A file that is found as `name`, in place of an older one, once the block has ended well.

        A block that fails leaves nothing; what a killed process leaves, `clear` removes.
        """
        writer = uuid.uuid4().hex
        if self.path:
            with appearing_whole(self.path / name, writer=writer) as file:
                yield file
            return
        store, folder = resolve(self.location)
        path = f"{folder}/{name}"
        protocols = {store.protocol} if isinstance(store.protocol, str) else set(store.protocol)
        if protocols & _APPEAR_ON_CLOSE:
            with _uploading(store, path) as file:
                yield file
            return
        partial = f"{folder}/{partial_name(name, writer)}"
        try:
            with store.open(partial, "wb") as file:
                yield file
            store.mv(partial, path)
        except BaseException:
            if store.exists(partial):
                store.rm_file(partial)
            raise

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        if self.path:
            (self.path / name).unlink(missing_ok=True)
            return
        store, folder = resolve(self.location)
        try:
            store.rm_file(f"{folder}/{name}")
        except FileNotFoundError:
            return

    def remove_folder(self) -> None:
        """Remove the folder itself, if it is empty, where the store has folders."""
        with suppress(OSError):
            if self.path:
                self.path.rmdir()
            else:
                store, path = resolve(self.location)
                store.rmdir(path)

    def clear(self) -> None:
        """Remove what writers that were killed have left unfinished."""
        for file in self._all_files():
            if _is_partial(file):
                self.remove(file.name)

    def _all_files(self) -> list[StoredFile]:
        return sorted(self._list(), key=lambda file: file.name)

    def _list(self) -> Iterator[StoredFile]:
        if self.path:
            if self.path.is_dir():
                for path in self.path.iterdir():
                    if path.is_file():
                        yield StoredFile(path.name, str(path), path.stat().st_size)
            return
        store, folder = resolve(self.location)
        store.invalidate_cache()
        try:
            entries: list[dict[str, Any]] = store.ls(folder, detail=True)
        except FileNotFoundError:
            return
        for entry in entries:
            if entry["type"] == "file":
                path = entry["name"]
                name = path.rpartition("/")[2]
                yield StoredFile(name, store.unstrip_protocol(path), int(entry["size"]))


@contextmanager
def _uploading(store: Any, path: str) -> Iterator[BinaryIO]:
    """A file of an object store that a failing block does not complete."""
    file = store.open(path, "wb", autocommit=False)
    try:
        yield file
        file.close()
    except BaseException:
        file.discard()
        file.closed = True  # else its finaliser would upload it after all
        raise
    file.commit()


def _is_partial(file: StoredFile) -> bool:
    return _PARTIAL.fullmatch(file.name) is not None


def _reason(error: Exception) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)

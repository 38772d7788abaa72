"""The folder that latent shards are written to, and what of it an earlier run has finished.

What is on the disk is all there is to know: a shard `latent-000000.tar` is finished, and so is an
episode staged in `.episodes`, because both appear whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from analysis.datasets.audit import gaps_of
from analysis.datasets.episode import Episode, read_episode
from analysis.datasets.layouts.doom import split_member
from analysis.datasets.shards import SUFFIX
from analysis.datasets.tar_index import read_index, samples_of
from analysis.encoding.latent_episode import staged_name
from analysis.encoding.made_by import MadeBy
from analysis.errors import InputError, OutputTaken
from analysis.io.destination import Destination
from analysis.io.locations import StoredFile, open_range

STAGING_FOLDER: Final = ".episodes"
_NUMBERED: Final = re.compile(r"latent-(\d{6,})\.tar")


class Output:
    """An output folder that is locked for this process; see `open_output`."""

    def __init__(self, folder: Destination, made_by: MadeBy) -> None:
        self.folder = folder
        self.staging = folder.below(STAGING_FOLDER)
        self._made_by = made_by
        shards = [file for file in folder.files() if file.name.endswith(SUFFIX)]
        self.packed: set[str] = set()
        """The keys of the episodes in finished shards."""
        for shard in shards:
            self.packed |= self._check_shard(shard)
        numbers = [int(found[1]) for s in shards if (found := _NUMBERED.fullmatch(s.name))]
        self.next_number = max(numbers, default=-1) + 1

    def shards(self) -> list[str]:
        """Where the finished shards lie."""
        files = self.folder.files()
        return [file.location for file in files if file.name.endswith(SUFFIX)]

    def staged(self) -> dict[str, StoredFile]:
        """The staged episodes, by key; what a killed run has left beside them is removed.

        Raises:
            InputError: one was made by another autoencoder.
        """
        staged = {}
        for file in self.staging.files():
            key = file.name.removesuffix(SUFFIX)
            if key not in self.packed and self._is_whole(file, key):
                staged[key] = file
            else:
                self.staging.remove(file.name)
        return staged

    def find_staged(self, key: str) -> StoredFile:
        """The shard of an episode that has just been staged."""
        file = self.staging.file(staged_name(key))
        if file is None:
            raise RuntimeError(f"{self.staging.location}: {key} was reported as staged and is not")
        return file

    def _check_shard(self, shard: StoredFile) -> set[str]:
        """The keys of a finished shard; its first episode stands for what made the others."""
        with open_range(shard) as file:
            samples = samples_of(read_index(file))
            key, members = next(iter(samples.items()), (None, []))
            if key is None:
                raise OutputTaken(f"{shard.location}: holds no episode; give another output.")
            parts = {m.field: file.part(m.field, m.offset, m.size) for m in members}
            self._check_maker(shard, read_episode(key, parts))
        return set(samples)

    def _is_whole(self, shard: StoredFile, key: str) -> bool:
        try:
            with open_range(shard) as file:
                index = read_index(file)
                if not index.closed or {split_member(m.name)[0] for m in index.members} != {key}:
                    return False
                parts = {m.field: file.part(m.field, m.offset, m.size) for m in index.members}
                episode = read_episode(key, parts)
        except InputError:
            return False
        if any(gaps_of(episode)):
            return False
        self._check_maker(shard, episode)
        return True

    def _check_maker(self, shard: StoredFile, episode: Episode) -> None:
        if not episode.latents or episode.meta is None:
            raise OutputTaken(f"{shard.location}: holds no latents; give another output.")
        found = MadeBy(episode.meta.ae_model, episode.meta.latent_precision)
        if found != self._made_by:
            raise OutputTaken(
                f"{shard.location}: its latents are of {found}, not of {self._made_by}; "
                "give another output."
            )


@contextmanager
def open_output(location: str, made_by: MadeBy) -> Iterator[Output]:
    """Make and lock an output folder, and clear away what a killed run left unfinished.

    Only a local folder is locked: see to it that one run at a time writes to a URL.

    Raises:
        InputError: it cannot be made, another run writes there, or it holds anything else than
            latents of this autoencoder.
    """
    folder = Destination(location)
    folder.make()
    with folder.locked():
        output = Output(folder, made_by)
        output.staging.make()
        folder.clear()
        output.staging.clear()
        try:
            yield output
        finally:
            output.staging.clear()
            output.staging.remove_folder()

"""The folder that latents are written to, and what of it an earlier run has finished.

What is on the disk is all there is to know: a shard `latent-000000.tar` is finished, and so is an
episode staged in `.episodes`, because both appear whole or not at all. Of loose files an episode is
finished once there is the one that says what made its latents, which is written last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from analysis.datasets.dataset import Dataset, Episode
from analysis.datasets.layouts import Layout, layout_of
from analysis.datasets.members import LATENTS_JSON
from analysis.datasets.opening import open_dataset, read_shard
from analysis.datasets.pack import pack, unpack
from analysis.datasets.shards import SUFFIX, latent_shard_name
from analysis.encoding.latent_episode import LOOSE_KEY, staged_name
from analysis.encoding.made_by import MadeBy
from analysis.errors import InputError, NothingFound, OutputTaken
from analysis.io.destination import Destination
from analysis.io.locations import StoredFile

STAGING_FOLDER: Final = ".episodes"
_NUMBERED: Final = re.compile(r"latent-(\d{6,})\.tar")


class Output:
    """An output folder that is locked for this process; see `open_output`."""

    def __init__(self, folder: Destination, layout: str, made_by: MadeBy) -> None:
        self.folder = folder
        self.staging = folder.below(STAGING_FOLDER)
        self._layout: Layout = layout_of(layout)
        self._made_by = made_by
        self.packed: set[str] = set()
        """The keys of the finished episodes."""
        self.next_number = 0
        """Of the next shard."""
        if self.loose:
            self._look_at_files()
        else:
            self._look_at_shards()

    @property
    def loose(self) -> bool:
        """Whether episodes are written as loose files, not in shards."""
        return self._layout.STORED == "files"

    def written(self) -> list[str]:
        """Where what is finished lies: shards, or the latents that lie loose."""
        if self.loose:
            data = self._files()
            episodes = data.episodes if data else ()
            return [track.file.location for episode in episodes for track in episode.latents]
        return [file.location for file in self.folder.files() if file.name.endswith(SUFFIX)]

    def pack(self, files: Sequence[tuple[str, StoredFile]], check: Callable[[], None]) -> None:
        """Finish staged episodes, given with their keys: one shard of them, or loose files each.

        `check` is called after every piece, and raises to give up.
        """
        if self.loose:
            for key, file in files:
                unpack(file, self.folder, key, lambda name: name.endswith(LATENTS_JSON), check)
        else:
            name = latent_shard_name(self.next_number)
            self.next_number += 1
            pack([file for _, file in files], self.folder, name, check)
        for _, file in files:
            self.staging.remove(file.name)

    def staged(self, keys: Iterable[str]) -> dict[str, StoredFile]:
        """Those of some episodes that are staged, by key; whatever else lies there is removed.

        Raises:
            InputError: one was made by another autoencoder.
        """
        key_of = {staged_name(key): key for key in keys}
        staged = {}
        for file in self.staging.files():
            key = key_of.get(file.name)
            if key is not None and self._is_whole(file, key):
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

    def _look_at_shards(self) -> None:
        shards = [file for file in self.folder.files() if file.name.endswith(SUFFIX)]
        for shard in shards:
            found = read_shard(self._layout, shard)
            if found.error is not None:
                raise InputError(found.error)
            if not found.episodes:
                raise OutputTaken(f"{shard.location}: holds no episode; give another output.")
            # The first one stands for what made the others.
            self._check_maker(shard, found.episodes[0])
            self.packed |= {episode.key for episode in found.episodes}
        numbers = [int(number[1]) for s in shards if (number := _NUMBERED.fullmatch(s.name))]
        self.next_number = max(numbers, default=-1) + 1

    def _look_at_files(self) -> None:
        data = self._files()
        for episode in data.episodes if data else ():
            if any(name.endswith(LATENTS_JSON) for name in episode.tracks):
                self._check_maker(episode.file, episode)
                self.packed.add(episode.key)

    def _files(self) -> Dataset | None:
        """What lies loose in the folder."""
        with suppress(NothingFound):
            return open_dataset(
                self.folder.location, self._layout.NAME, leave_out=self.staging.location
            )
        return None

    def _is_whole(self, shard: StoredFile, key: str) -> bool:
        found = read_shard(self._layout, shard)
        wanted = LOOSE_KEY if self.loose else key
        if found.error or not found.closed or found.strays:
            return False
        if [episode.key for episode in found.episodes] != [wanted]:
            return False
        (episode,) = found.episodes
        if any(self._layout.gaps(episode)):
            return False
        self._check_maker(shard, episode)
        return True

    def _check_maker(self, file: StoredFile, episode: Episode) -> None:
        latents = next(iter(episode.latents), None)
        meta = self._layout.latents_meta(episode, latents) if latents else None
        if meta is None:
            raise OutputTaken(f"{file.location}: holds no latents; give another output.")
        found = MadeBy(meta.ae_model, meta.latent_precision)
        if found != self._made_by:
            raise OutputTaken(
                f"{file.location}: its latents are of {found}, not of {self._made_by}; "
                "give another output."
            )


@contextmanager
def open_output(location: str, layout: str, made_by: MadeBy) -> Iterator[Output]:
    """Make and lock an output folder, and clear away what a killed run left unfinished.

    Only a local folder is locked: see to it that one run at a time writes to a URL.

    Args:
        location: a folder or a URL that fsspec knows.
        layout: the name of the layout that episodes are written in.
        made_by: what makes the latents.

    Raises:
        InputError: it cannot be made, another run writes there, or it holds anything else than
            latents of this autoencoder.
    """
    folder = Destination(location)
    folder.make()
    with folder.locked():
        output = Output(folder, layout, made_by)
        output.staging.make()
        folder.clear()
        output.staging.clear()
        try:
            yield output
        finally:
            output.staging.clear()
            output.staging.remove_folder()

"""What runs on the nodes of a cluster: a process that has loaded the autoencoder once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.datasets.dataset import Episode
from analysis.encoding.made_by import MadeBy
from analysis.encoding.worker import EpisodeResult, encode_episodes
from analysis.errors import InputError
from analysis.io.destination import Destination
from analysis.io.locations import local_path

# A folder that one machine makes is seen by the clients of a network file system a little later.
_SEEN_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class ModelOptions:
    """Which autoencoder to run, and how; what is None is chosen as for an embedded run, by what
    the cluster has."""

    name: str
    device: str | None = None
    precision: str | None = None
    batch_size: int | None = None
    compile: bool = False


def import_package() -> None:
    """Ray calls this as a worker process starts, before it adds the folder of the command to the
    module search path: the package is imported by then, and stays the one that is used."""


class ClusterWorker:
    """Encodes the episodes that it is given, one at a time."""

    def load(self, place: str, options: ModelOptions, threads: int | None) -> MadeBy:
        """Load the autoencoder from its place, with as many threads as the worker has CPUs."""
        if threads is not None:
            torch.set_num_threads(threads)
        runtime = choose_runtime(
            options.device, options.precision, options.batch_size, compile=options.compile
        )
        self._autoencoder = load(place, runtime)
        if place != options.name:
            self._autoencoder.name = options.name
        return MadeBy.of(self._autoencoder)

    def encode(self, episode: Episode, staging: Destination) -> EpisodeResult:
        """Encode one episode."""
        files = {local_path(track.file.location) for track in episode.tracks.values()}
        for path in (*files, staging.path):
            if path is not None and not _seen(path):
                raise InputError(
                    f"{path} is not there; "
                    "give a path in a file system that all nodes share, or a URL."
                )
        (result,) = encode_episodes([episode], self._autoencoder, staging)
        return result


def _seen(path: Path) -> bool:
    """Whether it is there, now or in a little while."""
    deadline = time.monotonic() + _SEEN_WITHIN_S
    while not path.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(1.0)
    return True

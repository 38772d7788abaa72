"""What one process does with its share of the episodes: the same embedded and on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.datasets.dataset import Episode
from analysis.encoding.pipeline import EpisodeResult, Pipeline
from analysis.io.destination import Destination

__all__ = ["EpisodeResult", "FramesDone", "encode_episodes"]

FramesDone = Callable[[int], None]
"""Hears how many more frames have been encoded; called in another thread."""


def encode_episodes(
    episodes: Iterable[Episode],
    autoencoder: Autoencoder,
    staging: Destination,
    frames_done: FramesDone = lambda frames: None,
) -> Iterator[EpisodeResult]:
    """Encode episodes, in their order, each into the shard `staged_name(key)` of `staging`.

    A shard appears whole when its episode is finished; then its result is yielded. An episode that
    cannot be read gives a result with an error and no shard, and the next one goes on. Frames are
    decoded, encoded and written at the same time, those of an episode's end and of the next one's
    start too, so give all episodes in one call.
    Closing the iterator, or Ctrl-C, stops everything at once.

    Raises:
        InputError: the device has too little memory for a batch, or `staging` cannot be written to.
    """
    return Pipeline(episodes, autoencoder, staging, frames_done).results()

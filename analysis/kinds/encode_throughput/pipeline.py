"""Times the pipeline of `encode` on an episode: each stage alone, and all of them together."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.datasets.dataset import Episode
from analysis.datasets.layouts.doom import field_name
from analysis.datasets.writer import shard_writer
from analysis.encoding.latent_episode import staged_name
from analysis.encoding.worker import encode_episodes
from analysis.io.destination import Destination
from analysis.kinds.encode_throughput.passes import Frames, batches, encode_all, rate_of
from analysis.kinds.encode_throughput.record import PipelineRun
from analysis.video.decode import decode_frames

_STAGED: Final = "staged"


@dataclass(frozen=True)
class Workload:
    """An episode of one view, and a folder to write to."""

    episode: Episode
    folder: Path

    def decoded(self, batch: int) -> Iterator[Frames]:
        """Its frames, so many at a time.

        Raises:
            InputError: they cannot be decoded.
        """
        for video in self.episode.videos:
            with video.open() as data:
                yield from decode_frames(data, batch, video.header)


def time_pipeline(
    autoencoder: Autoencoder, frames: Frames, work: Workload, repeats: int
) -> PipelineRun:
    """Each stage alone, then all of them, in the precision and batch that the autoencoder has."""
    staging = Destination(str(work.folder / _STAGED))
    staging.make()
    latents = np.concatenate([autoencoder.encode(batch) for batch in batches(frames, autoencoder)])

    def decode() -> None:
        for _ in work.decoded(autoencoder.frames_per_call):
            pass

    def together() -> None:
        (result,) = encode_episodes([work.episode], autoencoder, staging)
        assert result.error is None, result.error

    stages: dict[str, Callable[[], None]] = {
        "decode": decode,
        "encode": lambda: encode_all(autoencoder, frames),
        "write": lambda: _write(latents, staging, work.episode.key),
        "together": together,
    }
    rates = {}
    for name, stage in stages.items():
        stage()
        rates[name] = rate_of(stage, len(frames), repeats)
    slowest = min(rates[name].frames_per_s for name in ("decode", "encode", "write"))
    return PipelineRun(
        precision=autoencoder.runtime.precision,
        batch_size=autoencoder.frames_per_call,
        **rates,
        share_of_slowest=rates["together"].frames_per_s / slowest,
    )


def _write(latents: NDArray[np.float16], staging: Destination, key: str) -> None:
    with staging.write(staged_name(key)) as file, shard_writer(file) as add:
        add(field_name("latents", "p1"), latents.nbytes, io.BytesIO(latents.tobytes()))

"""Kind `encode-throughput`: the encoder in every precision and batch, and the whole pipeline."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch

from analysis.autoencoders.runtime import choose_runtime
from analysis.errors import InputError
from analysis.kinds.context import Context, Outcome
from analysis.kinds.encode_throughput.peak import matmul_peaks
from analysis.kinds.encode_throughput.record import (
    EncodeThroughputParameters,
    EncodeThroughputResults,
)
from analysis.kinds.encode_throughput.sample import short_episode
from analysis.kinds.encode_throughput.timing import Workload, time_autoencoder
from analysis.kinds.shard_sets import is_latent, scanned, shards_input
from analysis.kinds.study import ShardSource
from analysis.ledger.records import Input, Profile


@dataclass(frozen=True)
class Extent:
    """How much is timed."""

    frames: int
    repeats: int
    batch_sizes: tuple[int, ...]


def measure(context: Context) -> Outcome:
    """Time the study's autoencoders on the first set of recordings of the profile.

    Raises:
        InputError: there are no recordings, or an autoencoder cannot be loaded.
    """

    source, input = _recordings(context)
    extent = _extent(context.profile)
    device = choose_runtime(context.device).device
    with tempfile.TemporaryDirectory() as folder:
        episode = short_episode(context.dataset(source.path), extent.frames, Path(folder))
        video = episode.videos[0].header
        work = Workload(episode, Path(folder), extent.repeats, extent.batch_sizes)
        context.progress("the device's peak", 0, 0)
        peaks = matmul_peaks(device)
        timed = tuple(
            time_autoencoder(name, device, work, peaks, context.progress)
            for name in context.autoencoders
        )
    return Outcome(
        parameters=EncodeThroughputParameters(
            study=str(context.study_path),
            set=source.name,
            autoencoders=context.autoencoders,
            device=device,
            threads=torch.get_num_threads(),
            frames=video.frames,
            repeats=extent.repeats,
        ),
        inputs=(input,),
        results=EncodeThroughputResults(
            height=video.height,
            width=video.width,
            codec=video.label,
            peaks=peaks,
            autoencoders=timed,
        ),
    )


def _extent(profile: Profile) -> Extent:
    if profile == "quick":
        return Extent(frames=32, repeats=2, batch_sizes=(16,))
    return Extent(frames=128, repeats=3, batch_sizes=(1, 16, 64))


def _recordings(context: Context) -> tuple[ShardSource, Input]:
    """The first set of recordings, and what it is as an input."""
    for source in context.study.profile(context.profile).shards:
        report = scanned(source, context)
        if not is_latent(report):
            return source, shards_input(source.name, report)
    raise InputError(f"{context.study_path}: name a set of recordings to encode.")

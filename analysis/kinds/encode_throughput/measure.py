"""Kind `encode-throughput`: the encoder in every precision and batch, and the whole pipeline."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import torch

from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.errors import InputError
from analysis.kinds.context import Context, Outcome, Progress
from analysis.kinds.encode_throughput.device import compiling, precisions
from analysis.kinds.encode_throughput.layout import layout_of
from analysis.kinds.encode_throughput.passes import Frames
from analysis.kinds.encode_throughput.peak import matmul_peaks
from analysis.kinds.encode_throughput.pipeline import Workload, time_pipeline
from analysis.kinds.encode_throughput.record import (
    EncodeThroughputParameters,
    EncodeThroughputResults,
    Layout,
    Peak,
    TimedAutoencoder,
    Way,
)
from analysis.kinds.encode_throughput.sample import short_episode
from analysis.kinds.encode_throughput.timing import Bench, described, time_way, trained, with_run
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
        work = Workload(episode, Path(folder))
        context.progress("the device's peak", 0, 0)
        peaks = matmul_peaks(device)
        timed = tuple(
            _time_autoencoder(name, device, work, extent, peaks, context.progress)
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


def _time_autoencoder(
    name: str,
    device: str,
    work: Workload,
    extent: Extent,
    peaks: tuple[Peak, ...],
    progress: Progress,
) -> TimedAutoencoder:
    """Its encoder in every way, in the layout that it has, and the pipeline with it."""
    frames, layout = _as_taken(name, device, work)
    bench = Bench(device, frames, extent.repeats, peaks, trained)
    ways = [
        Way(
            precision=precision,
            batch_size=batch_size,
            compiled=compiled,
            layout=layout,
            copies="one-ahead",
        )
        for precision, batch_size, compiled in product(
            precisions(device), extent.batch_sizes, compiling(device)
        )
    ]
    timed = described(name, bench)
    for done, way in enumerate(ways):
        progress(f"encoding with {name}", done, len(ways))
        timed = with_run(timed, time_way(name, way, timed.gflop_per_frame, bench))
    progress(f"encoding with {name}", len(ways), len(ways))
    pipeline = time_pipeline(load(name, choose_runtime(device)), frames, work, extent.repeats)
    return timed.model_copy(update={"pipeline": pipeline})


def _as_taken(name: str, device: str, work: Workload) -> tuple[Frames, Layout]:
    """The frames as an autoencoder takes them, and the layout that it has."""
    usual = load(name, choose_runtime(device))
    return np.concatenate(list(work.decoded(usual.frames_per_call))), layout_of(usual)


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

"""Times an autoencoder: its encoder alone in every way, and the pipeline stage by stage."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.flop_counter import FlopCounterMode

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.datasets.dataset import Episode
from analysis.datasets.layouts.doom import field_name
from analysis.datasets.writer import shard_writer
from analysis.encoding.latent_episode import staged_name
from analysis.encoding.worker import encode_episodes
from analysis.io.destination import Destination
from analysis.kinds.context import Progress
from analysis.kinds.encode_throughput.peak import precisions
from analysis.kinds.encode_throughput.record import (
    EncoderRun,
    Peak,
    PipelineRun,
    Skipped,
    TimedAutoencoder,
)
from analysis.ledger.rate import Rate, rate
from analysis.video.decode import decode_frames

Frames = NDArray[np.uint8]

_STAGED: Final = "staged"


@dataclass(frozen=True)
class Workload:
    """What is timed: an episode of one view, a folder to write to, and how often."""

    episode: Episode
    folder: Path
    repeats: int
    batch_sizes: tuple[int, ...]


def time_autoencoder(
    name: str, device: str, work: Workload, peaks: Sequence[Peak], progress: Progress
) -> TimedAutoencoder:
    """Time one autoencoder.

    Raises:
        InputError: it cannot be loaded, or the frames cannot be decoded.
    """
    usual = load(name, choose_runtime(device))
    frames = np.concatenate(list(_decoded(work.episode, usual)))
    gflop = _gflop_per_frame(usual, frames)
    encoder: list[EncoderRun] = []
    skipped: list[Skipped] = []
    compiled = (False,) if torch.device(device).type == "cpu" else (False, True)
    ways = list(product(precisions(device), work.batch_sizes, compiled))
    for done, (precision, batch_size, compile) in enumerate(ways):
        progress(f"encoding with {name}", done, len(ways))
        way = {"precision": precision, "batch_size": batch_size, "compiled": compile}
        runtime = choose_runtime(device, precision, batch_size, compile=compile)
        try:
            rate = _encode_rate(load(name, runtime), frames, work.repeats)
        # A compiler that is absent, kernels that are, or too little memory: torch and Triton
        # raise what they like.
        except Exception as error:
            skipped.append(Skipped(**way, reason=_first_line(error)))
            continue
        peak = next(peak for peak in peaks if peak.precision == precision)
        sustained = rate.frames_per_s * gflop
        encoder.append(
            EncoderRun(
                **way,
                encode=rate,
                gflop_per_s=sustained,
                share_of_peak=sustained / peak.gflop_per_s,
            )
        )
    progress(f"encoding with {name}", len(ways), len(ways))
    return TimedAutoencoder(
        name=usual.name,
        spatial=usual.latent.spatial,
        temporal=usual.latent.temporal,
        channels=usual.latent.channels,
        parameters=sum(weights.numel() for weights in usual.module.parameters()),
        gflop_per_frame=gflop,
        encoder=tuple(encoder),
        skipped=tuple(skipped),
        pipeline=_time_pipeline(usual, frames, work),
    )


def _time_pipeline(autoencoder: Autoencoder, frames: Frames, work: Workload) -> PipelineRun:
    """Each stage alone, then all of them, in the precision and batch that `encode` chooses."""
    staging = Destination(str(work.folder / _STAGED))
    staging.make()
    latents = np.concatenate([autoencoder.encode(batch) for batch in _batches(frames, autoencoder)])

    def decode() -> None:
        for _ in _decoded(work.episode, autoencoder):
            pass

    def together() -> None:
        (result,) = encode_episodes([work.episode], autoencoder, staging)
        assert result.error is None, result.error

    stages: dict[str, Callable[[], None]] = {
        "decode": decode,
        "encode": lambda: _encode(autoencoder, frames),
        "write": lambda: _write(latents, staging, work.episode.key),
        "together": together,
    }
    rates = {name: _rate(stage, len(frames), work.repeats) for name, stage in stages.items()}
    slowest = min(rates[name].frames_per_s for name in ("decode", "encode", "write"))
    return PipelineRun(
        precision=autoencoder.runtime.precision,
        batch_size=autoencoder.frames_per_call,
        **rates,
        share_of_slowest=rates["together"].frames_per_s / slowest,
    )


def _encode_rate(autoencoder: Autoencoder, frames: Frames, repeats: int) -> Rate:
    return _rate(lambda: _encode(autoencoder, frames), len(frames), repeats)


def _rate(work: Callable[[], None], frames: int, repeats: int) -> Rate:
    """Do it once to warm up, then time it."""
    work()
    rates = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        rates.append(frames / (time.perf_counter() - start))
    return rate(rates)


def _encode(autoencoder: Autoencoder, frames: Frames) -> None:
    """Encode from memory; the latents of one batch are fetched during the next."""
    pending = None
    for batch in _batches(frames, autoencoder):
        begun = autoencoder.begin_encoding(batch)
        if pending is not None:
            pending.numpy()
        pending = begun
    if pending is not None:
        pending.numpy()


def _write(latents: NDArray[np.float16], staging: Destination, key: str) -> None:
    with staging.write(staged_name(key)) as file, shard_writer(file) as add:
        add(field_name("latents", "p1"), latents.nbytes, io.BytesIO(latents.tobytes()))


def _decoded(episode: Episode, autoencoder: Autoencoder) -> Iterator[Frames]:
    for video in episode.videos:
        with video.open() as data:
            yield from decode_frames(data, autoencoder.frames_per_call, video.header)


def _batches(frames: Frames, autoencoder: Autoencoder) -> Iterator[Frames]:
    for start in range(0, len(frames), autoencoder.frames_per_call):
        yield frames[start : start + autoencoder.frames_per_call]


def _gflop_per_frame(autoencoder: Autoencoder, frames: Frames) -> float:
    """Counted while a few frames are encoded, a clip where it takes clips."""
    clip = frames[: 1 if autoencoder.latent.temporal == 1 else autoencoder.frames_per_call]
    with FlopCounterMode(display=False) as counter:
        autoencoder.encode(clip)
    flop: int = counter.get_total_flops()
    assert math.isfinite(flop)
    return flop / len(clip) / 1e9


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0].strip()}" if lines else type(error).__name__

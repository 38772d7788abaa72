"""Times an autoencoder's encoder alone, in any way of running it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from torch.utils.flop_counter import FlopCounterMode

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import Runtime, choose_runtime
from analysis.kinds.encode_throughput.device import forget, most_allocated
from analysis.kinds.encode_throughput.layout import in_layout
from analysis.kinds.encode_throughput.passes import Frames, encode_all, pinned, rate_of
from analysis.kinds.encode_throughput.record import (
    EncoderRun,
    Peak,
    Skipped,
    TimedAutoencoder,
    Way,
)

Loader = Callable[[str, Runtime], tuple[Autoencoder, bool]]
"""Gives the autoencoder of a name, and whether its weights are random."""

_LONG_ENOUGH_S: Final = 0.5
"""Of a pass: shorter ones are told apart by chance."""


@dataclass(frozen=True)
class Bench:
    """What encoders are timed on, and how often.

    Args:
        device: where they run.
        frames: uint8 (N, H, W, 3).
        repeats: passes that count.
        peaks: of the device.
        load: where autoencoders come from.
    """

    device: str
    frames: Frames
    repeats: int
    peaks: Sequence[Peak]
    load: Loader

    def runtime(self, way: Way | None = None) -> Runtime:
        """That of a way; without one what an encoding takes that is told nothing else."""
        if way is None:
            return choose_runtime(self.device)
        return choose_runtime(self.device, way.precision, way.batch_size, compile=way.compiled)


def trained(name: str, runtime: Runtime) -> tuple[Autoencoder, bool]:
    """The autoencoder of this name with its own weights.

    Raises:
        InputError: as `load`.
    """
    return load(name, runtime), False


def described(name: str, bench: Bench) -> TimedAutoencoder:
    """What an autoencoder is, before anything of it is timed.

    Raises:
        InputError: it cannot be loaded.
    """
    autoencoder, is_random = bench.load(name, bench.runtime())
    return TimedAutoencoder(
        name=autoencoder.name,
        weights="random" if is_random else "trained",
        spatial=autoencoder.latent.spatial,
        temporal=autoencoder.latent.temporal,
        channels=autoencoder.latent.channels,
        parameters=sum(weights.numel() for weights in autoencoder.module.parameters()),
        gflop_per_frame=_gflop_per_frame(autoencoder, bench.frames),
        encoder=(),
        skipped=(),
    )


def time_way(name: str, way: Way, gflop_per_frame: float, bench: Bench) -> EncoderRun | Skipped:
    """Time an encoder in one way; where that cannot be done, say why."""
    forget(bench.device)
    try:
        return _timed(name, way, gflop_per_frame, bench)
    # A compiler that is absent, kernels that are, or too little memory: torch and Triton raise what
    # they like.
    except Exception as error:
        return skipped(way, reason_of(error))


def skipped(way: Way, reason: str) -> Skipped:
    """A way that was not timed."""
    return Skipped(**_fields(way), reason=reason)


def with_run(timed: TimedAutoencoder, run: EncoderRun | Skipped) -> TimedAutoencoder:
    """An autoencoder with what was found in one more way."""
    if isinstance(run, Skipped):
        return timed.model_copy(update={"skipped": (*timed.skipped, run)})
    return timed.model_copy(update={"encoder": (*timed.encoder, run)})


def reason_of(error: Exception) -> str:
    """The first line of a message, and what kind of error it is."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0].strip()}" if lines else type(error).__name__


def _timed(name: str, way: Way, gflop_per_frame: float, bench: Bench) -> EncoderRun:
    autoencoder = in_layout(bench.load(name, bench.runtime(way))[0], way.layout)
    frames = pinned(bench.frames) if way.copies == "two-streams-pinned" else bench.frames

    def work(rounds: int = 1) -> None:
        encode_all(autoencoder, frames, way.copies, rounds)

    began = time.perf_counter()
    most = most_allocated(bench.device, work)
    warm_up_s = time.perf_counter() - began
    began = time.perf_counter()
    work()
    rounds = math.ceil(_LONG_ENOUGH_S / (time.perf_counter() - began))
    encoded = rounds * len(frames)
    rate = rate_of(lambda: work(rounds), encoded, bench.repeats)
    peak = next(peak for peak in bench.peaks if peak.precision == way.precision)
    sustained = rate.frames_per_s * gflop_per_frame
    return EncoderRun(
        **_fields(way),
        frames=encoded,
        encode=rate,
        warm_up_s=warm_up_s,
        device_bytes=most,
        gflop_per_s=sustained,
        share_of_peak=sustained / peak.gflop_per_s,
    )


def _fields(way: Way) -> dict[str, Any]:
    return {name: getattr(way, name) for name in Way.model_fields}


def _gflop_per_frame(autoencoder: Autoencoder, frames: Frames) -> float:
    """Counted while a few frames are encoded, a clip where it takes clips."""
    clip = frames[: 1 if autoencoder.latent.temporal == 1 else autoencoder.frames_per_call]
    with FlopCounterMode(display=False) as counter:
        autoencoder.encode(clip)
    flop: int = counter.get_total_flops()
    assert math.isfinite(flop)
    return flop / len(clip) / 1e9

"""Times the decoders of a dual decoder by batch: from stored latents to frames, both in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import torch

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.autoencoders.dual_decoder import new_dual_decoder
from analysis.autoencoders.load import load_dual_decoder, load_spatial_model
from analysis.autoencoders.random_weights import drawn_entry, random_module
from analysis.autoencoders.runtime import Runtime, choose_runtime
from analysis.catalog import Autoencoder as Entry
from analysis.kinds.encode_throughput.device import forget, most_allocated
from analysis.kinds.encode_throughput.passes import Frames, batches
from analysis.kinds.encode_throughput.record import (
    DecoderName,
    DecoderRun,
    SkippedDecoders,
    TimedDualDecoder,
)
from analysis.kinds.encode_throughput.timing import reason_of
from analysis.kinds.in_turn import time_in_turn

TEMPORAL: Final = 4
"""Frames of a window, where an architecture without weights gets a dual decoder."""


def described_decoder(name: str, device: str) -> TimedDualDecoder:
    """What a dual decoder is, before anything of it is timed.

    Args:
        name: of a dual decoder, or an id of the catalogue whose weights are not here.
        device: where it runs.

    Raises:
        InputError: it cannot be loaded, or has one decoder.
    """
    dual, _ = _duals(name, choose_runtime(device))
    return TimedDualDecoder(
        name=name,
        weights="random" if drawn_entry(name) else "trained",
        temporal=dual.latent.temporal,
        runs=(),
        skipped=(),
    )


def time_batch(
    timed: TimedDualDecoder, batch_size: int, frames: Frames, device: str, repeats: int
) -> tuple[DecoderRun, ...] | SkippedDecoders:
    """Time each decoder on so many latents at a time, in the precision that a device encodes in;
    where that cannot be done, say why.

    Args:
        timed: the dual decoder.
        batch_size: latents at a time.
        frames: uint8 (N, H, W, 3), taken again where the windows have more.
        device: where it runs.
        repeats: runs of each decoder in turn, after one that is not counted.
    """
    forget(device)
    # As many frames at a time as so many windows have.
    runtime = choose_runtime(device, batch_size=batch_size * timed.temporal)
    try:
        return _timed(timed, batch_size, frames, runtime, repeats)
    # Too little memory, or kernels that are absent: torch raises what it likes.
    except Exception as error:
        return skipped_batch(batch_size, device, reason_of(error))


def skipped_batch(batch_size: int, device: str, reason: str) -> SkippedDecoders:
    """A batch that was not timed."""
    precision = choose_runtime(device).precision
    return SkippedDecoders(precision=precision, batch_size=batch_size, reason=reason)


def with_batch(
    timed: TimedDualDecoder, found: tuple[DecoderRun, ...] | SkippedDecoders
) -> TimedDualDecoder:
    """A dual decoder with what was found of one more batch."""
    if isinstance(found, SkippedDecoders):
        return timed.model_copy(update={"skipped": (*timed.skipped, found)})
    return timed.model_copy(update={"runs": (*timed.runs, *found)})


def _timed(
    timed: TimedDualDecoder, batch_size: int, frames: Frames, runtime: Runtime, repeats: int
) -> tuple[DecoderRun, ...]:
    dual, spatial = _duals(timed.name, runtime)
    size = frames.shape[1], frames.shape[2]
    taken = np.take(frames, range(batch_size * timed.temporal), axis=0, mode="wrap")
    latents = np.concatenate([spatial.encode(batch) for batch in batches(taken, spatial)])
    stored, single = dual.fold(latents), latents[:batch_size]
    decoders: dict[DecoderName, Callable[[], Frames]] = {
        "per-frame": lambda: spatial.decode(single, size),
        "window": lambda: dual.decode(stored, size),
        "single-frame": lambda: dual.decode_frame(stored, size),
    }
    most = {each: most_allocated(runtime.device, decode) for each, decode in decoders.items()}
    latencies = time_in_turn(decoders, repeats)
    return tuple(
        DecoderRun(
            decoder=each,
            precision=runtime.precision,
            batch_size=batch_size,
            frames=batch_size * (timed.temporal if each == "window" else 1),
            latency=latencies[each],
            device_bytes=most[each],
        )
        for each in decoders
    )


def _duals(name: str, runtime: Runtime) -> tuple[DualAutoencoder, Autoencoder]:
    """A dual decoder, and the autoencoder of single frames that it was built on."""
    entry = drawn_entry(name)
    dual = load_dual_decoder(name, runtime) if entry is None else _drawn(entry, runtime)
    return dual, load_spatial_model(dual)


def _drawn(entry: Entry, runtime: Runtime) -> DualAutoencoder:
    """An untrained dual decoder on an architecture with random weights."""
    with torch.device(runtime.device):
        module = new_dual_decoder(random_module(entry, runtime.device), TEMPORAL)
    return DualAutoencoder(entry.id, DiffusersModel(module), runtime)

"""Passes over frames in memory: encoding them in any way of copying, and how fast copies are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import cycle
from statistics import median
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.kinds.encode_throughput.device import synchronize
from analysis.kinds.encode_throughput.record import Copies, CopySpeed
from analysis.ledger.rate import Rate, rate

Frames = NDArray[np.uint8]

_COPIES: Final = 9


def rate_of(work: Callable[[], None], frames: int, repeats: int) -> Rate:
    """The rate of some work on so many frames."""
    rates = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        rates.append(frames / (time.perf_counter() - start))
    return rate(rates)


def encode_all(
    autoencoder: Autoencoder, frames: Frames, copies: Copies = "one-ahead", rounds: int = 1
) -> None:
    """Encode frames from memory, so many times over, and wait for the latents of all of them.

    Frames that are to lie in pinned memory are given so, as by `pinned`.
    """
    pending = None
    again = (batch for _ in range(rounds) for batch in batches(frames, autoencoder))
    for batch, stream in zip(again, _streams(autoencoder, copies), strict=False):
        with stream:
            begun = autoencoder.begin_encoding(batch)
        if copies == "in-turn":
            begun.numpy()
            continue
        if pending is not None:
            pending.numpy()
        pending = begun
    if pending is not None:
        pending.numpy()


def batches(frames: Frames, autoencoder: Autoencoder) -> Iterator[Frames]:
    """The frames as an autoencoder takes them."""
    for start in range(0, len(frames), autoencoder.frames_per_call):
        yield frames[start : start + autoencoder.frames_per_call]


def pinned(frames: Frames) -> Frames:
    """The same frames in pinned memory, which a GPU copies from by itself."""
    planes = torch.from_numpy(frames.transpose(0, 3, 1, 2)).contiguous().pin_memory()
    array: Frames = planes.numpy().transpose(0, 2, 3, 1)
    return array


def copy_speeds(frames: Frames, latents: NDArray[np.float16], device: str) -> tuple[CopySpeed, ...]:
    """A batch of frames to a GPU and its latents back, from and to pinned memory and other."""
    speeds = []
    for on_host in (torch.from_numpy(frames), torch.from_numpy(latents)):
        to_device = on_host.dtype == torch.uint8
        on_device = on_host.to(device)
        for pin in (False, True):
            host = on_host.pin_memory() if pin else on_host.clone()
            source, target = (host, on_device) if to_device else (on_device, host)
            speeds.append(
                CopySpeed(
                    to="device" if to_device else "host",
                    pinned=pin,
                    bytes=host.nbytes,
                    gb_per_s=host.nbytes / 1e9 / _copy_seconds(source, target, device),
                )
            )
    return tuple(speeds)


def _copy_seconds(source: Tensor, target: Tensor, device: str) -> float:
    """Of the median of several copies, after one that does not count."""
    taken = []
    for _ in range(1 + _COPIES):
        start = time.perf_counter()
        target.copy_(source, non_blocking=True)
        synchronize(device)
        taken.append(time.perf_counter() - start)
    return median(taken[1:])


def _streams(
    autoencoder: Autoencoder, copies: Copies
) -> Iterator[torch.cuda.StreamContext | nullcontext[None]]:
    """For each batch, the stream that it is copied and computed on."""
    if not copies.startswith("two-streams"):
        return cycle([nullcontext()])
    device = torch.device(autoencoder.runtime.device)
    # They begin when the weights are there.
    torch.cuda.synchronize(device)
    return cycle([torch.cuda.stream(torch.cuda.Stream(device)) for _ in range(2)])

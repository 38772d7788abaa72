"""What a device can do at most: products of large square matrices."""

from __future__ import annotations

import time
from typing import Final

import torch

from analysis.autoencoders.runtime import DTYPES
from analysis.catalog import Precision
from analysis.kinds.encode_throughput.device import is_cpu, precisions, synchronize
from analysis.kinds.encode_throughput.record import Peak

_SIZES: Final = {"cpu": (512, 1024, 2048), "gpu": (2048, 4096, 8192, 16384)}
_REPEATS: Final = 5
_LONG_S: Final = 2.0  # a device this slow at one size is not asked for the next


def matmul_peaks(device: str) -> tuple[Peak, ...]:
    """The peak of a device in each precision; fp32 without TF32, as autoencoders run in it."""
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = False
    try:
        return tuple(_peak(device, precision) for precision in precisions(device))
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before


def _peak(device: str, precision: Precision) -> Peak:
    rates: dict[int, float] = {}
    for size in _SIZES["cpu" if is_cpu(device) else "gpu"]:
        one, other = (
            torch.randn(size, size, device=device, dtype=DTYPES[precision]) for _ in range(2)
        )
        seconds = _fastest(one, other, device)
        rates[size] = 2 * size**3 / seconds / 1e9
        if seconds * _REPEATS > _LONG_S:
            break
    best = max(rates, key=lambda size: rates[size])
    return Peak(precision=precision, gflop_per_s=rates[best], size=best, sizes=tuple(rates))


def _fastest(one: torch.Tensor, other: torch.Tensor, device: str) -> float:
    """Seconds of the fastest of several products, after one that is not timed."""
    times = []
    with torch.inference_mode():
        for _ in range(1 + _REPEATS):
            start = time.perf_counter()
            torch.matmul(one, other)
            synchronize(device)
            times.append(time.perf_counter() - start)
    return min(times[1:])

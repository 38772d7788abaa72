"""What a device is asked to do: which ways of encoding it has, its memory, and waiting for it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import get_args

import torch

from analysis.catalog import Precision
from analysis.kinds.encode_throughput.record import Copies


def is_cpu(device: str) -> bool:
    """Whether it is no accelerator."""
    return torch.device(device).type == "cpu"


def is_cuda(device: str) -> bool:
    """Whether it has streams, pinned memory beside it and a count of what is allocated."""
    return torch.device(device).type == "cuda"


def precisions(device: str) -> tuple[Precision, ...]:
    """Those that autoencoders are run in there: no CPU gains by fp16."""
    return ("fp32", "bf16") if is_cpu(device) else ("fp32", "fp16", "bf16")


def ways_to_copy(device: str) -> tuple[Copies, ...]:
    """Those that differ there: a CPU computes where its frames are."""
    return get_args(Copies) if is_cuda(device) else ("one-ahead",)


def compiling(device: str) -> tuple[bool, ...]:
    """Whether kernels are compiled: on an accelerator both ways are tried."""
    return (False,) if is_cpu(device) else (False, True)


def synchronize(device: str) -> None:
    """Wait for what the device has been given."""
    if not is_cpu(device):
        torch.accelerator.synchronize(device)


def forget(device: str) -> None:
    """Give back what earlier work left: its memory, and kernels that were compiled for it."""
    # Without it a compiler that has met eight models compiles no more, and says nothing. It takes
    # seconds to import, which asking for its reset does.
    if "torch._dynamo" in sys.modules:
        torch.compiler.reset()
    gc.collect()
    if is_cuda(device):
        torch.cuda.empty_cache()


def most_allocated(device: str, work: Callable[[], object]) -> int | None:
    """Do some work: the most bytes that were allocated on a GPU meanwhile, with what was before."""
    if is_cuda(device):
        torch.cuda.reset_peak_memory_stats(device)
    work()
    synchronize(device)
    return torch.cuda.max_memory_allocated(device) if is_cuda(device) else None

"""Where and how exactly an autoencoder computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

import torch

from analysis.catalog import NUMBER_FORMATS, Precision
from analysis.errors import DeviceUnavailable, InputError

DTYPES: Final[dict[Precision, torch.dtype]] = {
    name: getattr(torch, NUMBER_FORMATS[name].dtype) for name in get_args(Precision)
}


@dataclass(frozen=True)
class Runtime:
    """A device, the number format that the weights and activations have there, and the batch.

    fp32 is the deterministic mode: frames go through the model one by one, whatever the batch
    size, with deterministic kernels and without TF32, so that a latent depends on its frame alone.
    fp16 and bf16 take whole batches; kernels then differ with the batch, and latents in their
    last bits.
    """

    device: str
    precision: Precision
    batch_size: int
    """Frames that are decoded, moved and encoded at a time."""
    compile: bool = False
    """Whether `torch.compile` makes kernels for this model first."""

    @property
    def dtype(self) -> torch.dtype:
        """The torch dtype of `precision`."""
        return DTYPES[self.precision]

    @property
    def deterministic(self) -> bool:
        """Whether latents are the same bits for any batch size."""
        return self.precision == "fp32"


def choose_runtime(
    device: str | None = None,
    precision: str | None = None,
    batch_size: int | None = None,
    *,
    compile: bool = False,
) -> Runtime:
    """Fill in what is not given: a GPU where there is one, in fp16 with batches of 64; else the
    CPU, in fp32 with batches of 16.

    Raises:
        InputError: no such device here, no such precision, or a batch of nothing.
    """
    chosen = device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError) as error:
        raise DeviceUnavailable(
            f"Device {chosen} cannot be used here ({str(error).splitlines()[0]}); "
            "give another, or none for the best there is."
        ) from None
    on_gpu = torch.device(chosen).type != "cpu"
    precision = precision or ("fp16" if on_gpu else "fp32")
    if precision not in DTYPES:
        raise InputError(
            f"No autoencoder runs in {precision}; choose one of {', '.join(get_args(Precision))}."
        )
    batch_size = (64 if on_gpu else 16) if batch_size is None else batch_size
    if batch_size < 1:
        raise InputError(f"A batch of {batch_size} frames is none; give 1 or more.")
    return Runtime(chosen, precision, batch_size, compile)

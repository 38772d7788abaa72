"""The one tensor of latents in a safetensors file, read in pieces."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import save

from analysis.datasets.arrays import ArrayHeader
from analysis.datasets.arrays.safetensors import open_frames, read_header
from analysis.errors import InputError
from analysis.io.byte_range import bytes_range

LATENTS = torch.arange(5 * 4 * 3 * 2, dtype=torch.float32).reshape(5, 4, 3, 2) / 7


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.bfloat16])
def test_frames_come_out_as_they_went_in(dtype: torch.dtype) -> None:
    latents = LATENTS.to(dtype)
    content = save({"scale": torch.ones(4), "latents": latents}, metadata={"by": "somebody"})
    data = bytes_range(content, "a.safetensors")
    assert read_header(data) == ArrayHeader((5, 4, 3, 2), str(dtype).removeprefix("torch."))
    frames = open_frames(data).frames(1, 4)
    assert np.array_equal(frames, latents[1:4].to(torch.float32).numpy())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no safetensors file"),
        (b"\xff" * 64, "is no safetensors file"),
        ((2).to_bytes(8, "little") + b"[]", "is no safetensors file"),
        (save({"a": torch.ones(3)}), "holds 0 tensors"),
        (save({"a": LATENTS, "b": LATENTS.clone()}), "holds 2 tensors"),
        (save({"a": LATENTS.to(torch.int64)}), "holds I64"),
        (save({"a": LATENTS})[:-1], "is cut off or garbled"),
    ],
)
def test_what_is_no_such_file_is_said(content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_header(bytes_range(content, "a.safetensors"))

"""A number format is described once, as NumPy and torch have it."""

from __future__ import annotations

import ml_dtypes  # noqa: F401  (it gives NumPy the short formats)
import numpy as np
import pytest
import torch

from analysis.catalog import BYTES_PER_VALUE, NUMBER_FORMATS, NumberFormat


@pytest.mark.parametrize("entry", NUMBER_FORMATS.values(), ids=NUMBER_FORMATS)
def test_its_size_is_that_of_numpy_and_torch(entry: NumberFormat) -> None:
    assert np.dtype(entry.dtype).itemsize == entry.bytes_per_value
    assert getattr(torch, entry.dtype).itemsize == entry.bytes_per_value


def test_a_size_is_told_by_the_family_alone() -> None:
    assert BYTES_PER_VALUE == {"fp32": 4, "fp16": 2, "bf16": 2, "fp8": 1, "int8": 1}

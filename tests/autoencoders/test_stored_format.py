"""Latents as they come back from every number format."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from analysis.autoencoders.stored_format import STORED_FORMATS, StoredFormat

Latents = NDArray[np.float32]
BY_NAME = {format.name: format for format in STORED_FORMATS}
every_format = pytest.mark.parametrize("format", STORED_FORMATS, ids=lambda format: format.name)

# Latents of autoencoders lie within a few tens; 1000 is beyond what e4m3 has room for.
latents = arrays(
    np.float32,
    array_shapes(min_dims=4, max_dims=4, max_side=4),
    elements=st.floats(-1000, 1000, width=32),
)

# The largest value, and half the distance to the next one relative to a value in the normal range.
LIMITS = {
    "fp16": (65504.0, 2**-11, 2**-14),
    "bf16": (3.3895314e38, 2**-8, 2**-126),
    "fp8 e4m3": (448.0, 2**-4, 2**-6),
    "fp8 e5m2": (57344.0, 2**-3, 2**-14),
}


@every_format
@given(values=latents)
def test_what_was_stored_once_is_stored_without_loss(format: StoredFormat, values: Latents) -> None:
    once = format.read_back(values)
    assert once.dtype == np.float32
    assert once.shape == values.shape
    tolerance = 0.0 if format.name != "int8 per channel" else 2e-7 * float(np.abs(values).max())
    np.testing.assert_allclose(format.read_back(once), once, rtol=0, atol=tolerance)


@every_format
@given(values=latents)
def test_the_order_of_values_stays(format: StoredFormat, values: Latents) -> None:
    back = format.read_back(values)
    for channel in range(values.shape[1]):
        order = np.argsort(values[:, channel], axis=None)
        assert (np.diff(back[:, channel].ravel()[order]) >= 0).all()


@pytest.mark.parametrize("name", LIMITS)
@given(values=latents)
def test_a_float_format_errs_by_half_a_step_at_most(name: str, values: Latents) -> None:
    largest, relative, smallest_normal = LIMITS[name]
    back = BY_NAME[name].read_back(values).astype(np.float64)
    kept = np.clip(values.astype(np.float64), -largest, largest)
    allowed = relative * np.maximum(np.abs(kept), smallest_normal)
    assert (np.abs(back - kept) <= allowed).all()


@given(values=latents)
def test_int8_errs_by_half_a_step_of_its_channel_and_keeps_the_ends(values: Latents) -> None:
    back = BY_NAME["int8 per channel"].read_back(values)
    for channel in range(values.shape[1]):
        one, other = values[:, channel].astype(np.float64), back[:, channel].astype(np.float64)
        step = (one.max() - one.min()) / 255
        rounding = 2.0**-23 * np.abs(one).max()
        assert np.abs(other - one).max() <= step / 2 + rounding
        assert (other.min(), other.max()) == (one.min(), one.max())
        assert len(np.unique(other)) <= 256


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_too_large_becomes_the_largest_value(name: str) -> None:
    largest = np.float32(LIMITS[name][0])
    beyond = np.array([np.finfo(np.float32).max, -np.finfo(np.float32).max], np.float32)
    back = BY_NAME[name].read_back(beyond.reshape(2, 1, 1, 1)).ravel()
    np.testing.assert_allclose(back, [largest, -largest], rtol=1e-6)


@every_format
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_what_is_no_number_is_refused(format: StoredFormat, value: float) -> None:
    with pytest.raises(ValueError, match="infinite or no numbers"):
        format.read_back(np.full((1, 2, 1, 1), value, np.float32))


def test_fp32_is_exact_and_fp16_is_numpys() -> None:
    values = np.random.default_rng(0).normal(0, 3, (2, 4, 3, 5)).astype(np.float32)
    np.testing.assert_array_equal(BY_NAME["fp32"].read_back(values), values)
    np.testing.assert_array_equal(
        BY_NAME["fp16"].read_back(values), values.astype(np.float16).astype(np.float32)
    )


def test_side_information_is_counted() -> None:
    shape = (2100, 32, 15, 20)
    values = 2100 * 32 * 15 * 20
    sizes = {format.name: format.stored_bytes(shape) for format in STORED_FORMATS}
    assert sizes == {
        "fp32": 4 * values,
        "fp16": 2 * values,
        "bf16": 2 * values,
        "fp8 e4m3": values,
        "fp8 e5m2": values,
        "int8 per channel": values + 32 * 8,
    }

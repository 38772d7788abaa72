"""zfp keeps to the bound that it is given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codecs.codec import Latents
from tests.codecs.examples import CODECS, finite_arrays, latent_like, stored, stored_and_read

ACCURACIES = pytest.mark.parametrize("accuracy", [1.0, 0.25])


@ACCURACIES
@settings(max_examples=40)
@given(latents=finite_arrays(st.tuples(st.integers(1, 9), *[st.integers(1, 5)] * 3), below=60))
def test_no_value_is_further_off_than_the_bound(accuracy: float, latents: Latents) -> None:
    read = stored_and_read(latents, CODECS[f"zfp:{accuracy}"])
    # And what float16 rounds below 64.
    assert (np.abs(read.astype(np.float64) - latents) <= accuracy + 2.0**-6).all()


def test_a_wider_bound_takes_fewer_bytes() -> None:
    latents = latent_like(64)
    assert len(stored(latents, CODECS["zfp:1.0"])) < len(stored(latents, CODECS["zfp:0.25"]))

"""Which codec is taken turns with what was measured of it."""

from __future__ import annotations

import pytest

from analysis.kinds.latent_codecs.choice import (
    NEAR_LOSSLESS_DB,
    near_lossless,
    smallest_lossless,
    undominated,
)
from analysis.kinds.latent_codecs.record import LatentCodecsResults
from tests.kinds.latent_codecs.example import LOSSLESS, NEAR_LOSSLESS, codec, latent_codecs

RESULTS = latent_codecs().results
SLOW = "picture:48+range"


def with_codec(name: str, share: float, *, loss: float, decode: float) -> LatentCodecsResults:
    """The example with one more codec."""
    another = codec(name, share, error=0.01, loss=loss, decode=decode)
    return RESULTS.model_copy(update={"codecs": (*RESULTS.codecs, another)})


@pytest.mark.parametrize(("loss", "is_near"), [(NEAR_LOSSLESS_DB, True), (0.101, False)])
def test_near_lossless_ends_at_a_tenth_of_a_decibel(loss: float, is_near: bool) -> None:
    assert (near_lossless(latent_codecs(loss=loss).results) is not None) is is_near


@pytest.mark.parametrize(
    ("share", "decode", "chosen"),
    [
        (0.15, 10, "new"),  # far smaller, however slow
        (0.19, 10, NEAR_LOSSLESS),  # smaller by less than a tenth, and slower
        (0.21, 900, "new"),  # larger by less than a tenth, and faster
        (0.25, 900, NEAR_LOSSLESS),
    ],
)
def test_the_fastest_of_the_small_ones_is_taken(share: float, decode: float, chosen: str) -> None:
    found = near_lossless(with_codec("new", share, loss=0.05, decode=decode))
    assert found is not None
    assert found.name == chosen


def test_the_smallest_lossless_one_is_exact() -> None:
    assert smallest_lossless(RESULTS).name == LOSSLESS
    assert smallest_lossless(with_codec("new", 0.1, loss=0.0, decode=1)).name == LOSSLESS


def test_what_another_beats_in_bytes_and_loss_is_not_offered() -> None:
    names = [each.name for each in undominated(RESULTS)]
    assert names[0] == LOSSLESS
    assert NEAR_LOSSLESS in names
    assert SLOW not in names
    shares = [each.share.value for each in undominated(RESULTS)]
    assert shares == sorted(shares, reverse=True)

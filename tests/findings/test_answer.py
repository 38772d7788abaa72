"""The answer says what follows from its runs, and turns when they do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.findings.answer import (
    NEAR,
    Answer,
    how_large_the_video_is,
    sentence,
    which_is_smaller,
)
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.presentation.text import number
from tests.kinds.examples import shard_sizes
from tests.kinds.latent_codecs.example import latent_codecs
from tests.kinds.video_bitrate.example import AT_480P, EXPONENT, video_bitrate

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
LATENT_BITS = 0.5
"""Bits per pixel of the note's latents at the recorded size."""


def answer(bits_per_pixel: float, video: VideoBitrate | None = None) -> Answer:
    return Answer(
        shard_sizes(CREATED, bits_per_pixel=bits_per_pixel),
        video or video_bitrate(),
        latent_codecs(),
    )


def with_exponent(exponent: float) -> VideoBitrate:
    """The example's run, its b going with another power of the pixels."""
    run = video_bitrate()
    laws = tuple(
        law.model_copy(update={"exponent": law.exponent.model_copy(update={"value": exponent})})
        for law in run.results.laws
    )
    return run.model_copy(update={"results": run.results.model_copy(update={"laws": laws})})


def test_the_sentence_has_ratio_interval_and_both_conditions() -> None:
    said = sentence(answer(0.8))
    # 0.5 bits per pixel of latents over 0.8; the interval of b is a fifth either way.
    assert "take **0.62 times** (95 % interval 0.521 to 0.781, n = 3 games) the bytes of" in said
    assert "at 640 × 480, DC-AE-Lite f32c32 latents in float16" in said
    assert "x264, CRF 17 video of the same Doom games" in said
    # The first quality below 0.5 bits per pixel, and where 0.8 (N / N480)^e is 0.5.
    assert AT_480P["h264"][20] == 0.5
    tie = 0.3072 * (0.5 / 0.8) ** (1 / EXPONENT)
    assert said.endswith(
        f"but more than the video once it is encoded at CRF 20 or frames exceed about {tie:.1f} "
        "million pixels."
    )


def test_where_the_latents_are_larger_it_says_when_they_are_not() -> None:
    said = sentence(answer(0.25))
    assert "take **2.0 times**" in said
    assert "but less than the video once it is encoded at CRF 17." in said
    assert "million pixels" not in said


def test_a_recording_of_no_known_recipe_goes_by_its_name() -> None:
    run = shard_sizes(CREATED, bits_per_pixel=0.8)
    (entry,) = run.results.sets
    unknown = run.results.model_copy(update={"sets": (entry.model_copy(update={"recipe": None}),)})
    other: ShardSizes = run.model_copy(update={"results": unknown})
    said = sentence(Answer(other, video_bitrate(), latent_codecs()))
    assert "the bytes of native: H.264 (High) video" in said


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99, 1.01, 2.0, 5.0])
def test_more_and_less_turn_where_both_take_the_same(share: float) -> None:
    words = sentence(answer(LATENT_BITS / share))
    assert ("but more than the video once" in words) is (share < 1)
    assert ("but less than the video once" in words) is (share > 1)
    assert ("latents are the smaller" in which_is_smaller(share)) is (share < 1)


@pytest.mark.parametrize(("exponent", "words"), [(-0.3, "exceed about 1.5"), (0.3, "stay below")])
def test_the_size_that_turns_it_goes_with_the_law(exponent: float, words: str) -> None:
    assert f"or frames {words}" in sentence(answer(0.8, with_exponent(exponent)))


def test_what_nothing_turns_is_said_to_hold_everywhere() -> None:
    run = video_bitrate()
    best = tuple(row for row in run.results.rows if row.quality == 17)
    results = run.results.model_copy(update={"rows": best, "laws": ()})
    words = sentence(answer(0.8, run.model_copy(update={"results": results})))
    assert words.startswith("**The latents are the smaller ones under every condition measured**")
    assert words.endswith("of the same Doom games.")


@settings(max_examples=25, deadline=None)
@given(share=st.floats(0.02, 50).filter(lambda share: share != 1))
def test_whatever_the_ratio_the_words_agree_with_it(share: float) -> None:
    words = sentence(answer(LATENT_BITS / share))
    assert f"take **{number(answer(LATENT_BITS / share).ratio.value, 2)} times**" in words
    assert ("but more than the video" in words) is (share < 1)
    assert (which_is_smaller(share) == "the latents are the smaller ones") is (share < 1)
    assert ("smaller" in how_large_the_video_is(share)) is (share > NEAR)
    assert ("larger" in how_large_the_video_is(share)) is (share < 1 / NEAR)

"""Where latents and video tie, and which side is whose, follows from the law of the bits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.catalog import autoencoder
from analysis.kinds.video_bitrate import view_sentences
from analysis.kinds.video_bitrate.measured_encodings import (
    MeasuredEncoding,
    across_resolutions,
    recorded,
)
from tests.kinds.video_bitrate.example import EXPONENT, video_bitrate

LATENT = autoencoder("dc-ae-lite-f32c32").latent()
MAIN = recorded(across_resolutions(video_bitrate().results))


def following(exponent: float, at_480p: float = 0.8) -> MeasuredEncoding:
    """The main encoding by another law."""
    assert MAIN.law
    update = {
        "exponent": MAIN.law.exponent.model_copy(update={"value": exponent}),
        "at_480p": MAIN.law.at_480p.model_copy(update={"value": at_480p}),
    }
    return replace(MAIN, law=MAIN.law.model_copy(update=update))


@pytest.mark.parametrize(
    ("exponent", "side", "small_frames"), [(EXPONENT, "below", True), (-EXPONENT, "above", False)]
)
def test_the_side_of_the_latents_goes_with_the_sign_of_the_exponent(
    exponent: float, side: str, small_frames: bool
) -> None:
    tie = following(exponent).tie(LATENT)
    assert tie is not None
    assert tie.latents_smaller == side
    assert tie.latents_win(tie.pixels / 2) is small_frames
    assert tie.latents_win(tie.pixels * 2) is not small_frames


def test_bits_that_do_not_change_with_the_size_have_no_tie() -> None:
    assert following(0.0).tie(LATENT) is None


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        (following(-0.3), "1.47 million pixels, a picture of 16:9 with 910 rows; below that"),
        (following(0.3, 0.4), "0.646 million pixels, a picture of 16:9 with 603 rows; above that"),
        (following(-0.3, 9.0), "the latents are the smaller ones at every resolution here"),
        (following(-0.3, 0.1), "the video is the smaller one at every resolution here"),
    ],
)
def test_the_words_on_ties_turn_with_the_law(encoding: MeasuredEncoding, words: str) -> None:
    assert words in view_sentences.ties([encoding], LATENT, "DC-AE")


@pytest.mark.parametrize(
    ("exponent", "words"),
    [
        (-0.3, "$b$ falls as frames grow, the latents' bits per pixel do not: against x264"),
        (-0.3, "the video is the smaller one from 1.47 million pixels on"),
        (0.3, "$b$ rises as frames grow"),
        (0.3, "the latents are the smaller ones from"),
    ],
)
def test_the_sentence_on_the_size_turns_with_the_law(exponent: float, words: str) -> None:
    assert words in str(view_sentences.size_decides([following(exponent)], LATENT).data)

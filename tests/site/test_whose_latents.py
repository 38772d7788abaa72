"""Whose latents a page speaks of is said by their names."""

from __future__ import annotations

from analysis.autoencoders import own
from analysis.site import whose_latents as page
from analysis.site.whose_latents import whose_latents
from tests.kinds.encoder_training.example import encoder_training


def test_own_names_are_written_as_they_are_read() -> None:
    assert page.OWN_PREFIX == own.PREFIX


def test_a_published_encoder_with_the_projects_decoder() -> None:
    text = whose_latents(["taesana-f32c32+project/decoder"]).data
    assert "`taesana-f32c32` is a published encoder into the latent space of DC-AE f32c32" in text
    assert "decoded by `project/decoder`, which was [trained here]" in text
    assert "not DC-AE" not in text


def test_an_encoder_that_was_trained_here_is_not_dc_ae() -> None:
    text = whose_latents(["project/student+dc-ae-lite"], [encoder_training()]).data
    assert "to make the latents of `teacher`" in text
    assert "is not DC-AE" in text
    assert "are decoded by `dc-ae-lite`." in text


def test_two_encoders_with_one_decoder_are_told_once() -> None:
    text = whose_latents(
        ["taesana-f32c32+project/decoder", "project/student+project/decoder"],
        [encoder_training()],
    ).data
    assert text.count("are decoded by") == 1
    assert "Latents of `taesana-f32c32` and `project/student` are decoded by" in text


def test_the_projects_own_pair_and_any_other() -> None:
    text = whose_latents(["project/pair", "taef2-f8c32"]).data
    assert "`project/pair` is this project's own" in text
    assert "`taef2-f8c32` ran with the weights that go by that name" in text

"""What is said of the trained decoder follows from its run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analysis.kinds.decoder_training import view
from analysis.kinds.decoder_training.record import (
    DecoderTraining,
    DecoderTrainingParameters,
    DecoderTrainingResults,
)
from analysis.kinds.trained import PartsPsnr
from analysis.ledger import provenance


def decoder_training(shown_db: float) -> DecoderTraining:
    machine = provenance.host()
    created = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return DecoderTraining(
        schema="decoder-training/1.0",
        run=provenance.run(["latent-storage", "train", "decoder"], "full", created, machine),
        host=machine,
        inputs=(),
        parameters=DecoderTrainingParameters(
            name="decoder",
            encoder="teacher",
            latent_space="dc-ae-f32c32-sana",
            frames=4,
            device="cpu",
            steps=10,
            learning_rate=1e-3,
            weight_decay=0.01,
            gradient_norm=0.01,
            warmup_steps=1,
            decay=0.4,
            seed=1,
            threads=2,
            frame_interval=5,
        ),
        results=DecoderTrainingResults(
            parameters=1_000_000,
            training_frames=100,
            training_episodes=9,
            held_out_frames=30,
            held_out_episodes=3,
            seconds=60,
            log=(),
            linear=PartsPsnr(whole_db=24, hud_db=20, rest_db=25),
            trained=PartsPsnr(whole_db=shown_db, hud_db=30, rest_db=26),
            files=(),
        ),
    )


@pytest.mark.parametrize(
    ("shown", "words"),
    [(27, "3.0 dB more than"), (24, "as much as"), (23.5, "0.50 dB less than")],
)
def test_it_is_held_against_the_linear_decoder(shown: float, words: str) -> None:
    run = decoder_training(shown)
    assert f"{words} the best linear decoder" in view.answer(run).data
    assert run.results.gain_db == shown - 24


def test_the_table_has_both_by_part_of_the_frame() -> None:
    linear, trained = view.rows(decoder_training(27))
    assert linear[1:] == ["24.0", "20.0", "25.0"]
    assert trained == ["`project/decoder`", "27.0", "30.0", "26.0"]

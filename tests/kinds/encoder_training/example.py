"""A run of an encoder's training."""

from __future__ import annotations

from datetime import UTC, datetime

from analysis.kinds.encoder_training.record import (
    Agreement,
    EncoderTraining,
    EncoderTrainingParameters,
    EncoderTrainingResults,
)
from analysis.kinds.trained import PartsPsnr
from analysis.ledger import provenance


def agreement(channel: int | None, error: float, correlation: float | None) -> Agreement:
    return Agreement(
        channel=channel,
        teacher_mean=0.5,
        teacher_deviation=2,
        correlation=correlation,
        error=error,
    )


def encoder_training(shown_db: float = 25) -> EncoderTraining:
    """Latents of two channels, off by a tenth of their deviation; the teacher's show 26 dB."""
    machine = provenance.host()
    created = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return EncoderTraining(
        schema="encoder-training/1.0",
        run=provenance.run(["latent-storage", "train", "encoder"], "full", created, machine),
        host=machine,
        inputs=(),
        parameters=EncoderTrainingParameters(
            name="student",
            teacher="teacher+project/decoder",
            latent_space="dc-ae-f32c32-sana",
            frames=4,
            decoded_frames=1,
            decoded_weight=10,
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
        results=EncoderTrainingResults(
            parameters=1_000_000,
            training_frames=100,
            training_episodes=9,
            held_out_frames=30,
            held_out_episodes=3,
            seconds=60,
            log=(),
            trained=PartsPsnr(whole_db=shown_db, hud_db=30, rest_db=shown_db),
            files=(),
            teacher=PartsPsnr(whole_db=26, hud_db=31, rest_db=25),
            latents=agreement(None, 0.2, 0.995),
            channels=(agreement(0, 0.3, 0.99), agreement(1, 0.1, 0.998)),
        ),
    )

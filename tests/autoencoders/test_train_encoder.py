"""Training of an encoder on another one's latents: it comes nearer, and goes on where it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.autoencoders.tiny import TinyAutoencoder
from analysis.autoencoders.train_encoder import (
    EncoderOptions,
    TrainedEncoder,
    decoded_psnr,
    encoded,
    train_encoder,
)
from analysis.autoencoders.training_latents import EncodedFrames
from analysis.autoencoders.training_loop import Progress
from analysis.datasets.compare_latents import ChannelAgreement, agreements
from analysis.errors import InputError
from tests.autoencoders.latents import averages, pair

OPTIONS = EncoderOptions(steps=4, frames=2, warmup=2, threads=1, evaluate_every=2)


def silent(what: str, done: int, total: int) -> None:
    """Nobody listens."""


def train(
    folder: Path,
    options: EncoderOptions = OPTIONS,
    progress: Progress = silent,
    channels: int = 3,
) -> TrainedEncoder:
    """Five frames to train on and another to watch; a checkpoint after every step."""
    folder.mkdir(exist_ok=True)
    whole = averages()
    training = EncodedFrames(whole.frames[:5], whole.latents[:5])
    held_out = EncodedFrames(whole.frames[5:], whole.latents[5:])
    return train_encoder(pair(channels), training, held_out, folder, options, progress, 0)


def nearness(model: TinyAutoencoder) -> ChannelAgreement:
    """Of its latents of the frames trained on."""
    whole = averages()
    together, _ = agreements([(whole.latents[:5], encoded(model, whole.frames[:5]))])
    return together


def test_it_comes_nearer_to_the_latents_of_its_teacher(tmp_path: Path) -> None:
    trained = train(tmp_path, replace(OPTIONS, steps=60, evaluate_every=20))
    assert [row.step for row in trained.log] == [20, 40, 60]
    assert trained.log[-1].loss < trained.log[0].loss
    untrained = train(tmp_path / "once", replace(OPTIONS, steps=1))
    assert nearness(trained.model).error < nearness(untrained.model).error


def test_what_is_watched_is_what_the_decoder_makes_of_its_latents(tmp_path: Path) -> None:
    trained = train(tmp_path)
    frames = averages().frames[5:]
    latents = encoded(trained.model, frames)
    shown = pair().decode(latents, (64, 96)).astype(float)
    expected = 10 * np.log10(255**2 / np.square(shown - frames).mean())
    assert trained.log[-1].held_out_psnr_db["frames"] == pytest.approx(expected, abs=1e-3)
    assert decoded_psnr(pair(), EncodedFrames(frames, latents)).whole == pytest.approx(
        expected, abs=1e-3
    )


def test_the_teachers_decoder_stays_as_it_was(tmp_path: Path) -> None:
    before = {name: weight.clone() for name, weight in pair().module.state_dict().items()}
    teacher = pair()
    whole = averages()
    train_encoder(teacher, whole, whole, tmp_path, OPTIONS)
    assert all(
        torch.equal(before[name], weight) for name, weight in teacher.module.state_dict().items()
    )


@pytest.mark.parametrize("last", range(1, 4))
def test_a_training_stopped_anywhere_goes_on_to_the_same_weights(last: int, tmp_path: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done == last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "stopped", progress=stop)
    resumed, undisturbed = train(tmp_path / "stopped"), train(tmp_path / "undisturbed")
    weights = undisturbed.model.state_dict()
    assert [row.loss for row in resumed.log] == [row.loss for row in undisturbed.log]
    assert all(
        torch.equal(weights[key], value) for key, value in resumed.model.state_dict().items()
    )


def test_other_options_are_refused(tmp_path: Path) -> None:
    train(tmp_path)
    with pytest.raises(InputError, match="of a training with other options"):
        train(tmp_path, replace(OPTIONS, decoded_weight=1.0))

"""Training of a decoder of given latents: it learns, and it goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from analysis.autoencoders.autoencoder import as_frames
from analysis.autoencoders.train_decoder import (
    DecoderOptions,
    TrainedDecoder,
    decoded_psnr,
    fit_linear_decoder,
    train_decoder,
)
from analysis.autoencoders.training_latents import EncodedFrames
from analysis.autoencoders.training_loop import CHECKPOINT, Progress
from analysis.errors import InputError
from tests.autoencoders.latents import averages, small_decoder

OPTIONS = DecoderOptions(steps=6, frames=2, warmup=2, threads=1, evaluate_every=2)


def silent(what: str, done: int, total: int) -> None:
    """Nobody listens."""


def train(
    folder: Path, options: DecoderOptions = OPTIONS, progress: Progress = silent
) -> TrainedDecoder:
    """Five frames to train on and another to watch; a checkpoint after every step."""
    whole = averages()
    training = EncodedFrames(whole.frames[:5], whole.latents[:5])
    held_out = EncodedFrames(whole.frames[5:], whole.latents[5:])
    return train_decoder(training, held_out, folder, options, progress, 0, small_decoder)


def assert_same(one: TrainedDecoder, other: TrainedDecoder) -> None:
    assert [(row.step, row.loss) for row in one.log] == [(row.step, row.loss) for row in other.log]
    weights = one.model.state_dict()
    assert all(torch.equal(weights[key], value) for key, value in other.model.state_dict().items())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> TrainedDecoder:
    return train(tmp_path_factory.mktemp("undisturbed"))


def test_the_linear_decoder_finds_what_is_linear() -> None:
    latents = np.random.default_rng(0).normal(2, 3, (40, 2, 3, 4)).astype(np.float16)
    images = interpolate(torch.from_numpy(latents).float() / 20, scale_factor=32)
    images = torch.cat([images, images.sum(1, keepdim=True)], 1)
    frames = np.stack([as_frames(image[None], (96, 128))[0] for image in images])
    linear = small_decoder(2, widths=None)
    linear.set_linear(fit_linear_decoder(EncodedFrames(frames, latents)))
    # What is left is the rounding to 8 bits, some of it clipped.
    assert decoded_psnr(linear, EncodedFrames(frames, latents)).whole > 50


def test_a_channel_that_never_changes_is_no_harm() -> None:
    whole = averages()
    latents = np.concatenate([whole.latents, np.full_like(whole.latents[:, :1], 7)], 1)
    linear = fit_linear_decoder(EncodedFrames(whole.frames, latents))
    assert torch.isfinite(linear.weight).all()
    assert torch.isfinite(linear.bias).all()


def test_training_adds_to_the_linear_decoder(tmp_path: Path) -> None:
    trained = train(tmp_path, replace(OPTIONS, steps=60, evaluate_every=20))
    assert [row.step for row in trained.log] == [20, 40, 60]
    assert trained.log[-1].loss < trained.log[0].loss
    whole = averages()
    seen = EncodedFrames(whole.frames[:5], whole.latents[:5])
    assert decoded_psnr(trained.model, seen).whole > decoded_psnr(trained.linear, seen).whole


@pytest.mark.parametrize("last", range(1, 6))
def test_a_training_stopped_anywhere_goes_on_to_the_same_weights(
    last: int, tmp_path: Path, undisturbed: TrainedDecoder
) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done == last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, progress=stop)
    assert_same(train(tmp_path), undisturbed)


TRAIN = """
import sys, time
from pathlib import Path
from tests.autoencoders.test_train_decoder import train

def wait(what, done, total):
    print(done, flush=True)
    if done == 3:
        time.sleep(600)

train(Path(sys.argv[1]), progress=wait)
"""


def test_a_training_that_was_killed_goes_on_to_the_same_weights(
    tmp_path: Path, undisturbed: TrainedDecoder
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        while (line := process.stdout.readline().strip()) != "3":
            assert line
        os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["step"] == 3
    assert_same(train(tmp_path), undisturbed)


def test_other_options_are_refused(tmp_path: Path) -> None:
    train(tmp_path)
    with pytest.raises(InputError, match="of a training with other options"):
        train(tmp_path, replace(OPTIONS, frames=3))

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.autoencoders.doom import DoomAutoencoder
from analysis.autoencoders.linear import LinearBlocks
from analysis.autoencoders.train import (
    Trained,
    TrainingOptions,
    autoencoder_psnr,
    train_autoencoder,
)
from analysis.autoencoders.training_loop import CHECKPOINT
from analysis.errors import InputError
from tests.datasets.examples import moving_frames

OPTIONS = TrainingOptions(steps=6, crops=2, crop_size=64, warmup=2, threads=1, evaluate_every=2)


def frames() -> NDArray[np.uint8]:
    return np.array(moving_frames(3, 96, 64))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that has its linear autoencoder already: fitting one takes seconds."""
    generator = torch.Generator().manual_seed(0)
    shape = (32, 3, 32, 32)
    directions = torch.linalg.qr(torch.randn(3072, 32, generator=generator)).Q.T.reshape(shape)
    linear = LinearBlocks(torch.zeros(3), directions.contiguous(), directions.contiguous())
    torch.save(vars(linear), tmp_path / "linear.pt")
    return tmp_path


def small() -> DoomAutoencoder:
    model: DoomAutoencoder = DoomAutoencoder(32, (8, 8, 8), (8, 8, 8), (1, 1, 1), (8, 1))
    return model


def train(folder: Path, options: TrainingOptions = OPTIONS) -> Trained:
    return train_autoencoder(
        frames(), frames()[:1], folder, options, checkpoint_every_s=0, build=small
    )


def curve(trained: Trained) -> list[tuple[int, float, float]]:
    return [(row.step, row.loss, row.held_out_psnr_db["frames"]) for row in trained.log]


def test_training_lowers_the_loss(folder: Path) -> None:
    log = train(folder, replace(OPTIONS, steps=24, evaluate_every=6)).log
    assert [row.step for row in log] == [6, 12, 18, 24]
    assert log[-1].loss < log[0].loss


def test_a_stopped_training_goes_on_to_the_same_curve(folder: Path, tmp_path: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    linear = (folder / "linear.pt").read_bytes()
    other = tmp_path / "other"
    other.mkdir()
    (other / "linear.pt").write_bytes(linear)
    undisturbed = train(folder)
    with pytest.raises(KeyboardInterrupt):
        train_autoencoder(frames(), frames()[:1], other, OPTIONS, stop, 0, small)
    resumed = train(other)
    assert curve(resumed) == curve(undisturbed)
    weights = resumed.model.state_dict()
    assert all(torch.equal(weights[k], v) for k, v in undisturbed.model.state_dict().items())


TRAIN = """
import sys
from pathlib import Path
from tests.autoencoders.test_train import OPTIONS, frames, small, train_autoencoder
train_autoencoder(frames(), frames()[:1], Path(sys.argv[1]), OPTIONS,
                  lambda what, done, total: print(done, flush=True), 0, small)
"""


def test_a_killed_training_goes_on_to_the_same_curve(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "linear.pt").write_bytes((folder / "linear.pt").read_bytes())
    process = subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(other)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        while process.stdout.readline().strip() != "3":
            pass
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert curve(train(other)) == curve(train(folder))


def test_a_finished_training_is_not_trained_again(folder: Path) -> None:
    first = train(folder)
    written = (folder / CHECKPOINT).stat().st_mtime_ns
    assert curve(train(folder)) == curve(first)
    assert (folder / CHECKPOINT).stat().st_mtime_ns == written


def test_another_training_in_the_folder_is_refused(folder: Path) -> None:
    train(folder)
    with pytest.raises(InputError, match="of a training with other options"):
        train(folder, replace(OPTIONS, seed=2))


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut off"])
def test_a_damaged_checkpoint_is_refused(folder: Path, content: bytes) -> None:
    (folder / CHECKPOINT).write_bytes(content)
    with pytest.raises(InputError, match=r"checkpoint\.pt: is no checkpoint"):
        train(folder)


def test_psnr_of_the_status_bar_counts_its_rows_alone() -> None:
    model = DoomAutoencoder(encoder_widths=None, decoder_widths=None)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    frame = np.full((1, 480, 640, 3), 127, np.uint8)
    frame[:, 403:] = 28  # the model decodes to grey, 128
    psnr = autoencoder_psnr(model, frame)
    assert psnr.rest == pytest.approx(20 * np.log10(255), abs=0.05)
    assert psnr.hud == pytest.approx(20 * np.log10(2.55), abs=0.01)
    assert psnr.hud < psnr.whole < psnr.rest


@given(
    steps=st.integers(1, 10_000),
    step=st.integers(0, 9_999),
    warmup=st.integers(1, 500),
    decay=st.floats(0, 1),
)
def test_the_rate_stays_between_nothing_and_its_top(
    steps: int, step: int, warmup: int, decay: float
) -> None:
    options = TrainingOptions(steps=steps, warmup=warmup, decay=decay)
    assert 0 <= options.rate(step) <= options.learning_rate
    assert options.rate(steps) == 0


def test_more_steps_leave_the_rate_of_the_first_part_as_it_was() -> None:
    short, long = TrainingOptions(steps=100, warmup=10), TrainingOptions(steps=1000, warmup=10)
    assert [short.rate(step) for step in range(60)] == [long.rate(step) for step in range(60)]

"""Training of both decoders together: it learns, it goes on, and it leaves alone what it should."""

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
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel
from analysis.autoencoders.dual_decoder import new_dual_decoder
from analysis.autoencoders.runtime import Runtime
from analysis.autoencoders.train_dual_decoder import (
    CLIP_FRAMES,
    DualDecoderOptions,
    TrainedDualDecoder,
    clips_of,
    held_out_psnr_db,
    train_dual_decoder,
)
from analysis.autoencoders.training_loop import CHECKPOINT, Progress
from analysis.errors import InputError
from tests.autoencoders.test_dual_decoder import spatial_model
from tests.shards.examples import moving_frames

OPTIONS = DualDecoderOptions(
    steps=6, clips=2, crop_size=64, warmup=2, threads=1, evaluate_every=2, release_after=3
)


def silent(what: str, done: int, total: int) -> None:
    """Nobody listens."""


def frames() -> NDArray[np.uint8]:
    """Two clips, one after the other."""
    return np.array(moving_frames(2 * CLIP_FRAMES, 96, 64))


def train(
    folder: Path, options: DualDecoderOptions = OPTIONS, progress: Progress = silent
) -> TrainedDualDecoder:
    torch.manual_seed(0)
    model = new_dual_decoder(spatial_model(), 4)
    spatial = Autoencoder("spatial", DiffusersModel(spatial_model()), Runtime("cpu", "fp32", 8))
    clips = clips_of(spatial, frames(), folder / "latents.npy")
    return train_dual_decoder(model, spatial, clips, clips, folder, options, progress, 0)


def curve(trained: TrainedDualDecoder) -> list[tuple[int, float, dict[str, float]]]:
    return [(row.step, row.loss, dict(row.held_out_psnr_db)) for row in trained.log]


def test_training_lowers_the_loss_and_raises_what_it_is_judged_by(tmp_path: Path) -> None:
    options = replace(OPTIONS, steps=60, evaluate_every=20, release_after=0)
    log = train(tmp_path, options).log
    assert [row.step for row in log] == [20, 40, 60]
    assert log[-1].loss < log[0].loss
    model = new_dual_decoder(spatial_model(), 4)
    spatial = Autoencoder("spatial", DiffusersModel(spatial_model()), Runtime("cpu", "fp32", 8))
    untrained = held_out_psnr_db(model, clips_of(spatial, frames(), tmp_path / "latents.npy"))
    assert log[-1].held_out_psnr_db["clip"] > untrained["clip"]


def test_a_stopped_training_goes_on_to_the_same_curve(tmp_path: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    (tmp_path / "whole").mkdir()
    (tmp_path / "stopped").mkdir()
    undisturbed = train(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "stopped", progress=stop)
    resumed = train(tmp_path / "stopped")
    assert curve(resumed) == curve(undisturbed)
    weights = resumed.model.state_dict()
    assert all(torch.equal(weights[k], v) for k, v in undisturbed.model.state_dict().items())


TRAIN = """
import sys
from pathlib import Path
from tests.autoencoders.test_train_dual_decoder import train
train(Path(sys.argv[1]), progress=lambda what, done, total: print(done, flush=True))
"""


@pytest.mark.parametrize("step", [2, 4])
def test_a_killed_training_goes_on_to_the_same_curve(tmp_path: Path, step: int) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(tmp_path / "killed")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        while process.stdout.readline().strip() != str(step):
            pass
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (tmp_path / "killed" / CHECKPOINT).exists()
    assert curve(train(tmp_path / "killed")) == curve(train(tmp_path / "whole"))


def changed(trained: TrainedDualDecoder) -> set[str]:
    """Which weights of the spatial model are others than before."""
    before = spatial_model().state_dict()
    after = trained.model.spatial_model.state_dict()
    return {name for name, weight in before.items() if not torch.equal(weight, after[name])}


def test_the_spatial_model_is_left_alone_until_its_decoder_is_released(tmp_path: Path) -> None:
    for name, release in (("never", None), ("later", 6), ("soon", 3)):
        (tmp_path / name).mkdir()
        found = changed(train(tmp_path / name, replace(OPTIONS, release_after=release)))
        assert bool(found) == (name == "soon")
        assert all("decoder" in weight for weight in found)


def test_another_training_in_the_folder_is_refused(tmp_path: Path) -> None:
    train(tmp_path)
    with pytest.raises(InputError, match="of a training with other options"):
        train(tmp_path, replace(OPTIONS, frame_weight=2))


def test_latents_are_encoded_once(tmp_path: Path) -> None:
    spatial = Autoencoder("spatial", DiffusersModel(spatial_model()), Runtime("cpu", "fp32", 8))
    first = clips_of(spatial, frames(), tmp_path / "latents.npy")
    told: list[str] = []
    again = clips_of(
        spatial, frames(), tmp_path / "latents.npy", lambda what, done, total: told.append(what)
    )
    assert told == []
    assert first.latents.shape == (2, CLIP_FRAMES, 3, 2, 3)
    np.testing.assert_array_equal(first.latents, again.latents)
    np.testing.assert_array_equal(first.latents[0], spatial.encode(frames()[:CLIP_FRAMES]))

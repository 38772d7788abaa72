"""Training of both decoders together: it learns, it goes on, and it leaves alone what it should."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from analysis.autoencoders.dual_decoder import Representative, new_dual_decoder
from analysis.autoencoders.train_dual_decoder import (
    CLIP_FRAMES,
    Clips,
    DualDecoderOptions,
    TrainedDualDecoder,
    clips_of,
    held_out_psnr_db,
    train_dual_decoder,
)
from analysis.autoencoders.training_loop import CHECKPOINT, Progress
from analysis.errors import InputError
from tests.autoencoders import models
from tests.autoencoders.duals import frames, small_doom, still

OPTIONS = DualDecoderOptions(
    steps=6, clips=2, crop_size=64, warmup=2, threads=1, evaluate_every=2, release_after=3
)


def silent(what: str, done: int, total: int) -> None:
    """Nobody listens."""


def train(
    folder: Path,
    options: DualDecoderOptions = OPTIONS,
    progress: Progress = silent,
    spatial: torch.nn.Module | None = None,
    representative: Representative = "middle",
) -> TrainedDualDecoder:
    """Two clips to train on and another to watch; a checkpoint after every step."""
    folder.mkdir(exist_ok=True)
    spatial = spatial or small_doom()
    torch.manual_seed(0)
    model = new_dual_decoder(spatial, 4, representative=representative)
    training = clips_of(still(spatial), frames(16), folder / "training.npy")
    held_out = clips_of(still(spatial), frames(24)[16:], folder / "held-out.npy")
    return train_dual_decoder(
        model, still(spatial), training, held_out, folder, options, progress, 0
    )


def curve(trained: TrainedDualDecoder) -> list[tuple[int, float, Mapping[str, float]]]:
    return [(row.step, row.loss, row.held_out_psnr_db) for row in trained.log]


def assert_same(one: TrainedDualDecoder, other: TrainedDualDecoder) -> None:
    assert curve(one) == curve(other)
    weights = one.model.state_dict()
    assert all(torch.equal(weights[key], value) for key, value in other.model.state_dict().items())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> TrainedDualDecoder:
    return train(tmp_path_factory.mktemp("undisturbed"))


def test_training_lowers_the_loss_and_raises_what_it_is_judged_by(tmp_path: Path) -> None:
    log = train(tmp_path, replace(OPTIONS, steps=60, evaluate_every=20, release_after=0)).log
    assert [row.step for row in log] == [20, 40, 60]
    assert log[-1].loss < log[0].loss
    spatial = small_doom()
    held_out = clips_of(still(spatial), frames(24)[16:], tmp_path / "held-out.npy")
    untrained = held_out_psnr_db(new_dual_decoder(spatial, 4), held_out)
    assert log[-1].held_out_psnr_db["clip"] > untrained["clip"]


@pytest.mark.parametrize("last", range(1, 6))
def test_a_training_stopped_anywhere_goes_on_to_the_same_weights(
    last: int, tmp_path: Path, undisturbed: TrainedDualDecoder
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
from tests.autoencoders.test_train_dual_decoder import train

def wait(what, done, total):
    print(done, flush=True)
    if done == int(sys.argv[2]):
        time.sleep(600)

train(Path(sys.argv[1]), progress=wait)
"""


@pytest.mark.parametrize("last", [2, OPTIONS.release_after, 4])
def test_a_training_killed_about_the_release_goes_on_to_the_same_weights(
    last: int, tmp_path: Path, undisturbed: TrainedDualDecoder
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", TRAIN, str(tmp_path), str(last)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        while (line := process.stdout.readline().strip()) != str(last):
            assert line
        os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["step"] == last
    assert_same(train(tmp_path), undisturbed)


def test_more_steps_go_on_over_the_release(tmp_path: Path) -> None:
    # The rate falls at the end: the same curve comes of one that falls in no step.
    options = replace(OPTIONS, decay=0)
    train(tmp_path / "short", replace(options, steps=2))
    assert_same(train(tmp_path / "short", options), train(tmp_path / "long", options))


def test_a_finished_training_is_not_trained_again(tmp_path: Path) -> None:
    first = train(tmp_path)
    written = (tmp_path / CHECKPOINT).stat().st_mtime_ns
    told: list[int] = []
    assert_same(train(tmp_path, progress=lambda what, done, total: told.append(done)), first)
    assert told == []
    assert (tmp_path / CHECKPOINT).stat().st_mtime_ns == written


def changed(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> set[str]:
    return {name for name, weight in before.items() if not torch.equal(weight, after[name])}


@pytest.mark.parametrize("name", ["doom", "dc", "kl"])
@pytest.mark.parametrize(("release", "learns"), [(None, False), (3, False), (2, True), (0, True)])
def test_of_the_spatial_model_the_decoder_alone_learns_once_released(
    name: str, release: int | None, learns: bool, tmp_path: Path
) -> None:
    spatial = small_doom() if name == "doom" else models.small(name)
    before = {key: value.clone() for key, value in spatial.state_dict().items()}
    options = replace(OPTIONS, steps=3, release_after=release)
    trained = train(tmp_path, options, spatial=spatial).model
    learnt = changed(before, trained.spatial_model.state_dict())
    assert bool(learnt) == learns
    assert all("decoder" in key for key in learnt)
    assert not changed(before, spatial.state_dict())
    networks = new_dual_decoder(spatial, 4).state_dict()
    assert {key.partition(".")[0] for key in changed(networks, trained.state_dict())} >= {
        "compressor",
        "decompressor",
        "single_frame",
    }


@pytest.mark.parametrize(
    "changes", [{"seed": 2}, {"release_after": None}, {"clips": 3}, {"frame_weight": 2}]
)
def test_other_options_are_refused(changes: dict[str, int | None], tmp_path: Path) -> None:
    train(tmp_path)
    with pytest.raises(InputError, match="of a training with other options"):
        train(tmp_path, replace(OPTIONS, **changes))  # type: ignore[arg-type]


def test_another_representative_is_refused(tmp_path: Path) -> None:
    train(tmp_path)
    with pytest.raises(InputError, match=r"checkpoint\.pt"):
        train(tmp_path, representative="last")


def test_another_spatial_model_is_refused(tmp_path: Path) -> None:
    train(tmp_path)
    with pytest.raises(InputError, match=r"checkpoint\.pt"):
        train(tmp_path, spatial=small_doom(seed=1))


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut off"])
def test_a_damaged_checkpoint_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT).write_bytes(content)
    with pytest.raises(InputError, match=r"checkpoint\.pt: is no checkpoint; remove it"):
        train(tmp_path)


def test_an_untrained_one_is_judged_alike_on_a_picture_that_stands_still() -> None:
    spatial = small_doom()
    standing = np.repeat(frames(1), 8, axis=0)
    clips = Clips(standing[None], still(spatial).encode(standing)[None])
    psnr = held_out_psnr_db(new_dual_decoder(spatial, 8), clips)
    decoded = still(spatial).decode(clips.latents[0, :1], (64, 96))[0]
    error = np.square(decoded.astype(float) - standing[0]).mean()
    assert psnr["clip"] == pytest.approx(psnr["frame"], abs=1e-3)
    assert psnr["frame"] == pytest.approx(10 * np.log10(255**2 / error), abs=1e-3)


def test_latents_are_encoded_once(tmp_path: Path) -> None:
    spatial, path = still(small_doom()), tmp_path / "latents.npy"
    first = clips_of(spatial, frames(2 * CLIP_FRAMES), path)
    told: list[str] = []
    again = clips_of(
        spatial, frames(2 * CLIP_FRAMES), path, lambda what, done, total: told.append(what)
    )
    assert told == []
    assert first.latents.shape == (2, CLIP_FRAMES, 32, 2, 3)
    np.testing.assert_array_equal(first.latents, again.latents)
    np.testing.assert_array_equal(first.latents[0], spatial.encode(frames(CLIP_FRAMES)))


def test_latents_of_other_frames_are_made_anew(tmp_path: Path) -> None:
    spatial, path = still(small_doom()), tmp_path / "latents.npy"
    clips_of(spatial, frames(8), path)
    told: list[int] = []
    clips = clips_of(spatial, frames(16), path, lambda what, done, total: told.append(done))
    assert told == [8, 16]
    assert clips.frames.shape == (2, 8, 64, 96, 3)
    np.testing.assert_array_equal(clips.latents.reshape(16, 32, 2, 3), spatial.encode(frames(16)))
    assert [entry.name for entry in tmp_path.iterdir()] == ["latents.npy"]


def test_latents_of_as_many_other_frames_are_made_anew(tmp_path: Path) -> None:
    spatial, path = still(small_doom()), tmp_path / "latents.npy"
    clips_of(spatial, frames(8), path)
    clips = clips_of(spatial, frames(16)[8:], path)
    np.testing.assert_array_equal(clips.latents[0], spatial.encode(frames(16)[8:]))


def test_latents_by_another_spatial_model_are_made_anew(tmp_path: Path) -> None:
    path, other = tmp_path / "latents.npy", still(small_doom(seed=1))
    clips_of(still(small_doom()), frames(8), path)
    clips = clips_of(other, frames(8), path)
    np.testing.assert_array_equal(clips.latents[0], other.encode(frames(8)))

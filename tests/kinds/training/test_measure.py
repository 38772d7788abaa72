"""Training from shards to weights, model card and ledger."""

import numpy as np
import pytest
import torch

from analysis.autoencoders.load import load
from analysis.autoencoders.own import own_folder
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.train import TrainingOptions
from analysis.kinds.ledger import read_run
from analysis.kinds.trained import TrainingRun
from analysis.kinds.training.measure import train_and_record
from analysis.kinds.training.record import Training
from analysis.ledger import provenance, store
from tests.kinds.trainings import write_recordings
from tests.shared import REPOSITORY

COMMITTED = REPOSITORY / "measurements"
OPTIONS = TrainingOptions(steps=2, crops=2, crop_size=64, threads=1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainingRun:
    folder = tmp_path_factory.mktemp("training")
    write_recordings(folder, 20, 20)
    rows = torch.eye(3072)[:32].reshape(32, 3, 32, 32)
    linear = {"mean": torch.zeros(3), "encoder": rows, "decoder": rows}
    torch.save(linear, folder / "linear.pt")
    return train_and_record(
        str(folder), folder, OPTIONS, 5, folder / "ledger", ["train"], lambda *_: None
    )


def test_the_run_is_in_the_ledger(trained: TrainingRun) -> None:
    run = read_run(trained.measurement)
    assert isinstance(run, Training)
    results = run.results
    assert (results.training_frames, results.held_out_frames) == (4, 1)
    assert (results.training_episodes, results.held_out_episodes) == (1, 1)
    assert [row.step for row in results.log] == [2]
    assert run.inputs[0].episodes == 2
    for entry, folder in zip(results.files, trained.weights, strict=True):
        path = folder.parent / entry.name
        assert (path.stat().st_size, provenance.sha256(path)) == (entry.bytes, entry.sha256)


def test_the_weights_load_by_path(trained: TrainingRun) -> None:
    frame = np.zeros((1, 64, 96, 3), np.uint8)
    for folder in trained.weights:
        autoencoder = load(str(folder), choose_runtime("cpu", "fp32", 1))
        assert autoencoder.encode(frame).shape == (1, 32, 2, 3)


def test_the_card_says_what_the_run_says(trained: TrainingRun) -> None:
    run = read_run(trained.measurement)
    assert isinstance(run, Training)
    card = (trained.weights[0] / "README.md").read_text(encoding="utf-8")
    assert f"{run.results.trained.whole_db:.2f}" in card
    assert "It is not DC-AE and not DC-AE-Lite" in card


def test_the_weights_in_the_package_are_those_of_the_committed_run() -> None:
    found = store.newest([COMMITTED], Training)
    assert found is not None
    folders = [own_folder(name) for name in ("project/doom-f32c32", "project/linear-f32c32")]
    weights = [path for folder in folders for path in folder.glob("*.safetensors")]
    results = found[1].results
    assert {provenance.sha256(path) for path in weights} == {file.sha256 for file in results.files}
    card = (folders[0] / "README.md").read_text(encoding="utf-8")
    assert f"{results.trained.whole_db:.2f}" in card


def test_the_committed_run_beats_the_linear_autoencoder_by_2_5_db() -> None:
    found = store.newest([COMMITTED], Training)
    assert found is not None
    assert found[1].results.gain_db >= 2.5

"""Training an encoder on another one's latents from shards to weights, model card and ledger."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.autoencoders.load import load
from analysis.autoencoders.own import own_folder
from analysis.autoencoders.runtime import Runtime
from analysis.autoencoders.train_encoder import EncoderOptions
from analysis.errors import EncoderOnly
from analysis.kinds.encoded_games import LatentTrainingPlan
from analysis.kinds.encoder_training.measure import train_and_record_encoder
from analysis.kinds.encoder_training.record import EncoderTraining
from analysis.kinds.ledger import read_run
from analysis.kinds.trained import TrainingRun
from analysis.ledger import provenance, store
from tests.autoencoders.latents import SPACE, encoder, small_decoder
from tests.kinds.trainings import write_recordings
from tests.shared import REPOSITORY

OPTIONS = EncoderOptions(steps=2, frames=2, threads=1)
CPU = Runtime("cpu", "fp32", 1)


def train(root: Path, teacher: str) -> TrainingRun:
    plan = LatentTrainingPlan(str(root / "shards"), root / "out", teacher, 5)
    return train_and_record_encoder(plan, OPTIONS, root / "ledger", ["train"], lambda *_: None)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("training")
    write_recordings(root / "shards", 20, 20)
    encoder().save_pretrained(root / "encoder")
    torch.manual_seed(0)
    small_decoder(latent_space=SPACE).save_pretrained(root / "decoder")
    return root


@pytest.fixture(scope="module")
def trained(root: Path) -> TrainingRun:
    return train(root, f"{root / 'encoder'}+{root / 'decoder'}")


def test_the_run_is_in_the_ledger(trained: TrainingRun) -> None:
    run = read_run(trained.measurement)
    assert isinstance(run, EncoderTraining)
    results = run.results
    assert (results.training_frames, results.held_out_frames) == (4, 1)
    assert (results.training_episodes, results.held_out_episodes) == (1, 1)
    assert [row.step for row in results.log] == [2]
    assert [channel.channel for channel in results.channels] == [0, 1, 2]
    assert run.parameters.latent_space == SPACE
    (folder,), (entry,) = trained.weights, results.files
    path = folder.parent / entry.name
    assert (path.stat().st_size, provenance.sha256(path)) == (entry.bytes, entry.sha256)


def test_the_weights_encode_into_the_space_of_the_teacher(root: Path, trained: TrainingRun) -> None:
    frames = np.zeros((1, 64, 96, 3), np.uint8)
    (folder,) = trained.weights
    assert load(str(folder), CPU).latent_space == SPACE
    pair = load(f"{folder}+{root / 'decoder'}", CPU)
    assert pair.decode(pair.encode(frames), (64, 96)).shape == frames.shape


def test_the_card_says_what_the_run_says(trained: TrainingRun) -> None:
    run = read_run(trained.measurement)
    assert isinstance(run, EncoderTraining)
    card = (trained.weights[0] / "README.md").read_text(encoding="utf-8")
    assert f"{run.results.latents.relative_error:.3f}" in card
    assert f"{run.results.trained.whole_db:.2f}" in card
    assert "It is not DC-AE" in card


def test_a_teacher_whose_latents_nothing_decodes_is_refused(root: Path, tmp_path: Path) -> None:
    encoder(space=None).save_pretrained(tmp_path / "alone")
    with pytest.raises(EncoderOnly):
        train(root, str(tmp_path / "alone"))


def newest() -> EncoderTraining:
    found = store.newest([REPOSITORY / "measurements"], EncoderTraining)
    assert found is not None
    return found[1]


def test_the_weights_in_the_package_are_those_of_the_committed_run() -> None:
    run = newest()
    folder = own_folder(f"project/{run.parameters.name}")
    for entry in run.results.files:
        assert provenance.sha256(folder.parent / entry.name) == entry.sha256
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"{run.results.latents.relative_error:.3f}" in card

"""Training a decoder of given latents from shards to weights, model card and ledger."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.autoencoders.load import load
from analysis.autoencoders.own import own_folder
from analysis.autoencoders.runtime import Runtime
from analysis.autoencoders.tiny import TinyAutoencoder
from analysis.autoencoders.train_decoder import DecoderOptions
from analysis.errors import InputError
from analysis.kinds.decoder_training.measure import train_and_record_decoder
from analysis.kinds.decoder_training.record import DecoderTraining
from analysis.kinds.encoded_games import LatentTrainingPlan
from analysis.kinds.ledger import read_run
from analysis.kinds.trained import TrainingRun
from analysis.ledger import provenance, store
from tests.autoencoders.latents import SPACE, encoder
from tests.kinds.trainings import write_recordings
from tests.shared import REPOSITORY

OPTIONS = DecoderOptions(steps=2, frames=2, threads=1)


def train(root: Path, encoder_folder: Path) -> TrainingRun:
    plan = LatentTrainingPlan(str(root / "shards"), root / "out", str(encoder_folder), 5)
    return train_and_record_decoder(plan, OPTIONS, root / "ledger", ["train"], lambda *_: None)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("training")
    write_recordings(root / "shards", 20, 20)
    encoder().save_pretrained(root / "encoder")
    return root


@pytest.fixture(scope="module")
def trained(root: Path) -> TrainingRun:
    return train(root, root / "encoder")


def test_the_run_is_in_the_ledger(trained: TrainingRun) -> None:
    run = read_run(trained.measurement)
    assert isinstance(run, DecoderTraining)
    results = run.results
    assert (results.training_frames, results.held_out_frames) == (4, 1)
    assert (results.training_episodes, results.held_out_episodes) == (1, 1)
    assert [row.step for row in results.log] == [2]
    assert run.parameters.latent_space == SPACE
    (folder,), (entry,) = trained.weights, results.files
    path = folder.parent / entry.name
    assert (path.stat().st_size, provenance.sha256(path)) == (entry.bytes, entry.sha256)


def test_the_weights_decode_what_the_encoder_made(root: Path, trained: TrainingRun) -> None:
    frames = np.zeros((1, 64, 96, 3), np.uint8)
    pair = load(f"{root / 'encoder'}+{trained.weights[0]}", Runtime("cpu", "fp32", 1))
    assert pair.decode(pair.encode(frames), (64, 96)).shape == frames.shape


def test_the_card_says_what_the_run_says(trained: TrainingRun) -> None:
    run = read_run(trained.measurement)
    assert isinstance(run, DecoderTraining)
    card = (trained.weights[0] / "README.md").read_text(encoding="utf-8")
    assert f"{run.results.trained.whole_db:.2f}" in card
    assert f"{run.results.linear.whole_db:.2f}" in card
    assert "It is not DC-AE's decoder" in card
    assert f"latents that it did not choose: those of {SPACE}" in card


def test_latents_of_fewer_pixels_are_refused(root: Path, tmp_path: Path) -> None:
    TinyAutoencoder(spatial=8, parts=("encoder",)).save_pretrained(tmp_path / "f8")
    with pytest.raises(InputError, match="this training takes one frame and 32 pixels"):
        train(root, tmp_path / "f8")


def newest() -> DecoderTraining:
    found = store.newest([REPOSITORY / "measurements"], DecoderTraining)
    assert found is not None
    return found[1]


def test_the_weights_in_the_package_are_those_of_the_committed_run() -> None:
    run = newest()
    folder = own_folder(f"project/{run.parameters.name}")
    for entry in run.results.files:
        assert provenance.sha256(folder.parent / entry.name) == entry.sha256
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"{run.results.trained.whole_db:.2f}" in card


def test_the_committed_run_beats_the_linear_decoder_by_1_5_db() -> None:
    assert newest().results.gain_db >= 1.5

"""Training a dual decoder from shards to weights, model card and ledger."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from analysis.autoencoders.doom import DoomAutoencoder
from analysis.autoencoders.dual_decoder import Representative
from analysis.autoencoders.load import load, load_dual_decoder, load_spatial_model
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.tiny import TinyAutoencoder
from analysis.autoencoders.train_dual_decoder import CLIP_FRAMES, DualDecoderOptions
from analysis.errors import EncoderOnly, InputError
from analysis.kinds.dual_decoder_training.measure import (
    DualDecoderPlan,
    train_and_record_dual_decoder,
)
from analysis.kinds.dual_decoder_training.record import DualDecoderTraining
from analysis.kinds.ledger import read_run
from analysis.kinds.trained import TrainingRun
from analysis.ledger import provenance
from tests.autoencoders.latents import SPACE, small_decoder
from tests.kinds.trainings import write_recordings

OPTIONS = DualDecoderOptions(
    steps=2, clips=2, crop_size=64, warmup=1, threads=1, evaluate_every=1, release_after=1
)
NAME = "doom-dual-f32t4c32"
CPU = choose_runtime("cpu", "fp32", 1)


@dataclass(frozen=True)
class Trainings:
    """A folder of shards and a spatial model, what was trained in it, and what it was told."""

    root: Path
    plan: DualDecoderPlan
    run: TrainingRun
    told: tuple[str, ...]


def train(
    root: Path, plan: DualDecoderPlan, options: DualDecoderOptions = OPTIONS
) -> tuple[TrainingRun, tuple[str, ...]]:
    """The run, and what its progress spoke of."""
    told: list[str] = []

    def hear(what: str, done: int, total: int) -> None:
        told.append(what.partition(",")[0])

    command = ["latent-storage", "train", "dual-decoder"]
    run = train_and_record_dual_decoder(plan, options, root / "ledger", command, hear)
    return run, tuple(dict.fromkeys(told))


def read(run: TrainingRun) -> DualDecoderTraining:
    measured = read_run(run.measurement)
    assert isinstance(measured, DualDecoderTraining)
    return measured


@pytest.fixture(scope="module")
def spatial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An autoencoder of single frames, in float16 as the package has its own."""
    folder = tmp_path_factory.mktemp("spatial")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = DoomAutoencoder(32, (8, 8, 8), (8, 8, 8), (1, 1, 1), (8, 1))
    torch.nn.Module.half(model).save_pretrained(folder, variant="fp16")
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, spatial: Path) -> Trainings:
    root = tmp_path_factory.mktemp("dual")
    source = write_recordings(root / "shards", 20, 26)
    plan = DualDecoderPlan(str(source), root / "out", str(spatial), 4, None, "middle", 10)
    return Trainings(root, plan, *train(root, plan))


def test_the_run_is_in_the_ledger(trained: Trainings) -> None:
    run = read(trained.run)
    results, parameters = run.results, run.parameters
    # Of 26 frames one clip in 10, which lie whole in the video; of 20 held-out frames one.
    assert (results.training_clips, results.held_out_clips) == (2, 1)
    assert (results.training_episodes, results.held_out_episodes) == (1, 1)
    assert [row.step for row in results.log] == [1, 2]
    assert (parameters.name, parameters.spatial_model) == (NAME, trained.plan.spatial)
    assert (parameters.temporal_factor, parameters.stored_channels) == (4, 32)
    assert (parameters.release_after, parameters.representative) == (1, "middle")
    assert (parameters.clip_frames, parameters.frame_interval) == (CLIP_FRAMES, 10)
    assert run.inputs[0].episodes == 2
    assert results.untrained != results.trained


def test_latents_of_another_encoder_into_the_same_space_are_trained_on(
    trained: Trainings, tmp_path: Path
) -> None:
    for name, seed in (("encoder", 0), ("teacher", 1)):
        torch.manual_seed(seed)
        model = TinyAutoencoder(parts=("encoder",), latent_space=SPACE)
        torch.nn.Module.half(model).save_pretrained(tmp_path / name, variant="fp16")
    decoder = small_decoder(32, latent_space=SPACE)
    torch.nn.Module.half(decoder).save_pretrained(tmp_path / "decoder", variant="fp16")
    spatial, teacher = f"{tmp_path}/encoder+{tmp_path}/decoder", str(tmp_path / "teacher")
    plan = replace(trained.plan, out=tmp_path / "out", spatial=spatial, latents_of=teacher)
    run, _ = train(tmp_path, plan)
    assert read(run).parameters.latents_of == teacher
    assert f"latents by `{teacher}`" in (run.weights[0] / "README.md").read_text(encoding="utf-8")
    frames = np.load(plan.out / "training.npy")[:8]
    kept = np.load(plan.out / "training-latents.npy")[:8]
    np.testing.assert_array_equal(load(teacher, CPU).encode(frames), kept)
    dual = load_dual_decoder(str(run.weights[0]), CPU)
    assert dual.module.config["spatial_name"] == spatial
    np.testing.assert_array_equal(
        load_spatial_model(dual).encode(frames), load(spatial, CPU).encode(frames)
    )


def test_latents_of_another_space_are_refused(trained: Trainings, tmp_path: Path) -> None:
    TinyAutoencoder(parts=("encoder",)).save_pretrained(tmp_path / "other")
    plan = replace(trained.plan, out=tmp_path / "out", latents_of=str(tmp_path / "other"))
    with pytest.raises(InputError, match="give an encoder into the same latent space"):
        train(tmp_path, plan)


def test_its_files_are_those_of_the_run(trained: Trainings) -> None:
    results = read(trained.run).results
    (folder,) = trained.run.weights
    assert folder == trained.plan.out / NAME
    (entry,) = results.files
    path = folder.parent / entry.name
    assert (path.stat().st_size, provenance.sha256(path)) == (entry.bytes, entry.sha256)
    model = load_dual_decoder(str(folder), CPU).module
    assert results.parameters == sum(weight.numel() for weight in model.parameters())
    own = load_file(path)
    spatial = {name for name in own if name.startswith("spatial_model.")}
    assert spatial
    assert all("decoder" in name for name in spatial)
    assert own.keys() - spatial == {
        name for name in model.state_dict() if not name.startswith("spatial_model.")
    }


def test_the_weights_in_its_file_are_counted(trained: Trainings) -> None:
    (path,) = trained.run.weights[0].glob("*.safetensors")
    own = sum(weight.numel() for weight in load_file(path).values())
    assert read(trained.run).results.own_parameters == own


def test_the_weights_load_by_path(trained: Trainings) -> None:
    (folder,) = trained.run.weights
    autoencoder = load_dual_decoder(str(folder), CPU)
    stored = autoencoder.encode(np.zeros((6, 64, 96, 3), np.uint8))
    assert stored.shape == (2, 32, 2, 3)
    assert autoencoder.decode(stored, (64, 96), 6).shape == (6, 64, 96, 3)
    assert autoencoder.decode_frame(stored, (64, 96)).shape == (2, 64, 96, 3)
    assert autoencoder.module.config["spatial_name"] == trained.plan.spatial


def test_the_card_says_what_the_run_says(trained: Trainings) -> None:
    results = read(trained.run).results
    card = (trained.run.weights[0] / "README.md").read_text(encoding="utf-8")
    assert card.startswith(f"# {NAME}\n")
    for psnr in (results.untrained, results.trained):
        assert f"{psnr.clip_db:.2f}" in card
        assert f"{psnr.frame_db:.2f}" in card
    assert f"{results.parameters:,} parameters, of which {results.own_parameters:,}" in card
    assert "2 clips of 8 frames, one in 10 frames of 1 recorded games" in card
    assert "The spatial decoder learnt too after 1 steps." in card
    assert "**neither DC-AE nor DC-AE-Lite**" in card
    assert "--temporal 4 --channels 32 --representative middle --autoencoder" in card
    assert "--every 10 --steps 2 --seed 1 --release-after 1" in card
    assert "{" not in card


@pytest.mark.parametrize(("temporal", "representative"), [(2, "last"), (8, "first")])
def test_another_training_takes_the_clips_that_are_there(
    trained: Trainings, tmp_path: Path, temporal: int, representative: Representative
) -> None:
    plan = replace(
        trained.plan,
        out=tmp_path / "other",
        temporal_factor=temporal,
        stored_channels=40,
        representative=representative,
        clips=trained.plan.out,
    )
    options = replace(OPTIONS, release_after=None)
    run, told = train(tmp_path, plan, options)
    assert told == ("training",)
    assert set(trained.told) > {"training"}
    (folder,) = run.weights
    assert sorted(path.name for path in plan.out.iterdir()) == ["checkpoint.pt", folder.name]
    parameters = read(run).parameters
    assert parameters.name == f"doom-dual-f32t{temporal}c40"
    assert (parameters.representative, parameters.release_after) == (representative, None)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "The spatial decoder stayed as it was." in card
    assert f"the {representative} frame of them" in card
    config = json.loads((folder / "config.json").read_text())
    assert (config["temporal_factor"], config["representative"]) == (temporal, representative)


def copied(trained: Trainings, folder: Path) -> DualDecoderPlan:
    """The same plan, in a folder of its own that is as far."""
    shutil.copytree(trained.plan.out, folder)
    return replace(trained.plan, out=folder)


def weights(run: TrainingRun) -> Sequence[bytes]:
    return [path.read_bytes() for path in sorted(run.weights[0].glob("*.safetensors"))]


def test_a_finished_run_is_not_trained_again(trained: Trainings, tmp_path: Path) -> None:
    plan = copied(trained, tmp_path / "out")
    run, told = train(tmp_path, plan)
    assert told == ()
    before, after = read(trained.run).results, read(run).results
    assert after.log == before.log
    assert (after.untrained, after.trained) == (before.untrained, before.trained)
    assert weights(run) == weights(trained.run)


def test_more_steps_go_on_from_where_it_stopped(trained: Trainings, tmp_path: Path) -> None:
    plan = copied(trained, tmp_path / "out")
    run, told = train(tmp_path, plan, replace(OPTIONS, steps=4))
    assert told == ("training",)
    log = read(run).results.log
    assert log[:2] == read(trained.run).results.log
    assert [row.step for row in log] == [1, 2, 3, 4]
    assert weights(run) != weights(trained.run)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stored_channels": 8}, "No dual decoder of .*: 8 stored channels are fewer than the 32"),
        ({"temporal_factor": 1}, "No dual decoder of .*: a temporal factor of 1 folds nothing"),
        ({"every": 7}, "Clips of 8 frames overlap when one begins every 7"),
        ({"spatial": "no such thing"}, "no such thing is no folder"),
        (
            {"temporal_factor": 2, "clips": None},
            "is of a training of another model; give another folder",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_cannot_be_trained_is_refused(
    trained: Trainings, tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    plan = replace(copied(trained, tmp_path / "out"), **changes)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=sentence):
        train(tmp_path, plan)
    assert not list((tmp_path / "ledger").glob("**/*.json"))


def test_other_options_are_refused(trained: Trainings, tmp_path: Path) -> None:
    plan = copied(trained, tmp_path / "out")
    with pytest.raises(InputError, match="of a training with other options; give another folder"):
        train(tmp_path, plan, replace(OPTIONS, frame_weight=2))


def test_the_clips_of_another_spatial_model_are_not_taken(
    trained: Trainings, tmp_path: Path
) -> None:
    other = DoomAutoencoder(encoder_widths=None, decoder_widths=None)
    other.save_pretrained(tmp_path / "other")
    plan = replace(
        trained.plan,
        out=tmp_path / "out",
        spatial=str(tmp_path / "other"),
        clips=tmp_path / "clips",
    )
    shutil.copytree(trained.plan.out, tmp_path / "clips")
    kept = (tmp_path / "clips" / "training-latents.npy").read_bytes()
    train(tmp_path, plan)
    assert (tmp_path / "clips" / "training-latents.npy").read_bytes() != kept


def test_another_representative_in_the_folder_is_refused(
    trained: Trainings, tmp_path: Path
) -> None:
    plan = replace(copied(trained, tmp_path / "out"), representative="last")
    with pytest.raises(InputError, match=r"checkpoint\.pt"):
        train(tmp_path, plan)


@pytest.mark.parametrize(
    "lengths",
    [
        (7, 20),
        (20, 7),
    ],
    ids=["held-out", "training"],
)
def test_videos_all_shorter_than_a_clip_are_refused(
    lengths: tuple[int, int], tmp_path: Path, spatial: Path
) -> None:
    source = write_recordings(tmp_path / "shards", *lengths)
    plan = DualDecoderPlan(str(source), tmp_path / "out", str(spatial), 4, None, "middle", 10)
    with pytest.raises(InputError):
        train(tmp_path, plan)


def test_a_dual_decoder_on_a_dual_decoder_is_refused(trained: Trainings, tmp_path: Path) -> None:
    plan = replace(trained.plan, out=tmp_path / "out", spatial=str(trained.run.weights[0]))
    with pytest.raises(InputError, match="No dual decoder of"):
        train(tmp_path, plan)


def test_a_dual_decoder_on_an_encoder_alone_is_refused(trained: Trainings, tmp_path: Path) -> None:
    TinyAutoencoder(parts=("encoder",)).save_pretrained(tmp_path / "encoder")
    plan = replace(trained.plan, out=tmp_path / "out", spatial=str(tmp_path / "encoder"))
    with pytest.raises(EncoderOnly, match="decodes nothing"):
        train(tmp_path, plan)

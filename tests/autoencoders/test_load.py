"""Weights by every kind of name, and one sentence where they cannot be had."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderDC
from safetensors.torch import load_file, save_file

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel
from analysis.autoencoders.load import DEFAULT, load, load_with_decoder, own_decoders
from analysis.autoencoders.own import OWN, own_autoencoders
from analysis.autoencoders.runtime import Runtime
from analysis.catalog import autoencoder
from analysis.errors import EncoderOnly, InputError
from tests.autoencoders.hub import COMMIT, serving
from tests.autoencoders.latents import SPACE, encoder, small_decoder
from tests.autoencoders.models import small, small_dc_f32

CPU = Runtime("cpu", "fp32", 16)
FRAMES = np.random.default_rng(0).integers(0, 256, (5, 16, 24, 3), dtype=np.uint8)


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


@pytest.fixture
def dc_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    small("dc").save_pretrained(folder)
    return folder


def configure(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("name", ["dc", "kl", "wan"])
def test_a_saved_folder_gives_the_same_latents(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / name
    small(name).save_pretrained(folder)
    capfd.readouterr()
    model = load(str(folder), CPU)
    assert capfd.readouterr() == ("", "")
    assert model.name == str(folder)
    original = Autoencoder(name, DiffusersModel(small(name)), CPU)
    np.testing.assert_array_equal(model.encode(FRAMES), original.encode(FRAMES))


def test_the_folder_of_a_pipeline_with_half_precision_weights_only(tmp_path: Path) -> None:
    small("dc").half().save_pretrained(tmp_path / "vae", variant="fp16")
    (tmp_path / "model_index.json").write_text("{}")
    model = load(str(tmp_path), Runtime("cpu", "bf16", 4))
    assert next(model.module.parameters()).dtype == torch.bfloat16
    assert model.encode(FRAMES).shape == (5, 4, 2, 3)


def test_weights_in_several_files(tmp_path: Path) -> None:
    small("dc").save_pretrained(tmp_path, max_shard_size="20KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 1
    original = Autoencoder("dc", DiffusersModel(small("dc")), CPU)
    np.testing.assert_array_equal(load(str(tmp_path), CPU).encode(FRAMES), original.encode(FRAMES))


def test_a_hub_is_asked_once_and_then_its_cache(tmp_path: Path) -> None:
    repository = tmp_path / "hub" / "someone" / "pipeline"
    small("dc").half().save_pretrained(repository / "vae", variant="fp16")
    (repository / "unet.safetensors").write_bytes(b"not asked for")
    script = """
import urllib.request
from huggingface_hub import constants
from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import Runtime
from analysis.errors import InputError
cpu = Runtime("cpu", "fp32", 1)
print(load("someone/pipeline", cpu).name)
try:
    load("someone/else", cpu)
except InputError as error:
    print(error)
urllib.request.urlopen(constants.ENDPOINT + "/stop").close()
print(load("someone/pipeline", cpu).latent)
"""
    with serving(tmp_path / "hub") as address:
        home = tmp_path / "home"
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "HF_ENDPOINT": address, "HF_HOME": str(home), "HF_TOKEN": ""},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.stderr == ""
    fetched, unknown, cached = done.stdout.splitlines()
    assert fetched == "someone/pipeline"
    assert "There is no model someone/else" in unknown
    assert "channels=4" in cached
    assert not list(home.rglob("unet.safetensors"))


@pytest.mark.usefixtures("no_hub")
def test_without_a_hub_one_sentence_says_how_to_get_the_weights() -> None:
    entry = autoencoder(DEFAULT)
    with pytest.raises(InputError) as error:
        load(DEFAULT, CPU)
    assert f"hf download {entry.hub_id}" in str(error.value)
    assert f"{OWN} needs no download" in str(error.value)


@pytest.mark.usefixtures("no_hub")
def test_of_a_large_repository_the_advice_fetches_the_autoencoder_only() -> None:
    with pytest.raises(InputError, match=r"--include 'vae/\*'"):
        load("flux1-vae", CPU)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no such thing", "no id of the catalogue .*dc-ae-lite-f32c32"),
        ("oasis-vit", "has no class in diffusers"),
        ("project/other", "none of the project's autoencoders"),
    ],
)
def test_other_names_are_refused(name: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load(name, CPU)


def test_a_folder_without_a_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no config\.json"):
        load(str(tmp_path), CPU)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("{", "is no JSON"),
        ("{}", "names no class"),
        ('{"_class_name": "UNet2DModel"}', "UNet2DModel is no autoencoder"),
        ('{"_class_name": "AutoencoderDC"}', "no file named"),
    ],
)
def test_a_config_that_describes_nothing_is_refused(
    config: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(InputError, match=sentence):
        load(str(tmp_path), CPU)


def test_weights_of_other_shapes_are_refused(dc_folder: Path) -> None:
    configure(dc_folder, latent_channels=8)
    with pytest.raises(InputError, match=r"cannot be loaded into AutoencoderDC.*size mismatch"):
        load(str(dc_folder), CPU)


def test_a_configuration_that_the_class_does_not_take_is_refused(dc_folder: Path) -> None:
    configure(dc_folder, encoder_block_types="Surprise")
    with pytest.raises(InputError, match=r"cannot be loaded into AutoencoderDC.*Surprise"):
        load(str(dc_folder), CPU)


def test_weights_that_lack_some_are_refused(dc_folder: Path) -> None:
    path = dc_folder / "diffusion_pytorch_model.safetensors"
    weights = load_file(path)
    weights.pop("encoder.conv_in.weight")
    save_file(weights, path)
    with pytest.raises(InputError, match=r"1 of AutoencoderDC are missing, first encoder\.conv_in"):
        load(str(dc_folder), CPU)


def test_weights_that_are_cut_off_are_refused(dc_folder: Path) -> None:
    path = dc_folder / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="cannot be loaded into AutoencoderDC"):
        load(str(dc_folder), CPU)


def test_the_projects_own_are_those_with_weights_in_the_package() -> None:
    for name in sorted({*own_autoencoders()} - {*own_decoders()}):
        assert load(name, CPU).name == name


def test_a_decoder_alone_is_refused() -> None:
    (decoder,) = own_decoders()
    with pytest.raises(InputError, match=f"name the encoder .* as in ENCODER\\+{decoder}"):
        load(decoder, CPU)


@pytest.fixture
def encoder_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "encoder"
    encoder(32).save_pretrained(folder)
    return folder


def test_an_encoder_alone_gets_the_decoder_of_its_latents(
    encoder_folder: Path, no_hub: None
) -> None:
    (decoder,) = own_decoders()
    assert not load(str(encoder_folder), CPU).decodes
    pair = load_with_decoder(str(encoder_folder), CPU)
    assert pair.name == f"{encoder_folder}+{decoder}"
    assert pair.encoder_name == str(encoder_folder)
    assert pair.latent_space == SPACE
    frames = np.zeros((1, 64, 96, 3), np.uint8)
    alone = load(str(encoder_folder), CPU).encode(frames)
    np.testing.assert_array_equal(pair.encode(frames), alone)
    assert pair.decode(alone, (64, 96)).shape == frames.shape


def test_dc_ae_lites_own_decoder_comes_first_where_it_was_fetched(
    encoder_folder: Path, no_hub: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    name = str(autoencoder(DEFAULT).hub_id)
    cache = tmp_path / "hub" / f"models--{name.replace('/', '--')}"
    small_dc_f32().save_pretrained(cache / "snapshots" / COMMIT)
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text(COMMIT)
    pair = load_with_decoder(str(encoder_folder), CPU)
    assert pair.name == f"{encoder_folder}+{name}"
    latents = np.ones((1, 32, 2, 3), np.float16)
    np.testing.assert_array_equal(
        pair.decode(latents, (64, 96)), load(DEFAULT, CPU).decode(latents, (64, 96))
    )


def test_an_encoder_of_latents_that_nothing_here_decodes_is_refused(tmp_path: Path) -> None:
    encoder(space=None).save_pretrained(tmp_path)
    with pytest.raises(EncoderOnly, match="decodes nothing; name a decoder of its latents"):
        load_with_decoder(str(tmp_path), CPU)


@pytest.mark.parametrize("changes", [{"latent_channels": 4}, {"latent_space": "another"}])
def test_a_decoder_of_other_latents_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    encoder(3).save_pretrained(tmp_path / "encoder")
    small_decoder(**{"latent_channels": 3, "latent_space": SPACE, **changes}).save_pretrained(
        tmp_path / "decoder"
    )
    with pytest.raises(InputError, match=r"decodes latents of .*, and .* makes latents of 3 chan"):
        load(f"{tmp_path}/encoder+{tmp_path}/decoder", CPU)


def test_a_folder_with_a_plus_in_its_name_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "dc+more"
    small("dc").save_pretrained(folder)
    assert load(str(folder), CPU).name == str(folder)


def test_dc_ae_lite_in_full_size_folds_32_by_32_pixels() -> None:
    # A whole frame takes half a minute on two cores; its shape is the zoo's to check.
    with torch.device("meta"):
        module: Any = AutoencoderDC(**autoencoder(DEFAULT).config)
    module.decoder = torch.nn.Identity()
    module.to_empty(device="cpu")
    for parameter in module.parameters():
        torch.nn.init.zeros_(parameter)
    model = Autoencoder("lite", DiffusersModel(module), Runtime("cpu", "fp32", 1))
    frame = np.zeros((1, 64, 96, 3), np.uint8)
    assert model.encode(frame).shape == (1, 32, 2, 3)
    assert model.latent_shape(1, 480, 640) == (1, 32, 15, 20)

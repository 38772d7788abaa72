"""Files of dual decoders: what is left to the spatial model, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from analysis.autoencoders.dual_decoder import DualDecoder, save_dual_decoder, weights_sha256
from analysis.autoencoders.load import (
    load,
    load_dual_decoder,
    load_spatial_model,
    own_dual_decoders,
)
from analysis.autoencoders.own import OWN
from analysis.autoencoders.runtime import Runtime
from analysis.catalog import Precision
from analysis.errors import InputError
from analysis.storage import Latent
from tests.autoencoders.duals import CPU, dual, frames, saved, small_doom, small_dual, still

FILE = "diffusion_pytorch_model.fp16.safetensors"


def unchanged_spatial_model() -> DualDecoder:
    """A dual decoder whose spatial model is that of `spatial`."""
    model = small_dual()
    model.spatial_model.load_state_dict(small_doom().state_dict())
    return model


@pytest.fixture
def spatial(tmp_path: Path) -> Path:
    """The folder of an autoencoder of single frames."""
    saved(small_doom(), tmp_path / "spatial")
    return tmp_path / "spatial"


@pytest.fixture
def folder(tmp_path: Path, spatial: Path) -> Path:
    """The folder of a dual decoder that leaves its spatial model's weights to `spatial`."""
    return save_dual_decoder(
        unchanged_spatial_model(), tmp_path / "dual", str(spatial), small_doom()
    )


def configure(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def assert_same_weights(one: torch.nn.Module, other: torch.nn.Module) -> None:
    weights, others = one.state_dict(), other.state_dict()
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)


@pytest.mark.parametrize("variant", [None, "fp16"])
def test_all_weights_are_read_back_in_silence(
    variant: str | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    model = small_dual(2, 48, "last")
    torch.nn.Module.half(model).save_pretrained(tmp_path, variant=variant)
    torch.nn.Module.float(model)
    capfd.readouterr()
    loaded = load_dual_decoder(str(tmp_path), CPU)
    assert capfd.readouterr() == ("", "")
    assert loaded.latent == Latent(32, 48, 2)
    assert loaded.module.representative_frame == 1
    assert_same_weights(loaded.module, model)
    np.testing.assert_array_equal(loaded.encode(frames(6)), dual(model).encode(frames(6)))


def test_one_whose_weights_are_in_two_folders_is_read_in_silence(
    folder: Path, spatial: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    loaded = load_dual_decoder(str(folder), CPU)
    assert capfd.readouterr() == ("", "")
    model = unchanged_spatial_model()
    assert_same_weights(loaded.module, model)
    stored = loaded.encode(frames(6))
    np.testing.assert_array_equal(stored, dual(model).encode(frames(6)))
    np.testing.assert_array_equal(
        loaded.decode_frame(stored, (64, 96)), dual(model).decode_frame(stored, (64, 96))
    )
    before = load_spatial_model(loaded)
    assert before.name == str(spatial)
    np.testing.assert_array_equal(before.encode(frames(2)), still(small_doom()).encode(frames(2)))


def test_a_saved_model_has_the_weights_of_its_file(tmp_path: Path) -> None:
    model = small_dual()
    with torch.no_grad():
        for weight in model.compressor.parameters():
            weight.add_(1e-5)  # nothing that float16 can keep
    save_dual_decoder(model, tmp_path, "spatial", small_doom(seed=1))
    weights, written = model.state_dict(), load_file(tmp_path / FILE)
    assert weights.keys() == written.keys()
    assert {value.dtype for value in weights.values()} == {torch.float32}
    assert {value.dtype for value in written.values()} == {torch.float16}
    assert all(torch.equal(weights[name], value.float()) for name, value in written.items())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.json", FILE]


def finer_doom() -> torch.nn.Module:
    """An autoencoder of single frames whose weights float16 cannot have."""
    model = small_doom()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(1 + 2**-13)
    return model


def test_a_spatial_model_in_float32_has_its_weights_here_too(tmp_path: Path) -> None:
    finer_doom().save_pretrained(tmp_path / "spatial")  # type: ignore[operator]
    model = small_dual()
    model.spatial_model.load_state_dict(finer_doom().state_dict())
    folder = save_dual_decoder(model, tmp_path / "dual", str(tmp_path / "spatial"), finer_doom())
    assert not [name for name in load_file(folder / FILE) if name.startswith("spatial_model.")]
    assert_same_weights(load_dual_decoder(str(folder), CPU).module, model)


def test_a_digest_is_of_names_and_of_values_as_float16() -> None:
    weights = small_doom().state_dict()
    digest = weights_sha256(weights)
    assert weights_sha256(dict(reversed(list(weights.items())))) == digest
    assert weights_sha256({name: value.half() for name, value in weights.items()}) == digest
    assert weights_sha256(finer_doom().state_dict()) == digest
    assert weights_sha256(small_doom(seed=1).state_dict()) != digest
    assert weights_sha256({f"a.{name}": value for name, value in weights.items()}) != digest


@pytest.mark.parametrize(
    "precision",
    [
        "fp32",
        "fp16",
        "bf16",
    ],
)
def test_it_is_loaded_in_any_precision(precision: Precision, folder: Path) -> None:
    loaded = load_dual_decoder(str(folder), Runtime("cpu", precision, 16))
    assert {weight.dtype for weight in loaded.module.parameters()} == {loaded.runtime.dtype}
    stored = loaded.encode(frames(8))
    assert stored.shape == (2, 32, 2, 3)
    exact = load_dual_decoder(str(folder), CPU).encode(frames(8))
    np.testing.assert_allclose(stored, exact, rtol=0, atol=0.05 * np.abs(exact).max())


def test_those_of_the_package_are_loaded_by_name_in_order_of_their_factor() -> None:
    factors = [load_dual_decoder(name, CPU).latent.temporal for name in own_dual_decoders()]
    assert factors == sorted(factors)


# Refusals: one sentence each


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as error:
        load_dual_decoder(str(folder), CPU)
    sentence = str(error.value)
    assert len(sentence.splitlines()) == 1
    assert sentence.endswith(".")
    assert "Error(" not in sentence.partition(" (")[0]
    return sentence


def test_other_weights_of_the_spatial_model_are_refused(folder: Path, spatial: Path) -> None:
    saved(small_doom(seed=1), spatial)
    sentence = refused(folder)
    assert f"{folder} was trained on other weights of {spatial} than are here" in sentence
    assert "; fetch both anew" in sentence


def test_a_digest_that_does_not_fit_is_refused(folder: Path, spatial: Path) -> None:
    configure(folder, spatial_sha256="0" * 64)
    assert f"{folder} was trained on other weights of {spatial} than are here" in refused(folder)


def test_a_spatial_model_of_another_shape_is_refused(folder: Path, spatial: Path) -> None:
    configure(spatial, encoder_widths=None)
    assert f"{folder} was trained on other weights of {spatial} than are here" in refused(folder)


def test_a_spatial_model_that_is_not_there_is_refused(folder: Path) -> None:
    configure(folder, spatial_name="no such thing")
    assert "no such thing is no folder, no owner/name on the hub" in refused(folder)
    configure(folder, spatial_name="project/none")
    assert "project/none is none of the project's autoencoders" in refused(folder)


def test_a_spatial_model_without_a_config_is_refused(folder: Path, spatial: Path) -> None:
    (spatial / "config.json").unlink()
    assert f"{spatial} has no config.json" in refused(folder)


def test_a_spatial_model_that_lacks_weights_is_refused(folder: Path, spatial: Path) -> None:
    weights = load_file(spatial / FILE)
    weights.pop("linear_decoder.bias")
    save_file(weights, spatial / FILE)
    assert f"The weights in {spatial} are not all there: 1 of DoomAutoencoder" in refused(folder)


@pytest.mark.parametrize(
    "name", ["compressor.path.0.weight", "compressor.path.0.bias", "single_frame.path.2.bias"]
)
def test_weights_that_lack_one_of_the_networks_are_refused(folder: Path, name: str) -> None:
    weights = load_file(folder / FILE)
    weights.pop(name)
    save_file(weights, folder / FILE)
    assert f"1 of DualDecoder are missing, first {name}; fetch the folder anew" in refused(folder)


@pytest.mark.parametrize("width", [8, 24])
def test_weights_of_another_width_are_refused(folder: Path, width: int) -> None:
    configure(folder, width=width)
    sentence = refused(folder)
    assert f"The weights in {folder} cannot be loaded into DualDecoder as its config" in sentence
    assert "size mismatch" in sentence


@pytest.mark.parametrize("changes", [{"temporal_factor": 8}, {"stored_channels": 48}])
def test_weights_for_other_latents_are_refused(folder: Path, changes: dict[str, int]) -> None:
    configure(folder, **changes)
    assert f"The weights in {folder} cannot be loaded into DualDecoder" in refused(folder)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"temporal_factor": 1}, "a temporal factor of 1 folds nothing"),
        ({"stored_channels": 8}, "8 stored channels are fewer than the 32"),
        ({"stored_channels": 1}, "1 stored channels are fewer than the 32"),
        ({"representative": "best"}, "'best' is none of first, middle, last"),
    ],
)
def test_a_configuration_of_nothing_that_can_be_is_refused(
    folder: Path, changes: dict[str, object], reason: str
) -> None:
    configure(folder, **changes)
    sentence = refused(folder)
    assert "cannot be loaded into DualDecoder as its config" in sentence
    assert reason in sentence


@pytest.mark.parametrize("end", [0, 4, 100, -100])
def test_weights_that_are_cut_off_are_refused(folder: Path, end: int) -> None:
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content[:end])
    assert f"The weights in {folder} cannot be loaded into DualDecoder" in refused(folder)


def test_an_autoencoder_with_one_decoder_is_refused(spatial: Path) -> None:
    assert load(str(spatial), CPU).latent == Latent(32, 32)
    assert f"{spatial} has no second decoder that shows single frames" in refused(spatial)
    with pytest.raises(InputError, match=f"{OWN} has no second decoder that shows single frames"):
        load_dual_decoder(OWN, CPU)

"""Weights that were published as files: from a folder, a cache or their address, and no others."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel
from analysis.autoencoders.load import load
from analysis.autoencoders.published import WEIGHTS_VARIABLE, published_module
from analysis.autoencoders.runtime import Runtime
from analysis.autoencoders.tiny import TinyAutoencoder
from analysis.catalog import Autoencoder as Entry
from analysis.catalog import WeightFile, autoencoder
from analysis.errors import EncoderOnly, InputError
from analysis.video.quality import psnr_db
from tests.serving import served

CPU = Runtime("cpu", "fp32", 2)
FRAMES = np.random.default_rng(0).integers(0, 256, (2, 64, 96, 3), dtype=np.uint8)
ENCODER, DECODER = "tiny_encoder.pth", "tiny_decoder.pth"


def tiny(**config: Any) -> TinyAutoencoder:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model: TinyAutoencoder = TinyAutoencoder(**config)
    return model.eval()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a tiny autoencoder with random weights, as they would be published."""
    folder = tmp_path / "published"
    folder.mkdir()
    model = tiny(spatial=8, pooled=True)
    for name, part in ((ENCODER, model.encoder), (DECODER, model.decoder)):
        assert part is not None
        torch.save(part.half().state_dict(), folder / name)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(WEIGHTS_VARIABLE, raising=False)
    return tmp_path / "cache" / "latent-storage"


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with served(folder) as address:
        yield address


def entry(folder: Path, address: str, *parts: str) -> Entry:
    files = []
    for part in parts or ("encoder", "decoder"):
        content = (folder / f"tiny_{part}.pth").read_bytes()
        files.append(
            WeightFile(
                part=part,
                url=f"{address}/tiny_{part}.pth",
                bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        )
    config = {"spatial": 8, "pooled": True}
    return autoencoder("taef2-f8c32").model_copy(
        update={"id": "tiny", "files": tuple(files), "config": config}
    )


def latents(module: torch.nn.Module) -> np.ndarray[Any, Any]:
    return Autoencoder("tiny", DiffusersModel(module), CPU).encode(FRAMES)


def test_files_are_fetched_once_and_then_of_the_cache(
    folder: Path, address: str, cache: Path
) -> None:
    published = entry(folder, address)
    first = latents(published_module(published))
    assert sorted(path.name for path in cache.iterdir()) == [DECODER, ENCODER]
    for path in folder.iterdir():
        path.unlink()
    assert np.array_equal(latents(published_module(published)), first)
    rounded = tiny(spatial=8, pooled=True)
    torch.nn.Module.float(torch.nn.Module.half(rounded))
    assert np.array_equal(first, latents(rounded))


def test_a_file_in_the_cache_that_was_cut_off_is_fetched_anew(
    folder: Path, address: str, cache: Path
) -> None:
    cache.mkdir(parents=True)
    (cache / ENCODER).write_bytes((folder / ENCODER).read_bytes()[:1000])
    published_module(entry(folder, address))
    assert (cache / ENCODER).read_bytes() == (folder / ENCODER).read_bytes()


def test_a_folder_of_ones_own_is_looked_in_first(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WEIGHTS_VARIABLE, str(folder))
    published_module(entry(folder, "http://127.0.0.1:1"))
    assert not cache.exists()


def test_a_flipped_byte_is_refused(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WEIGHTS_VARIABLE, str(folder))
    published = entry(folder, "http://127.0.0.1:1")
    content = bytearray((folder / ENCODER).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / ENCODER).write_bytes(content)
    with pytest.raises(InputError, match=f"{ENCODER} is not the file that was published") as error:
        published_module(published)
    assert published.files[0].sha256 in str(error.value)


def test_another_file_at_the_address_is_refused(folder: Path, address: str, cache: Path) -> None:
    published = entry(folder, address)
    (folder / DECODER).write_bytes(b"another")
    with pytest.raises(InputError, match=f"{DECODER} could not be fetched .*hash"):
        published_module(published)
    assert not (cache / DECODER).exists()


def test_without_a_network_one_sentence_says_what_to_put_where(folder: Path, cache: Path) -> None:
    published = entry(folder, "http://127.0.0.1:1")
    with pytest.raises(InputError, match=f"{ENCODER} could not be fetched") as error:
        published_module(published)
    for part in (published.files[0].url, published.files[0].sha256, str(cache), WEIGHTS_VARIABLE):
        assert part in str(error.value)
    assert "\n" not in str(error.value)


def test_weights_of_another_shape_are_refused(folder: Path, address: str, cache: Path) -> None:
    published = entry(folder, address).model_copy(
        update={"config": {"spatial": 8, "latent_channels": 16}}
    )
    with pytest.raises(InputError, match=f"{ENCODER} cannot be loaded as the encoder of tiny"):
        published_module(published)


def test_an_encoder_alone_encodes_and_says_that_it_does_not_decode(
    folder: Path, address: str, cache: Path
) -> None:
    module = published_module(entry(folder, address, "encoder"))
    alone = Autoencoder("tiny", DiffusersModel(module), CPU)
    found = alone.encode(FRAMES)
    assert found.shape == (2, 32, 8, 12)
    assert not alone.decodes
    with pytest.raises(EncoderOnly, match="tiny is an encoder alone and decodes nothing"):
        alone.decode(found, (64, 96))
    with pytest.raises(EncoderOnly):
        alone.decoded_images(torch.from_numpy(found), 2)


def test_the_scaling_factor_is_undone_and_done_again() -> None:
    images = torch.rand(1, 3, 64, 64) * 2 - 1
    plain, scaled = tiny(), tiny(scaling_factor=0.5)
    with torch.inference_mode():
        once, twice = plain.encode(images).latent, scaled.encode(images).latent
        assert torch.equal(twice, 2 * once)
        assert torch.equal(scaled.decode(twice).sample, plain.decode(once).sample)


with_weights = pytest.mark.skipif(
    WEIGHTS_VARIABLE not in os.environ,
    reason=f"{WEIGHTS_VARIABLE} names no folder with published weights",
)


@with_weights
def test_taesana_as_published_gives_latents_of_dc_aes_shape_and_spread() -> None:
    autoencoder = load("taesana-f32c32", CPU)
    found = autoencoder.encode(np.random.default_rng(1).integers(0, 256, (1, 64, 96, 3), np.uint8))
    assert found.shape == (1, 32, 2, 3)
    assert 1 < found.astype(np.float32).std() < 10
    with pytest.raises(EncoderOnly):
        autoencoder.decode(found, (64, 96))


@with_weights
def test_taef2_as_published_gives_pictures_back() -> None:
    rows, columns = np.mgrid[0:64, 0:96]
    frame = np.stack([2 * rows, 2 * columns, rows + columns], -1).astype(np.uint8)[np.newaxis]
    autoencoder = load("taef2-f8c32", CPU)
    decoded = autoencoder.decode(autoencoder.encode(frame), (64, 96))
    assert psnr_db(float(np.square(decoded.astype(float) - frame).mean())) > 25

"""The catalogue is read strictly and names its sources."""

from __future__ import annotations

import re

import pytest

from analysis import storage
from analysis.catalog import (
    autoencoder,
    autoencoders,
    devices,
    note,
    reported_device,
    resolution,
    resolutions,
)
from analysis.errors import InputError


def test_every_autoencoder_has_one_id_and_a_source() -> None:
    entries = autoencoders()
    assert len({entry.id for entry in entries}) == len(entries)
    assert all(entry.source for entry in entries)
    assert not any(entry.causal and entry.temporal == 1 for entry in entries)


def test_the_autoencoders_that_people_ask_for_are_there() -> None:
    ids = {entry.id for entry in autoencoders()}
    assert ids >= {
        *("sd-vae-ft-mse", "sdxl-vae", "sd3-vae", "flux1-vae", "flux2-vae"),
        *("dc-ae-lite-f32c32", "dc-ae-f32c32-sana", "dc-ae-f32c32-in", "dc-ae-f32c32-mix"),
        *("dc-ae-f64c128", "dc-ae-f128c512", "dc-ae-v-f32t4c32", "open-sora-2-dc-ae"),
        *("cosmos-ci8x8", "cosmos-ci16x16", "cosmos-cv4x8x8", "cosmos-cv8x8x8", "cosmos-cv8x16x16"),
        *("wan-2.1", "wan-2.2", "hunyuan-video", "hunyuan-video-1.5", "ltx-video", "ltx-2"),
        *("cogvideox", "mochi-1", "allegro", "oasis-vit"),
    }


def test_weights_are_said_to_be_somewhere_where_they_can_be_loaded() -> None:
    for entry in autoencoders():
        assert entry.loadable == (entry.model_class is not None)
        assert not (entry.hub_id and entry.files)
        assert re.fullmatch(r"main|[0-9a-f]{40}", entry.revision)
        if entry.model_class is None:
            assert not entry.config


def test_a_file_of_weights_is_pinned_to_a_commit_and_to_its_bytes() -> None:
    published = [entry for entry in autoencoders() if entry.files]
    assert published
    for entry in published:
        assert entry.licence
        for file in entry.files:
            assert re.search(r"/[0-9a-f]{40}/", file.url)
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert file.bytes > 0


def test_a_latent_space_is_that_of_an_entry_of_the_same_shape() -> None:
    for entry in autoencoders():
        if entry.latent_space is not None:
            assert autoencoder(entry.latent_space).latent() == entry.latent()


def test_a_device_keeps_up_a_share_of_its_peak() -> None:
    for device in devices().device:
        assert device.source
        assert 0 < devices().sustained_tflops(device) < device.peak_tflops


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("NVIDIA A100-SXM4-80GB", "a100"),
        ("NVIDIA H100 80GB HBM3", "h100-sxm"),
        ("NVIDIA H200", "h100-sxm"),
        # Of a lower peak.
        ("NVIDIA H100 PCIe", None),
        ("", None),
    ],
)
def test_a_device_is_known_by_what_its_driver_calls_it(name: str, id: str | None) -> None:
    found = reported_device(name)
    assert (found and found.id) == id


def test_dc_ae_and_cosmos_store_the_same_half_bit_a_pixel() -> None:
    for id in ("dc-ae-lite-f32c32", "cosmos-cv8x8x8"):
        assert storage.break_even_bits_per_pixel(autoencoder(id).latent()) == 0.5


def test_the_note_uses_autoencoders_and_resolutions_of_the_catalogue() -> None:
    published = note()
    assert autoencoder(published.setting.autoencoder).in_note
    assert all(autoencoder(row.autoencoder).in_note for row in published.comparison)
    names = {entry.name for entry in resolutions()}
    assert {row.name for row in published.resolution} == names
    assert {row.name for row in published.threshold} <= names
    assert {row.name for row in published.projection} <= names


def test_a_resolution_is_found_by_name_or_size() -> None:
    assert resolution("4k").size == (2160, 3840)
    assert resolution("854x480").size == (480, 854)


@pytest.mark.parametrize("name", ["", "0x480", "480", "640x", "999999x1"])
def test_an_unknown_resolution_lists_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match="240p, 360p"):
        resolution(name)


def test_an_unknown_autoencoder_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="dc-ae-lite-f32c32"):
        autoencoder("vae")

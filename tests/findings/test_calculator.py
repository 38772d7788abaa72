"""The calculator: a choice by name becomes figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis import storage
from analysis.catalog import autoencoder, device, devices
from analysis.errors import InputError
from analysis.findings.calculator import Choice, Fit, calculate, scenario
from analysis.ledger import store
from tests.kinds.latent_codecs.example import NEAR_LOSSLESS, latent_codecs
from tests.kinds.video_bitrate.example import AT_480P, video_bitrate
from tests.shared import REPOSITORY

PLAIN = Choice(resolution="480p", autoencoder="dc-ae-lite-f32c32", bits_per_pixel=0.57)


def ratio(choice: Choice, ledger: Path | None = None) -> float:
    return calculate(scenario(choice, [ledger] if ledger else [])).comparison.ratio


def test_a_choice_of_the_catalogue_needs_no_ledger() -> None:
    assert ratio(PLAIN) == pytest.approx(512 / 583.68)
    assert ratio(replace(PLAIN, number_format="fp8")) == pytest.approx(256 / 583.68)
    assert ratio(replace(PLAIN, temporal=4)) == pytest.approx(128 / 583.68)


def test_a_shape_of_ones_own_is_taken_as_it_is() -> None:
    own = replace(PLAIN, autoencoder=None, spatial=8, channels=16, temporal=4, causal=True)
    assert ratio(own) == pytest.approx(8 * 16 * 2 / (0.57 * 64 * 4))
    short = replace(own, clip_frames=5)
    assert ratio(short) == pytest.approx(8 * 16 * 2 / (0.57 * 64 * 5 / 2))


def test_video_and_latent_codec_come_from_the_newest_runs(tmp_path: Path) -> None:
    store.write(video_bitrate(), tmp_path)
    run = latent_codecs()
    store.write(run, tmp_path)
    choice = replace(PLAIN, bits_per_pixel=None, video="h264:20", latent_codec=NEAR_LOSSLESS)
    share = next(codec.share.value for codec in run.results.codecs if codec.name == NEAR_LOSSLESS)
    assert ratio(choice, tmp_path) == pytest.approx(0.5 * share / AT_480P["h264"][20])


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    choice = replace(PLAIN, bits_per_pixel=None, video="h264:20")
    with pytest.raises(InputError, match="No video-bitrate run in "):
        ratio(choice, tmp_path)
    with pytest.raises(InputError, match="No latent-codecs run in "):
        ratio(replace(PLAIN, latent_codec="zstd:3"), tmp_path)


def test_unknown_names_are_answered_with_those_there_are(tmp_path: Path) -> None:
    store.write(latent_codecs(), tmp_path)
    with pytest.raises(InputError, match="No latent codec 'zip' was measured; choose one of raw"):
        ratio(replace(PLAIN, latent_codec="zip"), tmp_path)
    with pytest.raises(InputError, match="No device 'tpu' in the catalogue; choose one of a100"):
        device("tpu")


def test_gpu_hours_go_with_the_cells_of_the_latent_and_the_hours() -> None:
    def hours(choice: Choice) -> float:
        found = calculate(scenario(choice, [REPOSITORY / "measurements"])).gpu_hours
        assert found is not None
        return found

    chosen = replace(PLAIN, device="h100-sxm", hours=100)
    assert hours(replace(chosen, hours=200)) == pytest.approx(2 * hours(chosen))
    # 15 x 20 cells become 23 x 40.
    assert hours(replace(chosen, resolution="720p")) == pytest.approx(hours(chosen) * 920 / 300)
    peaks = {entry.id: entry.peak_tflops for entry in devices().device}
    slower = hours(replace(chosen, device="a100"))
    assert slower == pytest.approx(hours(chosen) * peaks["h100-sxm"] / peaks["a100"])


def test_gpu_hours_are_left_out_where_nothing_was_counted() -> None:
    own = replace(PLAIN, autoencoder=None, spatial=8, channels=16, device="a100")
    assert calculate(scenario(own, [REPOSITORY / "measurements"])).gpu_hours is None
    listed = replace(PLAIN, autoencoder="cosmos-ci8x8", device="a100")
    assert calculate(scenario(listed, [REPOSITORY / "measurements"])).gpu_hours is None
    assert calculate(scenario(PLAIN, [])).gpu_hours is None


def test_what_fits_is_told_where_it_was_asked() -> None:
    latent = autoencoder("dc-ae-lite-f32c32").latent()
    bytes = storage.compare(latent, (480, 640), 0.57, 35, 340).latent_bytes
    found = calculate(scenario(replace(PLAIN, ram_gb=bytes / 1e9), []))
    assert found.latent_fits == Fit(ram=True, disk=None)
    assert found.video_fits == Fit(ram=False, disk=None)
    assert found.as_dict()["latent_fits_ram"] is True

"""Weights held against known latents at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.autoencoders.latents import encoder
from tests.cli.test_cli import latent_storage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    encoder(32).save_pretrained(tmp_path / "encoder")
    return tmp_path / "encoder"


def test_other_weights_are_refused(folder: Path) -> None:
    done = latent_storage("check-autoencoder", folder, "--against", "taesana-f32c32")
    assert done.returncode == 1
    assert "makes other latents of the fixed frame than taesana-f32c32" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_nothing_is_known_of_gives_its_figures(folder: Path) -> None:
    done = latent_storage("check-autoencoder", folder)
    assert done.returncode == 1
    assert f"Of {folder} no latents are known; name one of taesana-f32c32" in done.stderr
    found = json.loads(latent_storage("check-autoencoder", folder, "--json").stdout)
    assert len(found["mean"]) == len(found["deviation"]) == 32

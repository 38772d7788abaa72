"""What several measures' tests use: one thread of torch, and an autoencoder of block means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from analysis.autoencoders.doom import DoomAutoencoder
from analysis.kinds.latent_sets import latent_source, scanned_latents
from tests.kinds.latent_studies import context, source


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Tests run side by side, and torch's threads wait for one another by spinning."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A linear autoencoder that keeps the mean of each block of 32 x 32 pixels and colour."""
    model = DoomAutoencoder(latent_channels=3, encoder_widths=None, decoder_widths=None)
    means = torch.zeros(3, 3, 32, 32)
    for colour in range(3):
        means[colour, colour] = 1
    model.set_linear(torch.zeros(3), means / 32**2, means)
    folder = tmp_path_factory.mktemp("weights") / "means"
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def encoded(
    weights: Path, recording_shards: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of the latents of one game of 3 s."""
    folder = tmp_path_factory.mktemp("encoded")
    given = context(folder, source(folder, recording_shards, weights))
    scanned_latents(latent_source(given), given)
    return folder / "latents"

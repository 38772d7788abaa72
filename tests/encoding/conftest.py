"""Recordings and an autoencoder that several tests read and none changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from tests.datasets.examples import write_recordings
from tests.encoding.tiny import save_tiny


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Tests run side by side, and torch's threads wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny autoencoder."""
    return save_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def autoencoder(tiny: Path) -> Autoencoder:
    """The tiny autoencoder, four frames at a time."""
    return load(str(tiny), choose_runtime("cpu", "fp32", 4))


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five episodes in two shards, the third of one player; no two of the same length."""
    return write_recordings(tmp_path_factory.mktemp("recordings"))

"""Shards that several tests read and none changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.datasets.layouts.doom import recording_shard_name
from analysis.datasets.shards import latent_shard_name
from analysis.datasets.writer import write_shard
from tests.datasets.examples import latent_sample, recording_sample


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shards: two episodes of two players, then one of one player."""
    folder = tmp_path_factory.mktemp("recordings")
    samples = [recording_sample(1, frames=20), recording_sample(2, frames=30)]
    write_shard(folder / recording_shard_name(0, 0), samples)
    alone = recording_sample(3, frames=25, players=("p1",))
    write_shard(folder / recording_shard_name(0, 1), [alone])
    return folder


@pytest.fixture(scope="session")
def latents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One shard of two episodes of two players."""
    folder = tmp_path_factory.mktemp("latents")
    write_shard(folder / latent_shard_name(0), [latent_sample(1), latent_sample(2, frames=30)])
    return folder

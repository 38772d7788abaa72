"""The decoder that shards are for is found and probed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.datasets.latent_reader import LatentReader
from analysis.datasets.layouts.doom import META
from analysis.datasets.opening import open_dataset
from analysis.datasets.writer import write_shard
from analysis.encoding.encode import encode
from analysis.encoding.sensitivity import made_by, sensitivity_of
from analysis.errors import InputError, MissingAutoencoder
from tests.datasets.examples import latent_sample, replaced


@pytest.fixture(scope="module")
def latents(
    recordings: Path, autoencoder: Autoencoder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The recordings, encoded by the tiny autoencoder."""
    folder = tmp_path_factory.mktemp("latents")
    encode(recordings, folder, autoencoder)
    return folder


def test_the_autoencoder_that_the_shards_name_is_probed(latents: Path, tiny: Path) -> None:
    assert made_by(LatentReader(latents).views[0]) == str(tiny)
    found = sensitivity_of(open_dataset(latents), device="cpu")
    assert found.shape == (32,)
    assert (found > 0).all()
    assert np.array_equal(found, sensitivity_of(open_dataset(latents), str(tiny), "cpu"))


def test_latents_that_do_not_say_need_it_named(tmp_path: Path) -> None:
    sample = replaced(latent_sample(1, frames=4), {META: b"{}"})
    write_shard(tmp_path / "latent-000000.tar", [sample])
    with pytest.raises(MissingAutoencoder, match="does not say what made its latents"):
        sensitivity_of(open_dataset(tmp_path))


def test_an_autoencoder_of_other_latents_is_refused(latents: Path) -> None:
    with pytest.raises(InputError, match=r"there is no autoencoder|is no folder"):
        sensitivity_of(open_dataset(latents), "no-such-autoencoder")

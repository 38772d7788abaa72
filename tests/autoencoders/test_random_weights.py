"""Where an entry of the catalogue has no weights on this machine, random ones stand in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import constants

from analysis.autoencoders.own import OWN
from analysis.autoencoders.published import CACHE, WEIGHTS_VARIABLE
from analysis.autoencoders.random_weights import drawn_entry, load_or_draw, random_module
from analysis.autoencoders.runtime import Runtime
from analysis.catalog import autoencoder
from analysis.errors import InputError

CPU = Runtime("cpu", "fp32", 2)
FILES, ON_THE_HUB = "taesana-f32c32", "dc-ae-lite-f32c32"


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(WEIGHTS_VARIABLE, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path


def test_an_entry_without_weights_here_is_drawn() -> None:
    autoencoder, is_random = load_or_draw(FILES, CPU)
    assert is_random
    assert autoencoder.name == FILES
    assert not autoencoder.decodes
    latents = autoencoder.encode(np.full((1, 64, 96, 3), 200, np.uint8))
    assert latents.shape == (1, 32, 2, 3)
    assert drawn_entry(ON_THE_HUB) is not None


def test_the_projects_own_are_loaded() -> None:
    assert drawn_entry(OWN) is None
    autoencoder, is_random = load_or_draw(OWN, CPU)
    assert not is_random
    assert autoencoder.name == OWN


def test_an_entry_whose_files_lie_here_is_loaded(
    nothing_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = autoencoder(FILES).files
    folder = nothing_here / CACHE
    folder.mkdir()
    (folder / file.name).write_bytes(b"")
    assert drawn_entry(FILES) is None
    (folder / file.name).unlink()
    assert drawn_entry(FILES) is not None
    monkeypatch.setenv(WEIGHTS_VARIABLE, str(nothing_here))
    (nothing_here / file.name).write_bytes(b"other weights")
    with pytest.raises(InputError, match="is not the file that was published"):
        load_or_draw(FILES, CPU)


def test_an_entry_in_the_hubs_cache_is_loaded(nothing_here: Path) -> None:
    entry = autoencoder(ON_THE_HUB)
    repository = nothing_here / "hub" / f"models--{str(entry.hub_id).replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("a" * 40)
    snapshot = repository / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    assert drawn_entry(ON_THE_HUB) is not None
    (snapshot / "config.json").write_text("{}")
    assert drawn_entry(ON_THE_HUB) is None


def test_a_name_that_is_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="no id of the catalogue"):
        load_or_draw("nothing", CPU)


def test_the_same_seed_draws_the_same_weights_and_leaves_others_as_they_were() -> None:
    entry = autoencoder(FILES)
    torch.manual_seed(7)
    following = torch.rand(3)
    torch.manual_seed(7)
    one, same, other = (random_module(entry, seed=seed) for seed in (0, 0, 1))
    assert torch.equal(torch.rand(3), following)
    weights = [torch.cat([w.flatten() for w in each.parameters()]) for each in (one, same, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])

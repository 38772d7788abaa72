"""What `from analysis import ...` gives, and what it leaves alone."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import analysis
from analysis import (
    LatentClips,
    LatentReader,
    compress,
    decompress,
    encode,
    load_autoencoder,
    open_dataset,
    scan,
)
from analysis.datasets.writer import write_shard
from tests.datasets.examples import latent_sample
from tests.datasets.other_layouts import write_videos
from tests.encoding.tiny import save_tiny


def modules_after(code: str, *arguments: str | Path) -> set[str]:
    """The top names of what a fresh Python has loaded after some lines."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_loads_nothing_else() -> None:
    before = modules_after("")
    assert modules_after("import analysis; dir(analysis)") - before <= {
        "__future__",
        "analysis",
        # What importlib and typing are made of.
        *sys.stdlib_module_names,
    }


def test_reading_raw_latents_loads_no_codec_and_no_torch(tmp_path: Path) -> None:
    write_shard(tmp_path / "latent-000000.tar", [latent_sample(1, frames=6)])
    code = """if True:
        from analysis import LatentReader
        with LatentReader(sys.argv[1]) as reader:
            reader.clip(reader.views[0], start=1, stop=4)"""
    loaded = modules_after(code, tmp_path)
    assert "numpy" in loaded
    assert not loaded & {"av", "blosc2", "cv2", "pcodec", "scipy", "torch", "zstandard"}


@pytest.mark.parametrize("name", analysis.__all__)
def test_a_name_is_that_of_its_module(name: str) -> None:
    home = importlib.import_module(f"analysis.{analysis.DEFINED_IN[name]}")
    found = getattr(analysis, name)
    assert found is getattr(home, name)
    assert found.__module__ == home.__name__, "not where it is defined"
    assert name in dir(analysis)


def test_the_names_for_type_checkers_are_the_names_at_run_time() -> None:
    """They are written twice, for no tool finds what is imported by its name alone."""
    assert analysis.__file__ is not None
    source = ast.parse(Path(analysis.__file__).read_text(encoding="utf-8"))
    typed = {
        alias.asname or alias.name: (node.module or "").removeprefix("analysis.")
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis.")
        for alias in node.names
    }
    assert typed == analysis.DEFINED_IN
    assert sorted(analysis.__all__) == sorted(typed)


def test_no_other_name_is_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'encod'"):
        getattr(analysis, "encod")  # noqa: B009


def test_a_folder_of_videos_becomes_clips_of_latents(tmp_path: Path) -> None:
    write_videos(tmp_path / "videos")
    save_tiny(tmp_path / "weights")
    autoencoder = load_autoencoder(str(tmp_path / "weights"), device="cpu")
    data = open_dataset(tmp_path / "videos")
    assert scan(data).totals.episodes == len(data.episodes)
    encode(data, tmp_path / "latents", autoencoder)
    compress(tmp_path / "latents", tmp_path / "compressed", "cells+classes+pcodec")
    decompress(tmp_path / "compressed", tmp_path / "again")
    with LatentReader(tmp_path / "latents") as plain, LatentReader(tmp_path / "again") as again:
        assert len(plain.views) == len(data.episodes)
        for view in plain.views:
            frames = view.shape[0]
            assert np.array_equal(
                plain.clip(view, 0, frames),
                again.clip(again.view(view.key, view.name), 0, frames),
            )
    clips = LatentClips(tmp_path / "compressed", frames=2)
    assert clips[0].latents.shape[0] == 2


def test_compressing_by_what_the_decoder_shows_loads_its_autoencoder(tmp_path: Path) -> None:
    """The recommended codec weighs channels, by the autoencoder that the data set names."""
    write_videos(tmp_path / "videos")
    save_tiny(tmp_path / "weights")
    autoencoder = load_autoencoder(str(tmp_path / "weights"), device="cpu")
    encode(tmp_path / "videos", tmp_path / "latents", autoencoder)
    done = compress(tmp_path / "latents", tmp_path / "compressed", device="cpu")
    assert 0 < done.latents_after < done.latents_before

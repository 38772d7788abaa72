"""Two sets of latents at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from tests.cli.test_cli import latent_storage
from tests.datasets.test_compare_latents import values, write


def test_a_table_has_a_row_for_each_channel_and_what_is_left_out_is_said(tmp_path: Path) -> None:
    latents = values(0)
    write(tmp_path / "a", latents, latents)
    first = write(tmp_path / "a", latents, latents, number=1)
    second = write(tmp_path / "b", (latents * 2).astype(np.float16), latents)
    done = latent_storage("compare-latents", first, second)
    assert done.returncode == 0, done.stderr
    assert "2 views, 600 latent frames" in done.stdout
    assert f"{second} lacks 2 views" in done.stderr
    found = json.loads(latent_storage("compare-latents", first, second, "--json").stdout)
    assert [row["channel"] for row in found["channels"]] == list(range(32))
    assert found["whole"]["relative_error"] > 0


def test_a_set_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = latent_storage("compare-latents", tmp_path / "none", tmp_path / "none")
    assert done.returncode == 1
    assert f"{tmp_path / 'none'}" in done.stderr
    assert len(done.stderr.splitlines()) == 1

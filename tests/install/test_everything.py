"""What the installed package does with its extras, from a folder that would mislead it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.install.conftest import Installed


@pytest.fixture
def misleading(tmp_path: Path) -> Path:
    """A folder with another package of the same name, which must not be imported."""
    decoy = tmp_path / "analysis"
    decoy.mkdir()
    (decoy / "__init__.py").write_text("raise RuntimeError('this is another analysis')\n")
    return tmp_path


def test_the_site_is_rendered_from_the_package(everything: Installed, misleading: Path) -> None:
    index = everything.run("site", "--renderer", "offline", folder=misleading).strip()
    assert Path(misleading, index).is_file()
    pages = {path.stem for path in (misleading / "_site" / "report").glob("*.html")}
    assert {"index", "claims", "ledger", "explorer"} <= pages
    assert {path.name for path in misleading.iterdir()} == {"analysis", "_site"}


def test_games_are_played_by_processes_of_the_package(
    everything: Installed, misleading: Path
) -> None:
    shard = everything.run(
        "record", "--out", "shards", "--episodes", "1", "--seconds", "1", folder=misleading
    ).strip()
    report = json.loads(everything.run("scan", shard, "--json", folder=misleading))
    assert len(report["episodes"]) == 1

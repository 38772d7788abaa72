"""Where a measurement says it comes from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest

from analysis.ledger import provenance
from tests.shared import REPOSITORY

WITHOUT_CACHES: Final = shutil.ignore_patterns("__pycache__", "*.safetensors")


def test_a_run_names_its_commit_and_its_file() -> None:
    machine = provenance.host()
    created = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    run = provenance.run(["latent-storage", "measure", "a b"], "quick", created, machine)
    head = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    assert run.commit == (head or "unknown")
    assert run.id == f"20261123T010203000000Z_{machine.name}_{run.commit[:7]}"
    assert run.command == "latent-storage measure 'a b'"


def test_the_machine_is_named_by_a_hash_alone() -> None:
    machine = provenance.host()
    assert len(machine.name) == 8
    assert machine.cores >= 1
    assert machine.ram_bytes > 1e8
    assert machine.packages["numpy"]


def test_a_file_is_digested_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"latent" * 1000)
    assert provenance.sha256(path) == hashlib.sha256(b"latent" * 1000).hexdigest()


def test_runs_that_begin_within_a_second_have_ids_of_their_own_in_their_order() -> None:
    machine = provenance.host()
    first = datetime(2026, 11, 23, 1, 2, 3, 5, tzinfo=UTC)
    times = [first, first.replace(microsecond=6), first.replace(second=4, microsecond=0)]
    ids = [provenance.run_id(created, machine, "a" * 40) for created in times]
    assert ids == sorted(set(ids))


def test_ids_of_the_first_edition_sort_among_the_others() -> None:
    machine = provenance.host()
    later = provenance.run_id(datetime(2026, 11, 23, 1, 2, 4, tzinfo=UTC), machine, "a" * 40)
    earlier = provenance.run_id(datetime(2026, 11, 23, 1, 2, 2, tzinfo=UTC), machine, "a" * 40)
    assert earlier < f"20261123T010203Z_{machine.name}_aaaaaaa" < later


def test_an_installed_package_names_its_release() -> None:
    machine = provenance.host()
    created = datetime(2026, 11, 23, tzinfo=UTC)
    assert provenance.run_id(created, machine, "latent-storage 1.2.3").endswith("_v1.2.3")


@pytest.mark.parametrize("committed", [False, True])
def test_the_commit_of_a_repository_around_an_environment_is_not_taken(
    tmp_path: Path, committed: bool
) -> None:
    around = tmp_path / "their-project"
    site = installed(around / "venv" / "site-packages")
    (around / "pyproject.toml").write_text('[project]\nname = "theirs"\n')
    git = ["git", "-C", str(around), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "." if committed else "pyproject.toml"]):
        subprocess.run([*git, *words], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "theirs"], check=True)
    assert checkout_of(site) == f"latent-storage {version('latent-storage')}|False"


@pytest.mark.parametrize(
    ("noted", "commit"),
    [
        ({"vcs_info": {"vcs": "git", "commit_id": "c" * 40}}, "c" * 40),
        ({"dir_info": {"editable": True}}, "latent-storage 1.2.3"),
        (None, "latent-storage 1.2.3"),
    ],
)
def test_a_package_that_was_installed_from_a_commit_names_it(
    tmp_path: Path, noted: dict[str, object] | None, commit: str
) -> None:
    site = installed(tmp_path / "site-packages")
    metadata = site / "latent_storage-1.2.3.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: latent-storage\nVersion: 1.2.3\n"
    )
    if noted is not None:
        (metadata / "direct_url.json").write_text(json.dumps({"url": "file:///", **noted}))
    assert checkout_of(site) == f"{commit}|False"


def installed(site: Path) -> Path:
    """This package in a folder of an environment."""
    shutil.copytree(REPOSITORY / "analysis", site / "analysis", ignore=WITHOUT_CACHES)
    return site


def checkout_of(site: Path) -> str:
    """The commit, and whether it was changed since, as the package in this folder says."""
    program = "from analysis.ledger import provenance; print(*provenance.checkout(), sep='|')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=site.parent,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_what_this_package_needs_is_what_is_named() -> None:
    names = provenance.packages()
    assert {"latent-storage", "numpy", "torch", "av"} <= set(names)
    assert "pytest" not in names

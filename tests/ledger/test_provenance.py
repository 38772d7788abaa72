"""Where a measurement says it comes from."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from analysis.ledger import provenance


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
    assert run.id == f"20261123T010203Z_{machine.name}_{run.commit[:7]}"
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

"""Put a copy of the project into the wheel: its pages, its study and the newest runs of its ledger.

With it `ratio --video`, `claims` and `site` work wherever the package is installed;
`analysis.io.project` says where the copy lies. The browser libraries of the pages go along if npm
has installed them where the wheel is built.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = "analysis/_project"
FILES = ("_quarto.yml", "CITATION.cff", "package.json", "package-lock.json", "study.toml")
NO_KINDS = ("games", "media", "schema")
TRAINING = "training"
"""How the names of kinds end that log a training: each run made another model, so all are kept."""


class ProjectCopy(BuildHookInterface):
    """The hook that hatchling runs before it packs a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the copy to the wheel; an editable install reads the checkout itself."""
        if version == "editable":
            return
        root = Path(self.root)
        if (root / "node_modules").is_dir():
            subprocess.run([sys.executable, "report/vendor.py"], cwd=root, check=True)
        for file in copied(root):
            build_data["force_include"][str(file)] = f"{CARRIED}/{file.relative_to(root)}"


def copied(root: Path) -> Iterator[Path]:
    """The files of the project that the wheel carries."""
    yield from (root / name for name in FILES)
    yield from files_below(root / "report")
    ledger = root / "measurements"
    yield ledger / "README.md"
    yield from files_below(ledger / "schema")
    kinds = (folder for folder in sorted(ledger.iterdir()) if folder.is_dir())
    for kind in kinds:
        if kind.name in NO_KINDS:
            continue
        runs = sorted(kind.glob("*.json"))
        for run in runs if kind.name.endswith(TRAINING) else runs[-1:]:
            yield run
            yield from files_below(ledger / "media" / kind.name / run.stem)


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below a folder, if it is there, but no caches and nothing hidden."""
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if file.is_file() and not any(part.startswith((".", "__")) for part in parts):
            yield file

"""The wheel, and environments that it is installed in: within a repository of somebody else."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shared import REPOSITORY, shared_folder


@dataclass(frozen=True)
class Installed:
    """An environment with the package in it, and the folder that its commands run in."""

    environment: Path
    folder: Path

    def run(self, *arguments: str | Path, folder: Path | None = None) -> str:
        """Run `latent-storage`, which has to succeed, and return what it printed."""
        done = self.try_to_run(*arguments, folder=folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def try_to_run(
        self, *arguments: str | Path, folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `latent-storage`, however it ends."""
        return self._start("latent-storage", arguments, folder)

    def python(self, code: str, *arguments: str | Path) -> str:
        """Run a few lines of Python, which have to succeed, and return what they printed."""
        done = self._start("python", ("-c", code, *arguments), None)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _start(
        self, program: str, arguments: tuple[str | Path, ...], folder: Path | None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.environment / "bin" / program, *map(str, arguments)],
            cwd=folder or self.folder,
            env={**_plain_environment(), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )


def _plain_environment() -> dict[str, str]:
    """This process's environment without what would lead Python to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once a test session."""
    with shared_folder(tmp_path_factory, "wheel") as folder:
        if not folder.exists():
            subprocess.run(
                [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder],
                cwd=REPOSITORY,
                env=_plain_environment(),
                check=True,
                capture_output=True,
            )
        (found,) = folder.glob("*.whl")
        return found


@pytest.fixture(scope="session")
def core(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    """The wheel with what it needs and no extra."""
    with shared_folder(tmp_path_factory, "core") as place:
        installed = _environment(place)
        if installed is None:
            installed = _created(place)
            _pip(installed, "--constraint", REPOSITORY / "constraints.txt", wheel)
            (place / "ready").touch()
        return installed


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    """The wheel with every extra: their packages are those of the environment of the tests."""
    with shared_folder(tmp_path_factory, "everything") as place:
        installed = _environment(place)
        if installed is None:
            installed = _created(place)
            (packages,) = installed.environment.glob("lib/python*/site-packages")
            here = sysconfig.get_path("purelib")
            (packages / "extras.pth").write_text(f"{here}\n", encoding="utf-8")
            _pip(installed, "--no-deps", wheel)
            (place / "ready").touch()
        return installed


def _environment(place: Path) -> Installed | None:
    return Installed(place / "venv", place) if (place / "ready").exists() else None


def _created(place: Path) -> Installed:
    place.mkdir()
    subprocess.run(["git", "init", "--quiet", place], check=True)
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    return Installed(place / "venv", place)


def _pip(installed: Installed, *arguments: str | Path) -> None:
    subprocess.run(
        [installed.environment / "bin" / "python", "-m", "pip", "install", "--quiet", *arguments],
        env=_plain_environment(),
        check=True,
    )

"""Sites that are built once for all tests, however many processes run them."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from analysis.site.build import build_site
from tests.site.browser import chromium, served

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).with_name("sample")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that every test process of this run sees."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _once(folder: Path, name: str, build: Callable[[Path], object]) -> Path:
    """Build `folder/name` in the first process that asks; the others wait for it."""
    target = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            build(target)
    return target


def sample_project(target: Path) -> Path:
    """Lay the sample project out in `target`, with the report's own assets."""
    shutil.copytree(SAMPLE, target)
    shutil.copytree(
        ROOT / "report" / "assets",
        target / "report" / "assets",
        ignore=shutil.ignore_patterns("vendor"),
    )
    shutil.copy(ROOT / "report" / "vendor.py", target / "report")
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    return target


@pytest.fixture(scope="session")
def sample_site(shared_folder: Path) -> Path:
    """The sample project's site, built without Quarto."""

    def build(site: Path) -> None:
        build_site(sample_project(site.with_name("sample")), site, "offline")

    return _once(shared_folder, "sample-site", build)


@pytest.fixture(scope="session")
def report_site(shared_folder: Path) -> Path:
    """The report's site, built without Quarto from the committed measurements."""
    return _once(
        shared_folder,
        "report-site",
        lambda site: build_site(ROOT, site, "offline", [ROOT / "measurements"]),
    )


@pytest.fixture(scope="session")
def sample_address(sample_site: Path) -> Iterator[str]:
    with served(sample_site) as address:
        yield address


@pytest.fixture(scope="session")
def report_address(report_site: Path) -> Iterator[str]:
    with served(report_site) as address:
        yield address


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh copy of the sample project, for a test to change."""
    return sample_project(tmp_path / "project")

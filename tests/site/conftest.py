"""Sites that are built once for all tests, however many processes run them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.site.build import build_site
from tests.serving import served
from tests.shared import REPOSITORY, shared_folder

SAMPLE = Path(__file__).with_name("sample")


def sample_project(target: Path) -> Path:
    """Lay the sample project out in `target`, with the report's own assets."""
    shutil.copytree(SAMPLE, target)
    shutil.copytree(
        REPOSITORY / "report" / "assets",
        target / "report" / "assets",
        ignore=shutil.ignore_patterns("vendor"),
    )
    shutil.copy(REPOSITORY / "report" / "vendor.py", target / "report")
    (target / "node_modules").symlink_to(REPOSITORY / "node_modules")
    return target


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project's site, built without Quarto."""
    with shared_folder(tmp_path_factory, "sample-site") as site:
        if not site.exists():
            build_site(sample_project(site.with_name("sample")), site, "offline")
        return site


@pytest.fixture(scope="session")
def report_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report's site, built without Quarto from the committed measurements."""
    with shared_folder(tmp_path_factory, "report-site") as site:
        if not site.exists():
            build_site(REPOSITORY, site, "offline", [REPOSITORY / "measurements"])
        return site


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

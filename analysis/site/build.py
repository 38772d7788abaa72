"""Build the report's website, with Quarto where it is installed and without it elsewhere."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import yaml

from analysis.errors import InputError, packages_needed
from analysis.io.project import IS_CHECKOUT, PROJECT
from analysis.ledger.store import MEDIA
from analysis.presentation.sources import MEASUREMENTS_VARIABLE

Renderer = Literal["auto", "quarto", "offline"]


def build_site(
    project: Path,
    output: Path,
    renderer: Renderer = "auto",
    measurements: Sequence[Path] = (),
    progress: Callable[[str], None] = lambda line: None,
) -> Path:
    """Build the website of the Quarto project at `project` into `output`; return its first page.

    `auto` is Quarto when it is on PATH. `measurements` are the folders that the pages read, and
    whose JSON files the site offers for download below `measurements/`; without any, the pages
    read the project's own. `progress` is called with one line per step. `output` is replaced whole,
    and only when everything was rendered. Raises InputError with one sentence otherwise.
    """
    project, output = project.resolve(), output.resolve()
    _check_output(project, output)
    environment = {}
    if measurements:
        folders = [str(folder.resolve()) for folder in measurements]
        environment[MEASUREMENTS_VARIABLE] = os.pathsep.join(folders)
    render = _chosen(renderer)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as stage:
        site = render(project, Path(stage), environment, _measurement_files(measurements), progress)
        _replace(output, site)
    return output / "index.html"


@contextmanager
def own_pages() -> Iterator[Path]:
    """The folder of the project's own pages: the checkout, or, until the block ends, a copy of what
    the installed package carries.

    Raises:
        InputError: the package was built without the browser libraries of the pages, and they are
            not in the `node_modules` of this folder.
    """
    if IS_CHECKOUT:
        yield PROJECT
        return
    installed = Path("node_modules").resolve()
    if not (PROJECT / "report" / "assets" / "vendor").is_dir() and not installed.is_dir():
        needed = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))["dependencies"]
        packages = " ".join(f"{name}@{version}" for name, version in needed.items())
        raise InputError(
            f"{installed} is not there, and this package was built without the pages' browser "
            f"libraries: run `npm install {packages}` in this folder."
        )
    with tempfile.TemporaryDirectory(prefix="latent-storage-") as folder:
        pages = Path(folder, "report")
        shutil.copytree(PROJECT, pages)
        if installed.is_dir():
            (pages / "node_modules").symlink_to(installed)
        yield pages


_Render = Callable[
    [Path, Path, Mapping[str, str], Mapping[Path, Path], Callable[[str], None]], Path
]


def _chosen(renderer: Renderer) -> _Render:
    found = shutil.which("quarto") is not None
    if renderer == "quarto" and not found:
        raise InputError("quarto is not on PATH: install it from quarto.org, or render offline.")
    if renderer == "quarto" or (renderer == "auto" and found):
        return _render_with_quarto
    with packages_needed():
        from analysis.site.renderer import render_project
    return render_project


def _render_with_quarto(
    project: Path,
    stage: Path,
    environment: Mapping[str, str],
    published: Mapping[Path, Path],
    progress: Callable[[str], None],
) -> Path:
    """Let Quarto render the project where it lies, and copy its site into `stage`.

    Quarto writes to the output folder that the project names; that one is Quarto's to keep whole.
    """
    progress("rendering with Quarto")
    done = subprocess.run(
        ["quarto", "render", str(project)],
        env={**os.environ, "QUARTO_PYTHON": sys.executable, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        reason = said[-1].strip() if said else f"exit code {done.returncode}"
        raise InputError(f"Quarto could not render {project}: {reason}")
    config = yaml.safe_load((project / "_quarto.yml").read_text(encoding="utf-8"))
    site = stage / "site"
    shutil.copytree(project / config["project"].get("output-dir", "_site"), site)
    for address, file in published.items():
        (site / address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, site / address)
    return site


def _measurement_files(folders: Sequence[Path]) -> dict[Path, Path]:
    """Map the address of every measurement below the site to its file, and of the media beside
    them; the first folder wins."""
    files: dict[Path, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder} is not there: give a folder of measurements.")
        for file in sorted([*folder.rglob("*.json"), *_media(folder)]):
            files.setdefault("measurements" / file.relative_to(folder), file)
    return files


def _media(folder: Path) -> Iterator[Path]:
    """The media of a ledger; a hidden folder is one that is being written."""
    for file in (folder / MEDIA).rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.is_file() and not hidden:
            yield file


def _check_output(project: Path, output: Path) -> None:
    """Refuse to replace a folder that holds anything but a site built before."""
    if output == project or output in project.parents:
        raise InputError(f"{output} holds the project: give another folder for the site.")
    if output.exists() and not output.is_dir():
        raise InputError(f"{output} is a file: give a folder for the site.")
    if output.is_dir() and any(output.iterdir()) and not (output / "site_libs").is_dir():
        raise InputError(f"{output} holds something else than a site: give another folder.")


def _replace(output: Path, site: Path) -> None:
    """Put `site` in the place of `output`; what was there goes with the folder `site` is in."""
    if output.exists():
        output.rename(site.parent / "previous")
    site.rename(output)

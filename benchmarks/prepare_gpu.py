"""Packs what `benchmarks/gpu.py` needs on a machine that has PyTorch with CUDA and no network.

    python benchmarks/prepare_gpu.py

Writes one archive of packages into `build/gpu`, which goes to that machine with the checkout, and
prints the command to give there. The versions are those of `constraints.txt`, as wheels for the
Python of that machine; torch, numpy, OpenCV and what else images with PyTorch have are taken from
there. The archive also says which commit the checkout is at, so that the run names it: whatever
differs from that commit has to be committed first.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

from analysis.io.files import appearing_whole
from analysis.io.project import PROJECT
from analysis.ledger.provenance import DISTRIBUTION, checkout

PACKAGES = (
    *("diffusers", "importlib-metadata", "zipp"),
    *("pydantic", "pydantic-core", "annotated-types", "typing-inspection", "typing-extensions"),
    *("pooch", "platformdirs"),
    *("pcodec", "zstandard"),
)
"""In groups: a package with what it needs itself and such machines may lack."""

PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
ARCHIVE = Path("build", "gpu", "site.tar.xz")


def main() -> None:
    """Read the command line, pack and say what to do."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", default="3.12", help="the version that the machine has")
    parser.add_argument("--packages", nargs="+", default=PACKAGES, metavar="NAME")
    given = parser.parse_args()
    commit, changed = checkout()
    if changed:
        sys.exit("Files differ from the last commit: commit them, so that the run can name it.")
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        install(given.packages, given.python, site)
        note_commit(commit, site)
        pack(site, PROJECT / ARCHIVE)
    print(f"{ARCHIVE}: {(PROJECT / ARCHIVE).stat().st_size / 1e6:.1f} MB, for commit {commit}")
    print("There, in the root of the checkout, with this file in its place:")
    print(
        f"python3 -m tarfile -e {ARCHIVE} /tmp/site && "
        'PYTHONPATH=/tmp/site:. python3 benchmarks/gpu.py --out "$OUT"'
    )


def install(packages: Sequence[str], python: str, site: Path) -> None:
    """Unpack the wheels of packages, and of nothing that they need, into a folder."""
    platforms = [f"--platform={name}" for name in PLATFORMS]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--target", str(site), "--no-deps", "--no-compile", "--only-binary=:all:"),
            *(f"--python-version={python}", "--implementation=cp", *platforms),
            *("--constraint", str(PROJECT / "constraints.txt"), *packages),
        ],
        check=True,
    )


def note_commit(commit: str, site: Path) -> None:
    """Say in a folder of packages that this one is there, of which commit and with which needs."""
    found = distribution(DISTRIBUTION)
    folder = site / f"{DISTRIBUTION.replace('-', '_')}-{found.version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(found.read_text("METADATA") or "", encoding="utf-8")
    noted = {"url": PROJECT.as_uri(), "vcs_info": {"vcs": "git", "commit_id": commit}}
    (folder / "direct_url.json").write_text(json.dumps(noted), encoding="utf-8")


def pack(site: Path, archive: Path) -> None:
    """Pack a folder of packages as small as can be, without their programs."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with (
        appearing_whole(archive) as file,
        tarfile.open(fileobj=file, mode="w:xz", preset=9) as packed,
    ):
        for path in sorted(site.iterdir()):
            if path.name != "bin":
                packed.add(path, path.name)


if __name__ == "__main__":
    main()

"""Who measured what, where and when."""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from analysis.catalog import video_encoders
from analysis.ledger.records import Host, Profile, Run

PACKAGES = (
    "bjontegaard",
    "blosc2",
    "constriction",
    "diffusers",
    "imageio-ffmpeg",
    "latent-storage",
    "lz4",
    "ml_dtypes",
    "numpy",
    "opencv-python-headless",
    "openzl",
    "pandas",
    "pcodec",
    "plotly",
    "pytorch-msssim",
    "torch",
    "vizdoom",
    "webdataset",
    "zfpy",
    "zipnn",
    "zstandard",
)
"""Packages whose version can change a figure, beside those of video encoders."""

_ALL_BUT_MEASUREMENTS = (":(top)", ":(top,exclude)measurements")


def host() -> Host:
    """This machine."""
    return Host(
        name=hashlib.sha256(platform.node().encode()).hexdigest()[:8],
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        ram_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        gpu=_gpu(),
        os=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        packages=installed(sorted({*PACKAGES, *(encoder.package for encoder in video_encoders())})),
    )


def installed(packages: Iterable[str]) -> dict[str, str]:
    """The version of each package that is installed, by name."""
    return {name: found for name in packages if (found := _version(name))}


def run(command: Sequence[str], profile: Profile, created: datetime, machine: Host) -> Run:
    """The run that began at `created` and ends now."""
    commit, dirty = checkout()
    stamp = created.strftime("%Y%m%dT%H%M%SZ")
    return Run(
        id=f"{stamp}_{machine.name}_{commit[:7]}",
        created=created,
        command=shlex.join(command),
        profile=profile,
        duration_s=round((datetime.now(UTC) - created).total_seconds(), 3),
        commit=commit,
        dirty=dirty,
    )


def sha256(path: Path) -> str:
    """The digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checkout() -> tuple[str, bool]:
    """The commit of the checkout this package lies in, and whether it was changed since."""
    here = Path(__file__).parent

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(here), *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    try:
        # Measurements are added beside the code by the very runs that ask.
        dirty = git("status", "--porcelain", "--untracked-files=no", "--", *_ALL_BUT_MEASUREMENTS)
        return git("rev-parse", "HEAD"), bool(dirty)
    except (OSError, subprocess.CalledProcessError):
        return "unknown", False


def _cpu() -> str:
    """The processor's name as the kernel gives it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _gpu() -> str | None:
    """The first CUDA device, asked of torch only where something else has loaded it."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    return str(torch.cuda.get_device_name(0))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None

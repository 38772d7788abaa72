"""Who measured what, where and when."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from pathlib import Path
from typing import Final

from analysis.catalog import video_encoders
from analysis.ledger.records import Host, Profile, Run

DISTRIBUTION: Final = "latent-storage"

_DEVELOPMENT: Final = "dev"
"""The extra whose packages change no figure."""

_REQUIREMENT: Final = re.compile(r"(?P<name>[\w.-]+)(.*extra\s*==\s*['\"](?P<extra>[\w-]+)['\"])?")

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
        packages=installed(packages()),
    )


def packages() -> list[str]:
    """The packages whose version can change a figure, in alphabetical order: this one, all that it
    names as its own needs, and what brings the video encoders of the catalogue."""
    try:
        needs = [
            found for need in requires(DISTRIBUTION) or () if (found := _REQUIREMENT.match(need))
        ]
    except PackageNotFoundError:
        needs = []
    names = {need["name"] for need in needs if need["extra"] != _DEVELOPMENT}
    encoders = {encoder.package for encoder in video_encoders()}
    return sorted({DISTRIBUTION, *names, *encoders}, key=str.lower)


def installed(packages: Iterable[str]) -> dict[str, str]:
    """The version of each package that is installed, by name."""
    return {name: found for name in packages if (found := _version(name))}


def run(command: Sequence[str], profile: Profile, created: datetime, machine: Host) -> Run:
    """The run that began at `created` and ends now."""
    commit, dirty = checkout()
    return Run(
        id=run_id(created, machine, commit),
        created=created,
        command=shlex.join(command),
        profile=profile,
        duration_s=round((datetime.now(UTC) - created).total_seconds(), 3),
        commit=commit,
        dirty=dirty,
    )


def run_id(created: datetime, machine: Host, commit: str) -> str:
    """What names a run and its files: sorted by name they are sorted by time.

    To the microsecond, so that runs that begin together on one machine differ.
    """
    _, _, release = commit.partition(f"{DISTRIBUTION} ")
    code = f"v{release}" if release else commit[:7]
    return f"{created:%Y%m%dT%H%M%S%fZ}_{machine.name}_{code}"


def sha256(path: Path) -> str:
    """The digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checkout() -> tuple[str, bool]:
    """The commit of this project's own checkout, and whether it was changed since.

    Installed elsewhere it is the commit that was installed, where the installation says so, or the
    release, as in "latent-storage 0.1.0", whatever repository the environment lies in; "unknown"
    where there is neither.
    """
    module = Path(__file__).resolve()

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(module.parent), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    try:
        if _is_of_this_project(Path(git("rev-parse", "--show-toplevel"))):
            git("ls-files", "--error-unmatch", str(module))
            # Measurements are added beside the code by the very runs that ask.
            changed = git(
                "status", "--porcelain", "--untracked-files=no", "--", *_ALL_BUT_MEASUREMENTS
            )
            return git("rev-parse", "HEAD"), bool(changed)
    except (OSError, subprocess.CalledProcessError):
        pass
    if commit := _installed_commit():
        return commit, False
    release = _version(DISTRIBUTION)
    return (f"{DISTRIBUTION} {release}" if release else "unknown"), False


def _installed_commit() -> str | None:
    """The commit that this was installed from, where an installer noted it as PEP 610 has it."""
    try:
        noted = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, json.JSONDecodeError):
        return None
    commit = noted.get("vcs_info", {}).get("commit_id")
    return str(commit) if commit else None


def _is_of_this_project(root: Path) -> bool:
    """Whether a work tree is a checkout of this project."""
    try:
        content = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return bool(content.get("project", {}).get("name") == DISTRIBUTION)


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

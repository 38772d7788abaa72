"""Run the scripts that `_quarto.yml` names under `pre-render` and `post-render`, as Quarto does."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.errors import InputError


def run_hooks(
    scripts: Iterable[str], root: Path, site: Path, environment: Mapping[str, str]
) -> None:
    """Run each script in `root`; `site` is the folder that the pages are written to.

    A Python script runs under this interpreter. Raises InputError with the script's own last
    line when one fails.
    """
    variables = {
        **os.environ,
        **environment,
        "QUARTO_PROJECT_RENDER_ALL": "1",
        "QUARTO_PROJECT_DIR": str(root),
        "QUARTO_PROJECT_OUTPUT_DIR": str(site),
    }
    for script in scripts:
        words = shlex.split(script)
        if words[0].endswith(".py"):
            words = [sys.executable, *words]
        try:
            done = subprocess.run(words, cwd=root, env=variables, capture_output=True, text=True)
        except OSError as error:
            raise InputError(f"{root / '_quarto.yml'}: {script} cannot run: {error}.") from error
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            reason = said[-1] if said else f"exit code {done.returncode}"
            raise InputError(f"{script} failed: {reason}")

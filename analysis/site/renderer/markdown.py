"""Resolve what Quarto adds to Markdown, with Pandoc: cross-references, numbers and citations."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pypandoc

from analysis.errors import InputError

_CROSSREF = Path(__file__).with_name("crossref.lua")
_CITATIONS = Path(__file__).with_name("citations.lua")
# The site shell reads pipe tables, and it counts list items by itself.
_WRITER = "markdown-simple_tables-multiline_tables-grid_tables-fancy_lists"


def resolve_markdown(
    text: str, where: str, folder: Path, bibliographies: Sequence[Path] = ()
) -> str:
    """Return `text` with every reference and citation resolved, as Markdown for the site shell.

    `folder` is where relative paths count from. Raises InputError, naming the page by `where`,
    for a reference or a citation that points to nothing and for a label given twice.
    """
    command = [
        pypandoc.get_pandoc_path(),
        "--from=markdown",
        f"--to={_WRITER}",
        "--wrap=none",
        "--reference-location=document",
        f"--lua-filter={_CROSSREF}",
        "--citeproc",
        f"--lua-filter={_CITATIONS}",
        "--metadata=link-citations=true",
        *(f"--bibliography={file}" for file in bibliographies),
    ]
    done = subprocess.run(
        command, input=text, cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )
    problems = done.stderr.strip().splitlines()
    if done.returncode or problems:
        reason = problems[0].removeprefix("[WARNING] ") if problems else "Pandoc failed"
        raise InputError(f"{where}: {reason.rstrip('.')}.")
    return done.stdout

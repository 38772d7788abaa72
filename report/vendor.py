"""Copy the browser libraries that pages need from node_modules into report/assets/vendor.

Runs before every render (`pre-render` in _quarto.yml), from the project's folder, and needs
nothing but the standard library. Copies what is missing or has changed. An installed package may
carry the copies; then it needs no node_modules.
"""

import filecmp
import os
import shutil
import sys
from pathlib import Path

SOURCE = Path("node_modules")
TARGET = Path("report", "assets", "vendor")
# Folder below TARGET -> files below SOURCE. Browsers that run the pages all read woff2.
LIBRARIES = {
    "katex": (
        "katex/dist/katex.min.js",
        "katex/dist/katex.min.css",
        "katex/dist/contrib/auto-render.min.js",
        "katex/dist/fonts/*.woff2",
    ),
    "plotly": ("plotly.js-basic-dist-min/plotly-basic.min.js",),
}


def copies() -> list[tuple[Path, Path]]:
    """Pair every file to vendor with its place below TARGET, or exit with the remedy."""
    pairs = []
    for folder, patterns in LIBRARIES.items():
        for pattern in patterns:
            files = sorted(SOURCE.glob(pattern))
            if not files:
                sys.exit(f"{SOURCE / pattern} is missing: run make setup, which needs node and npm")
            package = SOURCE / pattern.split("/")[0]
            package = package / "dist" if (package / "dist").is_dir() else package
            pairs += [(file, TARGET / folder / file.relative_to(package)) for file in files]
    return pairs


def copy(source: Path, target: Path) -> None:
    """Copy a file unless its copy is the same already; a reader never sees half of one."""
    if target.is_file() and filecmp.cmp(source, target, shallow=False):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, partial)
    partial.replace(target)


if SOURCE.is_dir() or not all((TARGET / folder).is_dir() for folder in LIBRARIES):
    for source, target in copies():
        copy(source, target)

"""How long the site takes to build, and how large it is.

Builds it without Quarto from the committed measurements, some times over, and prints each time:

    python benchmarks/site.py [--times 3]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from analysis.site.build import build_site

PROJECT = Path(__file__).parents[1]
BOUND_S = 90
"""What a build has to stay under on two cores."""


def main() -> None:
    """Build the site, print seconds and bytes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="how often to build it")
    times = parser.parse_args().times
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        for _ in range(times):
            start = time.perf_counter()
            build_site(PROJECT, site, "offline", [PROJECT / "measurements"])
            seconds.append(time.perf_counter() - start)
            print(f"built in {seconds[-1]:.1f} s")
        files = [file for file in site.rglob("*") if file.is_file()]
        pages = sum(file.suffix == ".html" for file in files)
        size = sum(file.stat().st_size for file in files)
    print(f"{pages} pages, {len(files)} files, {size / 1e6:.1f} MB; bound {BOUND_S} s")
    print("within the bound" if max(seconds) < BOUND_S else "over the bound")


if __name__ == "__main__":
    main()

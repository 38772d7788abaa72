"""Times the explorer: from a step of a slider until both charts are drawn.

    python benchmarks/explorer.py SITE [--steps 60]

SITE is a built site. Steps of the two sliders are taken one after the other in headless Chromium;
what is timed is what a reader waits for: the figures, the address, the wait for the next frame and
both charts. Close whatever else is running.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.site.browser import chromium, served

SLIDERS = ("resolution", "quality")
TIMED = """async ([name, steps]) => {
  const slider = document.getElementById(`explorer-${name}`);
  const count = Number(slider.max) + 1;
  const times = [];
  for (let step = 0; step < steps; step++) {
    slider.value = (Number(slider.value) + 1) % count;
    const drawn = new Promise((resolve) => {
      const seen = new PerformanceObserver((list) => {
        if (!list.getEntriesByName("explorer-draw").length) return;
        seen.disconnect();
        resolve(performance.now());
      });
      seen.observe({ type: "measure" });
    });
    const began = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    times.push((await drawn) - began);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return times;
}"""


def main() -> None:
    """Read the command line, time both sliders and print medians."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", type=Path, help="a built site")
    parser.add_argument("--steps", type=int, default=60, help="of each slider")
    arguments = parser.parse_args()
    with served(arguments.site) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{address}/report/explorer.html", wait_until="networkidle")
        for name in SLIDERS:
            print(f"{name}: {_timed(page, name, arguments.steps)}")


def _timed(page: Page, name: str, steps: int) -> str:
    times = sorted(page.evaluate(TIMED, [name, steps]))
    tenth = times[-max(1, len(times) // 10)]
    return (
        f"median {statistics.median(times):.1f} ms, slowest tenth from {tenth:.1f} ms, n = {steps}"
    )


if __name__ == "__main__":
    main()

"""The equations in JavaScript are those of `analysis.storage`, in node and in a browser."""

from __future__ import annotations

import json
import math
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from analysis import storage
from analysis.presentation import text
from analysis.storage import Latent
from tests.serving import served
from tests.shared import REPOSITORY

EXPLORER = REPOSITORY / "report" / "assets" / "explorer"
RUNNER = Path(__file__).with_name("equations.mjs")
CASES = 300

Vector = dict[str, Any]


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def in_javascript(latent: Latent) -> dict[str, Any]:
    return {camel(name): value for name, value in asdict(latent).items()}


def vector(equation: str, *arguments: object, expected: object) -> Vector:
    return {"equation": equation, "arguments": list(arguments), "expected": expected}


def vectors(seed: int) -> Iterator[Vector]:
    """Every equation of storage.js at random, sizes that s does not divide and short clips too."""
    draw = random.Random(seed)
    for _ in range(CASES):
        latent = Latent(
            spatial=draw.choice([1, 8, 16, 20, 32, 64]),
            channels=draw.randint(1, 512),
            temporal=draw.choice([1, 2, 4, 6, 8]),
            causal=draw.random() < 0.5,
            bytes_per_value=draw.choice([4, 2, 1, draw.uniform(0.1, 2)]),
        )
        size = draw.randint(1, 2200), draw.randint(1, 4000)
        clip_frames = draw.choice([None, 1, draw.randint(1, 500)])
        b, fps, hours = draw.uniform(0.001, 8), draw.uniform(1, 120), draw.uniform(0, 1e5)
        shape = in_javascript(latent)
        compared = storage.compare(latent, size, b, fps, hours, clip_frames)
        yield vector(
            "compare",
            *(shape, size, b, fps, hours, clip_frames),
            expected={camel(name): value for name, value in asdict(compared).items()},
        )
        yield vector("latentGrid", shape, size, expected=storage.latent_grid(latent, *size))
        frames = draw.randint(0, 999)
        yield vector("latentFrames", shape, frames, expected=storage.latent_frames(latent, frames))
        exponent = draw.uniform(-1, 1)
        yield vector(
            "powerLawBitsPerPixel",
            *(b, exponent, size),
            expected=storage.power_law_bits_per_pixel(b, exponent, *size),
        )
        counted = draw.uniform(1, 5000)
        yield vector(
            "gflopPerFrame",
            *(shape, counted, (480, 640), size),
            expected=storage.gflop_per_frame(latent, counted, (480, 640), size),
        )
        yield vector(
            "encodingGpuHours",
            *(counted, hours, b),
            expected=storage.encoding_gpu_hours(counted, hours, b),
        )


def words(seed: int) -> Iterator[Vector]:
    """Numbers as words, above all those that end in a five."""
    draw = random.Random(seed)
    fives = [(2 * draw.randint(0, 5000) + 1) / 2 ** draw.randint(1, 12) for _ in range(CASES)]
    spread = [10 ** draw.uniform(-9, 24) for _ in range(CASES)]
    for value in [0, 1, 9.995, 99.95, 999.5, 999.4999, 1000, 0.0995, *fives, *spread]:
        digits = draw.randint(1, 6)
        yield vector("number", value, digits, expected=text.number(value, digits))
        if not math.isclose(value % 1, 0.5) or value >= 1000:  # JavaScript's halves of a byte
            yield vector("size", value, expected=text.size(value))


@pytest.fixture(scope="module")
def cases() -> list[Vector]:
    # Through JSON, as the other side sees them: tuples become lists.
    found: list[Vector] = json.loads(json.dumps([*vectors(1), *words(2)]))
    return found


def test_they_are_the_same_in_node(cases: list[Vector], tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "node is not on PATH: install Node.js"
    # Node reads a .js file as a module where a package.json beside it says so.
    explorer = tmp_path / "explorer"
    shutil.copytree(EXPLORER, explorer)
    (explorer / "package.json").write_text('{"type": "module"}')
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps(cases))
    done = subprocess.run(
        [node, RUNNER, explorer, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_they_are_the_same_in_a_browser(
    browser: Browser, cases: list[Vector], tmp_path: Path
) -> None:
    shutil.copytree(EXPLORER, tmp_path / "explorer")
    shutil.copy(RUNNER, tmp_path / "equations.js")
    (tmp_path / "index.html").write_text("<!DOCTYPE html><title>equations</title>")
    with served(tmp_path) as address:
        page = browser.new_page()
        try:
            page.goto(f"{address}/index.html")
            found = page.evaluate(
                """async (vectors) => {
                  const names = ["./explorer/storage.js", "./explorer/text.js"];
                  const modules = names.map((name) => import(name));
                  const { differences } = await import("./equations.js");
                  return differences(Object.assign({}, ...(await Promise.all(modules))), vectors);
                }""",
                cases,
            )
        finally:
            page.close()
    assert found == []


def test_a_wrong_equation_is_found_out(cases: list[Vector], tmp_path: Path) -> None:
    explorer = tmp_path / "explorer"
    shutil.copytree(EXPLORER, explorer)
    (explorer / "package.json").write_text('{"type": "module"}')
    wrong = explorer / "storage.js"
    source = wrong.read_text(encoding="utf-8")
    assert "Math.ceil(height / latent.spatial)" in source
    wrong.write_text(source.replace("Math.ceil(height", "Math.floor(height"), encoding="utf-8")
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps(cases))
    node = shutil.which("node")
    assert node
    done = subprocess.run(
        [node, RUNNER, explorer, file], capture_output=True, text=True, check=True
    )
    assert len(json.loads(done.stdout)) > CASES / 2

"""A kind is added by a folder alone: measured, written, read, described, offered and shown."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import analysis.kinds
from analysis.cli import app
from analysis.errors import InputError
from analysis.kinds.context import Context
from analysis.kinds.description import tables
from analysis.kinds.ledger import read_run, write_schemas
from analysis.kinds.registry import kinds, options_of_kinds
from analysis.kinds.run import chosen_kinds, left_out
from analysis.kinds.study import read_study
from analysis.ledger.figures import figures
from analysis.presentation.sources import MEASUREMENTS_VARIABLE
from analysis.site import ledger as ledger_page
from analysis.site.runs import every_run

DECLARATION = '''
"""Kind `shoe-sizes`: what shoes measure."""

from pydantic import BaseModel

from analysis.kinds.kind import Kind, Need
from analysis.kinds.shoe_sizes.record import ShoeSizes


class Options(BaseModel, extra="forbid"):
    pairs: int = 2


FEET = Need(lambda context: context.device != "none", "there are no feet")

KIND = Kind(ShoeSizes, order=15, needs=(FEET,), options=Options)
'''

RECORD = '''
"""Kind `shoe-sizes`: what shoes measure.

Both feet count.
"""

from typing import Literal

from pydantic import Field

from analysis.ledger.records import Measurement, Record


class ShoeSizesParameters(Record):
    study: str = Field(description="the study file")


class Shoe(Record):
    """One shoe."""

    identified_by = ("foot",)

    foot: str
    length_cm: float = Field(description="from heel to toe")


class ShoeSizesResults(Record):
    shoes: tuple[Shoe, ...]


class ShoeSizes(Measurement):
    """A `shoe-sizes` file."""

    schema_: Literal["shoe-sizes/1.0"] = Field(alias="schema")
    parameters: ShoeSizesParameters
    results: ShoeSizesResults
'''

MEASURE = '''
"""Measures shoes."""

from analysis.kinds.context import Outcome
from analysis.kinds.shoe_sizes import Options
from analysis.kinds.shoe_sizes.record import Shoe, ShoeSizesParameters, ShoeSizesResults


def measure(context):
    pairs = context.study.profile(context.profile).options(Options).pairs
    shoes = [Shoe(foot=f"{side} {n}", length_cm=26.0 + n) for n in range(pairs) for side in "lr"]
    return Outcome(
        parameters=ShoeSizesParameters(study=str(context.study_path)),
        inputs=(),
        results=ShoeSizesResults(shoes=tuple(shoes)),
    )
'''

STUDY = """
autoencoder = "dc-ae-lite-f32c32"

[quick.shoe-sizes]
pairs = 1

[[quick.shards]]
name = "none"
path = "none"
"""


@pytest.fixture
def shoe_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The study, in a folder of its own, with the kind there."""
    folder = tmp_path / "kinds" / "shoe_sizes"
    folder.mkdir(parents=True)
    for name, text in (("__init__", DECLARATION), ("record", RECORD), ("measure", MEASURE)):
        (folder / f"{name}.py").write_text(text.lstrip())
    monkeypatch.setattr(analysis.kinds, "__path__", [*analysis.kinds.__path__, str(folder.parent)])
    monkeypatch.chdir(tmp_path)
    study = tmp_path / "study.toml"
    study.write_text(STUDY)
    yield study
    for name in [name for name in sys.modules if name.startswith("analysis.kinds.shoe_sizes")]:
        del sys.modules[name]
    if hasattr(analysis.kinds, "shoe_sizes"):
        delattr(analysis.kinds, "shoe_sizes")


def measured(study: Path, *more: str) -> Path:
    words = ["measure", "shoe-sizes", "--profile", "quick", "--study", str(study)]
    done = CliRunner().invoke(app, [*words, "--out", "ledger", *more])
    assert done.exit_code == 0, done.output
    return Path(done.stdout.strip())


def test_it_is_measured_written_and_read(shoe_sizes: Path) -> None:
    path = measured(shoe_sizes)
    assert path.parent == Path("ledger/shoe-sizes")
    run = read_run(path)
    assert run.schema_ == "shoe-sizes/1.0"
    assert figures(run) == {"shoes[l 0].length_cm": 26.0, "shoes[r 0].length_cm": 26.0}


def test_it_has_its_place_in_a_full_run_and_in_the_help(shoe_sizes: Path) -> None:
    assert list(kinds())[:3] == ["shard-sizes", "shoe-sizes", "video-bitrate"]
    assert "shoe-sizes" in CliRunner().invoke(app, ["measure", "--help"]).output


def test_it_is_left_out_with_the_reason_where_its_need_is_not_met(shoe_sizes: Path) -> None:
    study = read_study(shoe_sizes, options_of_kinds())
    context = Context(study, shoe_sizes, "quick", (), lambda *words: None, device="none")
    assert left_out(context)["shoe-sizes"] == "there are no feet"
    assert "shoe-sizes" not in chosen_kinds([], context)
    assert chosen_kinds(["shoe-sizes"], context) == ["shoe-sizes"]
    assert "shoe-sizes" not in left_out(replace(context, device="cpu"))


def test_its_options_are_its_own(shoe_sizes: Path) -> None:
    shoe_sizes.write_text(STUDY.replace("pairs = 1", "paws = 4"))
    with pytest.raises(InputError, match=r"quick\.shoe-sizes\.paws: Extra inputs"):
        read_study(shoe_sizes, options_of_kinds())
    shoe_sizes.write_text(STUDY.replace("shoe-sizes", "hat-sizes"))
    with pytest.raises(InputError, match=r"quick\.hat-sizes: Extra inputs"):
        read_study(shoe_sizes, options_of_kinds())


def test_it_has_a_schema_and_a_table(shoe_sizes: Path) -> None:
    (path,) = [path for path in write_schemas(Path("ledger")) if path.stem == "shoe-sizes"]
    assert json.loads(path.read_text())["title"] == "ShoeSizes"
    text = tables().split("## `shoe-sizes`")[1].split("\n## ")[0]
    assert "Both feet count." in text
    assert "| `results.shoes[].length_cm` | number | from heel to toe |" in text


def test_it_is_on_the_page_of_the_ledger(shoe_sizes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = measured(shoe_sizes)
    monkeypatch.setenv(MEASUREMENTS_VARIABLE, "ledger")
    runs = every_run.__wrapped__()
    assert [run.path for run in runs] == [path]
    assert "shoe-sizes (1)" in ledger_page.filters(runs).data
    assert f"run-shoe-sizes-{path.stem}" in ledger_page.entries(runs).data


def test_listing_kinds_and_reading_files_imports_no_package_for_measuring() -> None:
    program = (
        "import sys; from analysis.kinds.registry import kinds; kinds(); "
        "import analysis.kinds.run, analysis.kinds.ledger, analysis.kinds.description; "
        "print({'torch', 'av', 'vizdoom', 'cv2', 'ray', 'diffusers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr

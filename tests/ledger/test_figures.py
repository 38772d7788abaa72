"""The figures of a run by their paths, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from analysis.kinds.ledger import read_run
from analysis.ledger.figures import HEADER, as_csv, figures, unit, value
from analysis.ledger.records import Measurement
from tests.kinds.examples import shard_sizes
from tests.kinds.rate_distortion.example import rate_distortion
from tests.shared import REPOSITORY

LEDGER = REPOSITORY / "measurements"
COMMITTED = sorted(path for path in LEDGER.glob("*/*.json") if path.parent.name != "schema")


def rows(measurement: Measurement) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(measurement))))


def numbers(content: object) -> int:
    """How many numbers a JSON value holds, a sampled figure counting as one."""
    match content:
        case {"value": _, "low": _, "high": _, "n": _}:
            return 1
        case dict():
            return sum(map(numbers, content.values()))
        case list():
            return sum(map(numbers, content))
        case bool():
            return 0
        case int() | float():
            return 1
    return 0


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.parent.name)
def test_no_number_of_a_run_is_lost(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    assert len(figures(read_run(path))) == numbers(content["results"])


def test_a_figure_is_named_by_what_its_items_are_called() -> None:
    names = set(figures(shard_sizes()))
    assert "sets[native].bits_per_pixel" in names
    assert "sets[native].per_episode[ep_1].bytes" in names
    assert "sets[native].components.video_p1" in names


def test_items_in_another_order_have_the_same_names() -> None:
    run = rate_distortion()
    turned = run.results.model_copy(update={"curves": run.results.curves[::-1]})
    assert set(figures(run)) == set(figures(run.model_copy(update={"results": turned})))


def test_items_that_share_a_name_go_by_their_place() -> None:
    run = shard_sizes()
    (only,) = run.results.sets
    results = run.results.model_copy(update={"sets": (only, only)})
    names = set(figures(run.model_copy(update={"results": results})))
    assert {"sets[0].bytes", "sets[1].bytes"} <= names
    assert "sets[native].bytes" not in names


def test_a_row_carries_the_interval_and_the_unit_of_a_sampled_figure() -> None:
    (row,) = [row for row in rows(shard_sizes()) if row["figure"] == "sets[native].mb_per_min"]
    assert row == {
        "figure": "sets[native].mb_per_min",
        "value": "20.0",
        "low": "18.0",
        "high": "22.0",
        "n": "3",
        "unit": "MB/min",
    }


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.parent.name)
def test_the_csv_has_every_digit_of_every_figure(path: Path) -> None:
    run = read_run(path)
    assert as_csv(run).startswith(",".join(HEADER) + "\n")
    found = {row["figure"]: float(row["value"]) for row in rows(run)}
    assert found == {figure: value(number) for figure, number in figures(run).items()}


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("sets[native].bits_per_pixel", "bit/px"),
        ("reads[a, b].rate.slowest_frames_per_s", "frames/s"),
        ("rows[x].encode_frames_per_core_s", "frames/s/core"),
        ("rows[x].clips[y].encode_core_s", "core-s"),
        ("timing.window.median_ms", "ms"),
        ("copies[device, True].gb_per_s", "GB/s"),
        ("encoder[fp16].warm_up_s", "s"),
        ("codecs[raw].bytes", "B"),
        ("latents[x].bytes_per_value", ""),
        ("sets[native].episodes", ""),
    ],
)
def test_a_unit_is_read_off_the_end_of_a_name(figure: str, said: str) -> None:
    assert unit(figure) == said

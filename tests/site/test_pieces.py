"""What pages are made of: tables, figures, claims, and where a figure is from."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import plotly.graph_objects as go
import pytest

from analysis.catalog import autoencoder
from analysis.errors import InputError
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.kinds.shard_sizes.recordings import recordings_of
from analysis.ledger import store
from analysis.ledger.estimate import Estimate
from analysis.presentation import charts, sources, tables
from analysis.presentation.sources import MEASUREMENTS_VARIABLE
from tests.kinds.examples import shard_sizes


def test_a_table_is_markdown_with_numbers_to_the_right() -> None:
    text = tables.table(["a", "b"], [["x|y", "1"], ["two\nlines", "2"]]).data
    head, rule, *rows = text.splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")] == ["a", "b"]
    assert re.fullmatch(r"\|:-+\|-+:\|", rule)
    assert "x\\|y" in rows[0]
    assert "two lines" in rows[1]


def test_a_figure_is_json_that_ends_no_script() -> None:
    figure = go.Figure(go.Bar(x=["</script>"], y=[1]))
    html = charts.show(figure, 'says "what" it shows').data
    assert html.count("</script>") == 1
    (content,) = re.findall(r'<script type="application/json">(.*)</script>', html)
    assert json.loads(content)["data"][0]["x"] == ["</script>"]
    assert "says &quot;what&quot; it shows" in html


def test_error_bars_reach_to_the_interval() -> None:
    bars = charts.error_bars([Estimate(value=2, low=1.5, high=3, n=4), Estimate(value=1, n=1)])
    assert bars["array"] == [1, 0]
    assert bars["arrayminus"] == [0.5, 0]


def test_a_source_line_names_the_run_and_how_to_repeat_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEASUREMENTS_VARIABLE, str(tmp_path))
    with pytest.raises(InputError, match="No shard-sizes run in "):
        sources.newest(ShardSizes)
    store.write(shard_sizes(datetime(2026, 5, 4, tzinfo=UTC)), tmp_path)
    line = sources.newest(ShardSizes).line().data
    assert "4 May 2026, full profile" in line
    assert "(../measurements/shard-sizes/20260504T000000000000Z" in line
    assert "`latent-storage measure shard-sizes --profile full --study study.toml`" in line


def test_the_ratio_of_a_recording_swaps_the_ends_of_its_interval() -> None:
    run = ShardSizes.model_validate_json(shard_sizes(bits_per_pixel=0.25).model_dump_json())
    (item,) = recordings_of(run)
    assert item.ratio(autoencoder("dc-ae-lite-f32c32").latent()) == Estimate(
        value=2.0, low=0.5 / 0.3, high=0.5 / 0.2, n=3
    )

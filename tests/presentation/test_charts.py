"""Every series of a chart is drawn, and looks different from the others."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from analysis.ledger.estimate import Estimate
from analysis.ledger.rate import Rate
from analysis.presentation import charts


@pytest.mark.parametrize("count", [1, 6, 11, 40, 41, 200])
def test_any_number_of_series_gets_a_look_each(count: int) -> None:
    names = [f"series {place}" for place in range(count)]
    styles = charts.series_styles(names)
    assert list(styles) == names
    assert len({(style.symbol, style.dash) for style in styles.values()}) == count


def test_a_series_keeps_its_look_when_others_are_added_behind_it() -> None:
    few, more = charts.series_styles(["a", "b"]), charts.series_styles(["a", "b", "c", "a"])
    assert list(more) == ["a", "b", "c"]
    assert few == {name: more[name] for name in few}


def test_bars_reach_from_the_lower_to_the_upper_end() -> None:
    bars = charts.error_bars([Estimate(value=2, low=1.5, high=3, n=4), Estimate(value=1, n=1)])
    assert (bars["array"], bars["arrayminus"]) == ([1.0, 0.0], [0.5, 0.0])
    passes = charts.range_bars(
        [Rate(frames_per_s=10, slowest_frames_per_s=8, fastest_frames_per_s=11, n=3)]
    )
    assert (passes["array"], passes["arrayminus"]) == ([1.0], [2.0])


def test_plotly_can_draw_every_look() -> None:
    chart = go.Figure()
    for style in charts.series_styles(f"series {place}" for place in range(400)).values():
        chart.add_scatter(marker={"symbol": style.symbol}, line={"dash": style.dash})
        chart.add_bar(marker={"pattern": {"shape": style.pattern}})
    assert len({(t.marker.symbol, t.line.dash) for t in chart.data if t.type == "scatter"}) > 300

"""Figures and chart of the front page follow from its runs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analysis.findings.answer import Answer
from analysis.site import front_page
from tests.kinds.examples import shard_sizes
from tests.kinds.latent_codecs.example import latent_codecs
from tests.kinds.video_bitrate.example import video_bitrate

CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def answer(bits_per_pixel: float) -> Answer:
    return Answer(
        shard_sizes(CREATED, bits_per_pixel=bits_per_pixel), video_bitrate(), latent_codecs()
    )


def test_four_figures_each_have_one_mark() -> None:
    cards = str(front_page.key_figures(answer(0.8)).data).split("::: {.key-figure}")[1:]
    marks = [
        [name for name in ("measured", "modelled", "published") if f"{{.{name}}}" in card]
        for card in cards
    ]
    assert marks == [["measured"], ["modelled"], ["measured"], ["published"]]
    assert "[0.800]{.value}" in cards[0]
    assert "[0.88]{.value}" in cards[3]


def test_the_chart_names_where_each_curve_comes_from() -> None:
    chart = front_page.chart(answer(0.8))
    names = [trace.name for trace in chart.data]
    assert names == [
        "x264 veryfast, CRF 17 (measured)",
        "x264 veryfast, CRF 28 (measured)",
        "DC-AE-Lite f32c32, float16 (modelled)",
        "the same with t = 4 (modelled)",
        "the note’s b (published)",
    ]
    assert all(
        f"var(--{name.split('(')[-1][:-1]})" in str(chart.data[i]) for i, name in enumerate(names)
    )
    assert chart.data[0].y[2] == pytest.approx(0.8)
    assert chart.data[2].y[2] == 4 * chart.data[3].y[2] == 0.5

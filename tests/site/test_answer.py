"""The front page says what follows from its runs, and changes when they do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.site import answer
from tests.kinds.examples import shard_sizes
from tests.kinds.latent_codecs.example import latent_codecs
from tests.kinds.video_bitrate.example import AT_480P, EXPONENT, video_bitrate

CREATED = datetime(2026, 1, 1, tzinfo=UTC)


def findings(bits_per_pixel: float) -> answer.Findings:
    return answer.Findings(
        shard_sizes(CREATED, bits_per_pixel=bits_per_pixel), video_bitrate(), latent_codecs()
    )


def test_the_sentence_has_ratio_interval_and_both_conditions() -> None:
    said = answer.sentence(findings(0.8))
    # 0.5 bits a pixel of latents over 0.8; the interval of b is a fifth either way.
    assert "take **0.62 times** (95 % interval 0.521 to 0.781, n = 3 games) the bytes of" in said
    assert "at 640 × 480, DC-AE-Lite f32c32 latents in float16" in said
    assert "x264, CRF 17 video of the same Doom games" in said
    # The first quality below 0.5 bits a pixel, and where 0.8 (N / N480)^e is 0.5.
    assert AT_480P["h264"][20] == 0.5
    tie = 0.3072 * (0.5 / 0.8) ** (1 / EXPONENT)
    assert said.endswith(
        f"but more than the video once it is encoded at CRF 20 or frames exceed about {tie:.1f} "
        "million pixels."
    )


def test_where_the_latents_are_larger_it_says_when_they_are_not() -> None:
    said = answer.sentence(findings(0.25))
    assert "take **2.0 times**" in said
    assert "but less than the video once it is encoded at CRF 17." in said
    assert "million pixels" not in said


def test_a_recording_of_no_known_recipe_goes_by_its_name() -> None:
    run = shard_sizes(CREATED, bits_per_pixel=0.8)
    (entry,) = run.results.sets
    unknown = run.results.model_copy(update={"sets": (entry.model_copy(update={"recipe": None}),)})
    other: ShardSizes = run.model_copy(update={"results": unknown})
    said = answer.sentence(answer.Findings(other, video_bitrate(), latent_codecs()))
    assert "the bytes of native: H.264 (High) video" in said


def test_four_figures_each_have_one_mark() -> None:
    cards = str(answer.key_figures(findings(0.8)).data).split("::: {.key-figure}")[1:]
    marks = [
        [name for name in ("measured", "modelled", "published") if f"{{.{name}}}" in card]
        for card in cards
    ]
    assert marks == [["measured"], ["modelled"], ["measured"], ["published"]]
    assert "[0.800]{.value}" in cards[0]
    assert "[0.88]{.value}" in cards[3]


def test_the_chart_names_where_each_curve_comes_from() -> None:
    chart = answer.chart(findings(0.8))
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

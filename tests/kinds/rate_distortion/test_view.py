"""What the pages say at equal quality follows from the run."""

from __future__ import annotations

from analysis.kinds.rate_distortion import view as rate
from tests.kinds.rate_distortion.example import AUTOENCODER, rate_distortion

RUN = rate_distortion()
RESULTS = RUN.results


def test_equal_bytes_and_equal_quality_are_told_apart() -> None:
    said = str(rate.answer(RESULTS, "fp16").data)
    assert (
        f"Latents of {AUTOENCODER} in fp16 take 0.500 bits per pixel and come back at 29.0 dB"
        in said
    )
    assert "x264 veryfast at CRF 17 takes 0.800 and has 34.0 dB: $R$ = 0.625" in said
    assert "at equal quality $R$ is **2." in said


def test_ratios_are_listed_by_encoder_and_metric() -> None:
    metrics = rate.metrics(RESULTS)
    rows = list(rate.equal_rows(RESULTS, "fp16", metrics))
    assert [cells[1] for cells in rows] == ["[x264 veryfast]{.nowrap}", "[MPEG-4 Part 2]{.nowrap}"]
    assert all(len(cells) == 2 + len(metrics) for cells in rows)


def test_a_bound_is_called_one() -> None:
    low = rate_distortion(psnr_db=20.0).results
    (first, _) = rate.equal_rows(low, "fp16", ["psnr_db"])
    # The curve ends at CRF 28 with 0.1 bits per pixel: R is more than five.
    assert first[2] == "above 5.00"
    assert "fewer than 0.100 bits per pixel" in str(rate.answer(low, "fp16").data)


def test_what_latents_have_to_reach_is_the_videos_quality_at_their_bytes() -> None:
    rows = {cells[0]: cells[1] for cells in rate.worth_rows(RESULTS, "fp16", ["psnr_db"])}
    assert set(rows) == {"x264 veryfast", "MPEG-4 Part 2"}
    assert rate.latent_bits(RESULTS, "fp16") == "0.500"


def test_delta_rates_are_of_each_pair_once() -> None:
    (row,) = rate.bd_rows(RESULTS, ["psnr_db"])
    assert row[:2] == ["[MPEG-4 Part 2]{.nowrap}", "[x264 veryfast]{.nowrap}"]
    assert row[2].startswith("+")


def test_a_figure_has_every_curve_and_every_autoencoder() -> None:
    chart = rate.figure(RESULTS, "psnr_db")
    assert [trace.name for trace in chart.data] == [
        "x264 veryfast",
        "MPEG-4 Part 2",
        f"{AUTOENCODER}, every number format",
    ]


def test_a_figure_drops_no_series_however_many_there_are() -> None:
    many = RESULTS.model_copy(
        update={
            "curves": tuple(
                curve.model_copy(update={"name": f"{curve.name} {place}"})
                for place in range(30)
                for curve in RESULTS.curves
            ),
            "latents": tuple(
                point.model_copy(update={"autoencoder": f"autoencoder {place}"})
                for place in range(5)
                for point in RESULTS.latents
            ),
        }
    )
    chart = rate.figure(many, "psnr_db")
    assert len(chart.data) == 65
    assert len({(trace.marker.symbol, trace.line.dash) for trace in chart.data}) == 65

"""What the page on the dual decoder says follows from the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.kinds.dual_decoder import view as dual_decoder
from analysis.kinds.dual_decoder import view_sentences
from analysis.kinds.dual_decoder.record import DualDecoderRun
from analysis.presentation import sources
from analysis.presentation.sources import Source
from tests.kinds.dual_decoder.example import dual_decoder as example

RUN = example()
RESULTS = RUN.results


def test_the_answer_gives_bytes_gain_loss_and_latency_of_the_middle_factor() -> None:
    said = str(view_sentences.answer(RESULTS).data)
    assert "At t = 4 the stored latents take **10.1 MB per minute**, 0.200 times the video" in said
    assert "comes 2.0 dB above the same bytes spent on every 4th latent" in said
    assert "2.5 dB above their mean, and 3.0 dB below storing all of them" in said
    assert (
        "its own frame 0.60 dB below the per-frame autoencoder, in 62.0 ms instead of 260" in said
    )


def test_gain_and_loss_are_differences_of_mean_psnr() -> None:
    middle = dual_decoder.middle(RESULTS)
    assert middle.temporal_factor == 4
    assert view_sentences.gain_db(middle) == pytest.approx(2.0)
    assert view_sentences.loss_db(middle) == pytest.approx(0.6)


def test_the_verdict_says_what_each_latent_costs_in_time() -> None:
    said = str(view_sentences.verdict(RESULTS).data)
    assert "spans 4 actions and 114 ms of play" in said
    assert "is 8.75 frames per second" in said
    assert "showing frames as they are decoded saves 190 ms, and the second decoder 8.00 ms" in said
    assert "against frame 1 of the window" in said


def test_the_per_frame_autoencoder_is_in_the_table_once_with_its_own_bytes() -> None:
    rows = list(dual_decoder.quality_rows(RESULTS))
    assert {len(row) for row in rows} == {len(dual_decoder.QUALITY_HEADERS)}
    assert [row[0] for row in rows].count("frame by frame, t = 1") == 1
    assert rows[0][1:3] == ["40.3", "0.800"]
    assert rows[2][0] == "t = 2: every 2nd latent, the middle one, held"
    assert rows[2][1:3] == ["20.2", "0.400"]


def test_every_table_has_as_many_cells_as_headers() -> None:
    middle = dual_decoder.middle(RESULTS)
    for headers, rows in (
        (dual_decoder.motion_headers(middle), dual_decoder.motion_rows(RESULTS)),
        (dual_decoder.TIMING_HEADERS, dual_decoder.timing_rows(RESULTS)),
        (dual_decoder.READ_HEADERS, dual_decoder.read_rows(RESULTS, 2)),
    ):
        assert {len(row) for row in rows} == {len(headers)}


def test_a_model_reads_fewer_tokens_and_pays_their_square() -> None:
    rows = list(dual_decoder.read_rows(RESULTS, 2))
    assert [row[0] for row in rows] == ["t = 1", "t = 2", "t = 4", "t = 8"]
    assert [row[2] for row in rows] == ["1.00", "0.250", "0.0625", "0.0156"]
    assert [row[3] for row in rows] == ["35.0", "17.5", "8.75", "4.38"]


def test_clips_are_played_on_demand_and_described() -> None:
    said = str(dual_decoder.clips(Source(Path("run.json"), RUN)).data)
    assert 'preload="none"' in said
    assert 'width="640" height="480"' in said
    assert "turning.mp4" in said
    assert "48 frames from frame 1,600" in said
    assert said.count("<span>") == 4
    assert "autoplay" not in said


def test_the_chart_has_a_line_for_every_way() -> None:
    chart = dual_decoder.positions(dual_decoder.middle(RESULTS))
    assert [len(trace.x) for trace in chart.data] == [4] * 6


def test_the_committed_weights_are_shown_with_the_trainings_that_made_them() -> None:
    found = dual_decoder.trainings(sources.newest(DualDecoderRun))
    assert [each.measurement.parameters.temporal_factor for each in found] == [2, 4, 8]
    rows = list(dual_decoder.training_rows(found))
    assert {len(row) for row in rows} == {len(dual_decoder.TRAINING_HEADERS)}
    assert "reproduce: `latent-storage train dual-decoder" in dual_decoder.training_line(found).data
    assert dual_decoder.training_line([]).data == ""

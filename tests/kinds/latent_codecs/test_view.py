"""What the page on compression says follows from the run."""

from __future__ import annotations

import pytest

from analysis.kinds.latent_codecs import view as latent_codecs
from analysis.kinds.latent_codecs import view_charts, view_sentences
from analysis.kinds.latent_codecs.choice import lossy, near_lossless
from tests.kinds.examples import shard_sizes
from tests.kinds.latent_codecs.example import (
    AUTOENCODER,
    LOSSLESS,
    NEAR_LOSSLESS,
)
from tests.kinds.latent_codecs.example import (
    latent_codecs as example,
)

RESULTS = example().results


def test_the_answer_names_the_smallest_of_each_sort_with_what_it_loses() -> None:
    said = str(view_sentences.answer(RESULTS).data)
    assert f"**80.0 %** of raw float16 (`{LOSSLESS}`); zstd leaves 93.0 %" in said
    assert "**20.0 %** are enough for decoded frames that lose 0.080 dB" in said
    assert f"(`{NEAR_LOSSLESS}`), read at 340 MB" in said
    assert "The note's int8 takes 25.0 % and loses 20 dB" in said


def test_a_codec_that_loses_more_is_not_called_near_lossless() -> None:
    results = example(loss=0.2).results
    assert near_lossless(results) is None
    assert "are enough" not in str(view_sentences.answer(results).data)


def test_compression_divides_the_ratio_to_video() -> None:
    said = str(view_sentences.against_video(RESULTS, shard_sizes(), AUTOENCODER).data)
    # Raw latents take 40.32 MB per minute, the recordings of the example 20.
    assert said.endswith("takes $R$ from 2.02 to **0.403** against the set native.")


def test_the_notes_methods_stand_beside_its_figures() -> None:
    rows = list(latent_codecs.note_rows(RESULTS))
    assert len(rows) == 8
    assert rows[1][:5] == ["[zstd]{.nowrap}", "92.1", "–", "93.0", "+0.9"]
    assert rows[3][2] == "~100k"
    assert [row[1] for row in rows[4:]] == ["45.1", "42.8", "39.2", "36.5"]
    assert all(len(row) == len(latent_codecs.NOTE_HEADERS) for row in rows)


def test_the_furthest_of_the_notes_methods_is_named() -> None:
    said = str(view_sentences.beside_the_note(RESULTS).data)
    rows = {row[0].split("]")[0][1:]: float(row[4]) for row in latent_codecs.note_rows(RESULTS)}
    del rows["Raw float16 (baseline)"]
    near = sum(abs(apart) <= view_sentences.NEAR_POINTS for apart in rows.values())
    furthest = max(rows, key=lambda method: abs(rows[method]))
    assert said.startswith(f"{near} of these 7 methods")
    side = "above" if rows[furthest] > 0 else "below"
    assert f"{furthest}, is {abs(rows[furthest]):.1f} points {side}" in said


def test_tables_have_every_codec_once_and_the_smallest_first() -> None:
    lossless, quantised = latent_codecs.lossless(RESULTS), lossy(RESULTS)
    assert [codec.name for codec in lossless] == [LOSSLESS, "zstd:3", "raw"]
    assert [codec.name for codec in quantised] == [NEAR_LOSSLESS, "picture:48+range"]
    rows = list(latent_codecs.lossy_rows(RESULTS))
    assert {len(row) for row in rows} == {len(latent_codecs.LOSSY_HEADERS)}
    assert rows[0][2:5] == ["47.5", "0.080", "340"]
    assert {len(row) for row in latent_codecs.lossless_rows(RESULTS)} == {
        len(latent_codecs.LOSSLESS_HEADERS)
    }


def test_charts_have_a_group_of_points_a_sort() -> None:
    pareto = view_charts.pareto(RESULTS, [LOSSLESS])
    for chart in (pareto, view_charts.speed(RESULTS)):
        assert [len(trace.x) for trace in chart.data] == [6, 3, 2]
    assert [name for trace in pareto.data for name in trace.text if name] == [LOSSLESS]
    sizes = pareto.data[2].marker.size
    assert max(sizes) > min(sizes)  # the fast one beside the slow one


def test_drift_shows_open_loops_beside_closed_ones() -> None:
    chart = view_charts.drift(RESULTS, [LOSSLESS, NEAR_LOSSLESS, "none of this name"])
    names = [trace.name for trace in chart.data]
    assert len(names) == 7
    assert names[-1] == NEAR_LOSSLESS
    assert LOSSLESS not in names


def test_coders_are_held_against_the_entropies() -> None:
    assert latent_codecs.quantiser_with_most_coders(RESULTS) == "picture:48"
    rows = {row[0]: row for row in latent_codecs.coder_rows(RESULTS, "picture:48")}
    assert rows["[`picture:48+range`]{.nowrap}"][2] == "+2.0 %"
    assert rows[f"[`{NEAR_LOSSLESS}`]{{.nowrap}}"][3] == "-9.1 %"
    (bound,) = latent_codecs.bound_rows(RESULTS)
    assert NEAR_LOSSLESS in bound[4]
    assert len(bound) == len(latent_codecs.BOUND_HEADERS)
    (first, *_) = latent_codecs.lossless_bound_rows(RESULTS)
    assert first[2] == "-8.0 %"


def test_a_long_episodes_clips_are_held_against_their_share() -> None:
    (row,) = latent_codecs.long_rows(RESULTS.long_episodes)
    assert row[1:] == ["20,000", "80.0", "1.25 ×", "1.70 ×", "5.00", "1.25 ×"]


def test_what_others_do_has_a_source_each() -> None:
    rows = list(latent_codecs.practice_rows())
    assert len(rows) >= 8
    assert all(all(cells) for cells in rows)


@pytest.mark.parametrize("say", [view_sentences.fields, view_sentences.sample])
def test_sentences_are_about_the_run(say: object) -> None:
    assert callable(say)
    assert len(str(say(RESULTS).data)) > 40

"""What the page on reading says follows from the run."""

from __future__ import annotations

from analysis.kinds.training_reads import view as reading
from analysis.kinds.training_reads.record import Read, StoredSet, TrainingReadsResults
from analysis.ledger.rate import rate


def stored(name: str, codec: str, size: int, gop: int | None = None) -> StoredSet:
    return StoredSet(
        name=name,
        kind="latents" if gop is None else "video",
        codec=codec,
        gop=gop,
        shards=1,
        views=6,
        frames=1000,
        bytes=size,
    )


def read(name: str, clips_per_s: float, **changes: object) -> Read:
    fields: dict[str, object] = {
        "set": name,
        "reader": "clip",
        "pattern": "random clips",
        "clip_frames": 70,
        "workers": 2,
        "cache": "warm",
        "rate": rate([70 * clips_per_s * factor for factor in (0.9, 1, 1.1)]),
        "clips_per_s": clips_per_s,
    }
    return Read.model_validate(fields | changes)


RESULTS = TrainingReadsResults(
    sets=(
        stored("video, GOP 12", "H.264 (High)", 900_000, 12),
        stored("raw latents", "raw", 19_200_000),
        stored("latents by picture:48", "picture:48", 4_000_000),
    ),
    reads=(
        read("video, GOP 12", 4),
        read("raw latents", 50, reader="whole episode"),
        read("raw latents", 400),
        read("latents by picture:48", 200),
        read("latents by picture:48", 150, cache="cold", workers=1),
        read(
            "raw latents",
            1,
            reader="webdataset",
            pattern="sequential",
            clip_frames=None,
        ),
    ),
    cold_is_cold=True,
    not_read=(),
)


def test_the_answer_compares_with_the_naive_reader_and_with_video() -> None:
    said = str(reading.answer(RESULTS, 70, 2).data)
    assert "**200 per second** from latents by picture:48" in said
    assert "4.00 times as many as a reader" in said
    assert "50.0 times as many as from video, GOP 12" in said


def test_without_a_naive_reader_nothing_is_said() -> None:
    only = RESULTS.model_copy(update={"reads": RESULTS.reads[2:3]})
    assert str(reading.answer(only, 70, 2).data) == ""


def test_every_reader_has_a_row_and_every_way_a_column() -> None:
    rows = list(reading.clip_rows(RESULTS, 70, (1, 2)))
    assert len(rows) == 4
    assert all(len(row) == len(reading.headers((1, 2))) for row in rows)
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name["[latents by picture:48]{.nowrap}"] == ["150", "–", "–", "200"]
    assert list(reading.clip_rows(RESULTS, 16, (1, 2))) == []
    assert "[raw latents, the whole episode, then cut]{.nowrap}" in by_name


def test_epochs_are_in_frames() -> None:
    (row,) = reading.sequential_rows(RESULTS, (1, 2))
    assert row == ["[raw latents, WebDataset, whole samples]{.nowrap}", "–", "–", "–", "70.0"]


def test_sets_say_what_a_frame_takes() -> None:
    rows = list(reading.set_rows(RESULTS))
    assert rows[1] == ["[raw latents]{.nowrap}", "`raw`", "1,000", "19.2 MB", "19.2"]


def test_the_chart_has_bars_for_each_length() -> None:
    chart = reading.chart(RESULTS, (16, 70), 2)
    assert [len(trace.x) for trace in chart.data] == [0, 4]

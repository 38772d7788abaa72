"""What the page says of runs: which ones, of which device, and words that follow their figures."""

from __future__ import annotations

import pytest

from analysis.errors import MissingRun
from analysis.kinds.encode_throughput import view, view_ways
from analysis.kinds.encode_throughput.record import Skipped
from analysis.kinds.encode_throughput.timing import skipped
from tests.kinds.encode_throughput.example import (
    GPU,
    USUAL,
    autoencoder,
    encoder_run,
    on_cpu,
    on_gpu,
    source,
)

FRAMES = 3_600_000
"""Of a data set: 100 frames per second take 10 hours."""


def cells(table: str, of: str) -> list[str]:
    """The cells of the first row that has this text."""
    (row, *_) = [line for line in table.splitlines() if line.startswith("|") and of in line]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_the_newest_run_of_each_device_is_shown() -> None:
    newest_first = [
        source(run)
        for run in (
            on_gpu(autoencoder(encoder_run(120.0)), days=5),
            on_gpu(autoencoder(encoder_run(90.0)), gpu="NVIDIA H200", days=4),
            on_cpu(days=3),
            on_gpu(autoencoder(encoder_run(100.0)), days=2),
            on_cpu(days=1),
        )
    ]
    chosen = view.newest_of_each_device(newest_first)
    assert chosen == newest_first[:3]
    assert view.of_recordings(chosen) == [newest_first[2]]
    assert view_ways.of_clips(chosen) == newest_first[:2]


def test_a_run_of_a_clip_does_not_hide_the_recordings_of_its_device() -> None:
    clip = on_cpu(days=1)
    parameters = clip.parameters.model_copy(update={"clip": "run/duel.mp4", "set": None})
    runs = [source(clip.model_copy(update={"parameters": parameters})), source(on_cpu())]
    assert view.newest_of_each_device(runs) == runs


def test_a_ledger_without_recordings_says_so() -> None:
    with pytest.raises(MissingRun):
        view.of_recordings([source(on_gpu(autoencoder(encoder_run(100.0))))])


def test_tables_name_the_device_where_there_are_several() -> None:
    one, other = source(on_cpu()), source(on_cpu())
    alone = view.table([one], view.STAGE_HEADERS, view.stage_rows, 2).data
    assert cells(alone, "decode") == ["`tiny`", "decode", "300 (270 to 330)"]
    both = view.table([one, other], view.STAGE_HEADERS, view.stage_rows, 2).data
    assert cells(both, "decode")[0] == one.measurement.host.cpu
    assert both.count("all at the same time") == 2
    assert f" on {one.measurement.host.cpu}," in view.bounds([one, other])
    assert view.bounds([one]) == (
        "- `tiny`, in fp16 with batches of 64, waits for the stage encode: all together run at 95% "
        "of its rate."
    )


def test_a_run_without_pipelines_has_no_stages_and_no_hours_of_them() -> None:
    run = source(on_gpu(autoencoder(encoder_run(100.0))))
    assert "dc-ae" not in view.table([run], view.STAGE_HEADERS, view.stage_rows).data
    assert "dc-ae" not in view.table([run], view.HOURS_HEADERS, view.hours_rows(FRAMES)).data
    assert view.bounds([run]) == ""


def test_without_a_run_the_command_is_said_that_makes_one() -> None:
    said = view_ways.sections([], FRAMES).data
    assert "`python benchmarks/gpu.py --out measurements`" in said
    assert ":::" not in said


def test_each_way_is_told_by_what_it_changes_and_how_fast_it_is() -> None:
    timed = autoencoder(
        encoder_run(100.0),
        encoder_run(150.0, precision="bf16"),
        encoder_run(50.0, copies="in-turn", compiled=True),
    )
    said = view_ways.sections([source(on_gpu(timed))], FRAMES).data
    assert f"### {GPU} {{#sec-device-1}}" in said
    usual = cells(said, "fp16, batches of 64, contiguous, one batch ahead")
    # 150 GFLOP per second, of 1000 measured and 989400 published.
    assert usual[2:] == ["100 (90.0 to 110)", "1.00 ×", "15.0%", "0.0%", "3.00 GB", "2.00 s"]
    assert cells(said, "bf16")[1:4] == ["bf16", "150 (135 to 165)", "1.50 ×"]
    changed = cells(said, "each batch waited for, compiled")
    assert changed[0] == ""
    assert changed[3] == "0.500 ×"


def test_hours_are_those_of_the_fastest_way() -> None:
    timed = autoencoder(encoder_run(50.0), encoder_run(100.0, precision="bf16"))
    hours = view_ways.hours_rows(timed, FRAMES)
    name, way, rate, taken = next(iter(hours))
    assert (name, rate, taken) == ("`dc-ae-lite-f32c32`", "100", "10.0 h")
    assert way.startswith("bf16")
    assert list(view_ways.hours_rows(autoencoder(), FRAMES)) == []


def test_a_device_that_the_catalogue_has_not_has_no_published_peak() -> None:
    run = source(on_gpu(autoencoder(encoder_run(100.0)), gpu="Other 9000"))
    said = view_ways.sections([run], FRAMES).data
    assert cells(said, "fp16, batches of 64")[4:6] == ["15.0%", "–"]


def test_random_weights_are_said_and_trained_ones_are_not() -> None:
    timed = autoencoder(encoder_run(100.0))
    assert "`dc-ae-lite-f32c32` had random weights here" in (
        view_ways.sections([source(on_gpu(timed))], FRAMES).data
    )
    trained = timed.model_copy(update={"weights": "trained"})
    assert "random weights" not in view_ways.sections([source(on_gpu(trained))], FRAMES).data


def test_what_was_not_timed_is_listed_by_its_reason() -> None:
    left: tuple[Skipped, ...] = tuple(
        skipped(USUAL.model_copy(update={"batch_size": size}), "out of time") for size in (1, 4)
    )
    said = view_ways.sections(
        [source(on_gpu(autoencoder(encoder_run(100.0), skipped=left)))], FRAMES
    ).data
    assert (
        "- Not timed (out of time): `dc-ae-lite-f32c32` (batches of 1); `dc-ae-lite-f32c32` "
        "(batches of 4); `raw`."
    ) in said
    assert (
        "- Not timed (out of memory): decoders of `project/doom-dual-f32t4c32` (64 latents at a "
        "time)."
    ) in said


def test_decoders_and_codecs_have_rates_that_follow_from_their_times() -> None:
    said = view_ways.sections([source(on_gpu(autoencoder(encoder_run(100.0))))], FRAMES).data
    window = cells(said, "window")
    assert window[1:] == ["window", "fp16", "1", "4", "8.00 (7.00 to 9.00)", "500", "–"]
    # 250 frames per second of 19200 bytes; a frame at t = 1 in 2 ms is 500 per second.
    codec = cells(said, "cells+classes+pcodec")
    assert codec[1:] == ["80.0%", "4.80", "250 (225 to 275)", "2.00"]


def test_every_table_has_a_label_of_its_own() -> None:
    run = on_gpu(autoencoder(encoder_run(100.0)))
    said = view_ways.sections([source(run), source(run)], FRAMES).data
    labels = [line for line in said.splitlines() if line.startswith("::: {#")]
    assert len(labels) == 8
    assert len(set(labels)) == 8


def test_where_figures_come_from_names_every_device() -> None:
    gpu, cpu = source(on_gpu(autoencoder(encoder_run(100.0)))), source(on_cpu())
    said = view.lines([gpu, cpu]).data
    processor = gpu.measurement.host.cpu
    assert f"on {GPU}, {processor}, " in said
    assert f"on {processor}, " in said
    assert said.count("{.source}") == 2


def test_a_setting_names_the_device_and_the_frames() -> None:
    assert "a clip of the ledger" in view.setting(on_gpu(autoencoder()))
    assert GPU in view.setting(on_gpu(autoencoder()))
    recorded = view.setting(on_cpu())
    assert "the set native (H.264 (High), 640 × 480)" in recorded
    assert "torch threads: 2" in recorded


def test_each_way_of_an_autoencoder_is_a_line_of_the_chart() -> None:
    names = [trace.name for trace in view.speed([source(on_cpu())]).data]
    assert names == ["tiny, fp16 (measured)"]

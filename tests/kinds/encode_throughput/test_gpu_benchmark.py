"""The benchmark for a GPU, on the CPU and tiny: one run of the ledger, whole at any time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from analysis.kinds.encode_throughput.cells import CodecCell, DecodersCell, EncoderCell
from analysis.kinds.encode_throughput.codecs import CODECS
from analysis.kinds.encode_throughput.record import EncodeThroughput, EncodeThroughputResults
from analysis.kinds.ledger import read_run
from benchmarks import gpu
from tests.shared import REPOSITORY

SMALL = (
    *("--device", "cpu", "--size", "96x64", "--frames", "4", "--batch-sizes", "1", "2"),
    *("--autoencoders", "taesana-f32c32", "--dual-decoders", "project/doom-dual-f32t2c32"),
    *("--decoded-together", "1", "--repeats", "1"),
)
PLANNED = 7


def command(out: Path, *options: str) -> list[str]:
    script = REPOSITORY / "benchmarks" / "gpu.py"
    return [sys.executable, str(script), "--out", str(out), *SMALL, *options]


def environment(folder: Path) -> dict[str, str]:
    """One thread, no weights but the project's own, this checkout."""
    kept = {name: value for name, value in os.environ.items() if "LATENT_STORAGE" not in name}
    own = {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY), "XDG_CACHE_HOME": str(folder)}
    return {**kept, **own}


def the_run(out: Path) -> EncodeThroughput:
    (path,) = [file for file in out.rglob("*") if file.is_file()]
    assert path.parent == out / "encode-throughput"
    run = read_run(path)
    assert isinstance(run, EncodeThroughput)
    assert run.run.id == path.stem
    return run


def reasons(results: EncodeThroughputResults) -> list[str]:
    """Of all that was not timed."""
    found = [left.reason for timed in results.autoencoders for left in timed.skipped]
    found += [left.reason for timed in results.dual_decoders for left in timed.skipped]
    return found + [left.reason for left in results.skipped_codecs]


def test_one_command_leaves_one_run_in_which_every_cell_stands(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path / "out", "--seconds", "1000"),
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    run = the_run(tmp_path / "out")
    assert Path(done.stdout.strip()).stem == run.run.id
    assert (run.parameters.device, run.parameters.frames, run.parameters.seconds) == (
        *("cpu", 4, 1000),
    )
    assert str(tmp_path) not in run.model_dump_json()
    assert run.run.command.startswith("python benchmarks/gpu.py --out measurements --device cpu")
    (clip,) = run.inputs
    assert clip.name == run.parameters.clip
    results = run.results
    assert (results.height, results.width) == (64, 96)
    (timed,), (dual,) = results.autoencoders, results.dual_decoders
    assert timed.weights == "random"
    assert timed.pipeline is None
    ways = {(way.precision, way.batch_size, way.layout) for way in timed.encoder}
    assert ways == {
        ("fp32", 2, "contiguous"),
        ("bf16", 2, "contiguous"),
        ("fp32", 2, "channels-last"),
        ("fp32", 1, "contiguous"),
    }
    assert len(timed.encoder) + len(dual.runs) // 3 + len(results.latent_codecs) == PLANNED
    assert reasons(results) == []


def test_what_does_not_fit_into_the_time_is_said(tmp_path: Path) -> None:
    subprocess.run(
        command(tmp_path / "out", "--seconds", "0"), env=environment(tmp_path), check=True
    )
    results = the_run(tmp_path / "out").results
    assert reasons(results) == ["it did not fit into 0 s"] * PLANNED
    assert results.peaks


def test_a_run_that_is_killed_has_what_was_timed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(
        command(out, "--seconds", "1000"), env=environment(tmp_path), stderr=subprocess.DEVNULL
    ) as process:
        while not any(run.results.autoencoders[0].encoder for run in written(out)):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    # What was being written then has a hidden name.
    (run,) = written(out)
    timed = run.results.autoencoders[0].encoder
    assert timed
    assert set(reasons(run.results)) == {gpu.NOT_REACHED}
    done = len(timed) + len(run.results.dual_decoders[0].runs) // 3
    assert done + len(run.results.latent_codecs) + len(reasons(run.results)) == PLANNED


def written(out: Path) -> Sequence[EncodeThroughput]:
    paths = (out / "encode-throughput").glob("[!.]*.json")
    return [run for path in paths if isinstance(run := read_run(path), EncodeThroughput)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--batch-sizes", "8"), "a batch of 8 is more than 4 frames"),
        (("--autoencoders", "nothing"), "no id of the catalogue"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, options: tuple[str, ...], sentence: str
) -> None:
    done = subprocess.run(
        command(tmp_path / "out", *options),
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_on_a_gpu_every_setting_changes_alone_and_compiling_comes_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "argv", ["gpu.py", "--out", "out"])
    given = gpu.options()
    cells = list(dict.fromkeys(gpu.plan(given, "cuda", "fp16")))
    encoders = [cell for cell in cells if isinstance(cell, EncoderCell)]
    assert [cell.name for cell in encoders[:3]] == list(gpu.AUTOENCODERS)
    usual = encoders[0].way
    assert (usual.precision, usual.batch_size, usual.compiled) == ("fp16", 64, False)
    changes = [
        {name for name, value in cell.way if value != getattr(usual, name)} for cell in encoders
    ]
    assert all(len(change) <= 1 for change in changes if "compiled" not in change)
    seen = {(name, getattr(cell.way, name)) for cell in encoders for name, _ in cell.way}
    assert seen >= {
        *(("precision", "fp16"), ("precision", "bf16"), ("precision", "fp32")),
        *(("batch_size", 1), ("batch_size", 4), ("batch_size", 16), ("batch_size", 64)),
        *(("layout", "channels-last"), ("compiled", True)),
        *(("copies", "in-turn"), ("copies", "two-streams"), ("copies", "two-streams-pinned")),
    }
    # But for the exact way, which no one takes for speed.
    late = ["compiled" in change for change in changes[: -len(gpu.AUTOENCODERS)]]
    assert all(one <= other for one, other in pairwise(late))
    assert {cell.name for cell in cells if isinstance(cell, DecodersCell)} == {*gpu.DUAL_DECODERS}
    assert {cell.name for cell in cells if isinstance(cell, CodecCell)} == {*CODECS}

"""The command line as a user meets it: what it prints, where, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis.kinds.registry import kinds
from analysis.ledger import store
from tests.kinds.examples import shard_sizes
from tests.shared import REPOSITORY

PROGRAM = Path(sys.executable).with_name("latent-storage")
COMMANDS = (
    "record",
    "scan",
    "encode",
    "compress",
    "decompress",
    "train autoencoder",
    "train dual-decoder",
    "measure",
    "ratio",
    "claims",
    "compare",
    "site",
    "schema",
)


_RATIO = ("ratio", "--resolution", "480p", "--autoencoder", "wan-2.1")


def latent_storage(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", "PYTHONPATH": str(REPOSITORY)},
    )


def test_help_lists_every_command_and_each_has_an_example() -> None:
    text = latent_storage("--help").stdout
    assert all(command.split()[0] in text for command in COMMANDS)
    for command in COMMANDS:
        text = " ".join(latent_storage(*command.split(), "--help").stdout.split())
        assert f"Example: latent-storage {command}" in text


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, analysis.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {
        "numpy",
        "pandas",
        "plotly",
        "pydantic",
        "torch",
        "vizdoom",
        "av",
        "cv2",
        "ray",
    }


def test_ratio_is_what_the_equations_say() -> None:
    done = latent_storage(
        *("ratio", "--autoencoder", "dc-ae-lite-f32c32", "--resolution", "480p"),
        *("--bpp", "0.57", "--json"),
    )
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["ratio"] == pytest.approx(512 / 583.68)
    assert report["latent_mb_per_min"] == pytest.approx(40.32)
    assert report["smallest_temporal_factor"] == 1


def test_ratio_takes_number_format_temporal_factor_and_clip_length() -> None:
    def ratio(*options: str) -> float:
        done = latent_storage(
            *("ratio", "--autoencoder", "dc-ae-lite-f32c32", "--resolution", "640x480"),
            *("--bpp", "0.5", "--json", *options),
        )
        return float(json.loads(done.stdout)["ratio"])

    assert ratio() == pytest.approx(1)
    assert ratio("--dtype", "fp8") == pytest.approx(1 / 2)
    assert ratio("--temporal", "4") == pytest.approx(1 / 4)
    assert ratio("--temporal", "4", "--clip-frames", "5") == pytest.approx(2 / 5)


def test_ratio_takes_an_own_shape_and_a_measured_video_and_says_what_fits() -> None:
    done = latent_storage(
        *("ratio", "--spatial", "8", "--channels", "16", "--temporal", "4", "--causal"),
        *("--resolution", "720p", "--video", "h264:23", "--ram", "1", "--disk", "100000"),
    )
    assert done.returncode == 0, done.stderr
    table = [line.split() for line in done.stdout.replace("│", " ").splitlines()]
    assert ["fits", "into", "memory", "no", "no"] in table
    assert ["fits", "onto", "the", "disk", "yes", "yes"] in table
    wrong = latent_storage(
        "ratio", "--autoencoder", "wan-2.1", "--resolution", "480p", "--video", "x"
    )
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("No video 'x' was measured; choose one of note, ")


def test_claims_are_printed_as_a_table_or_as_json() -> None:
    table = latent_storage("claims")
    assert table.returncode == 0
    assert "arithmetic slip" in table.stdout
    claims = json.loads(latent_storage("claims", "--json").stdout)
    assert {"id", "verdict", "figures"} <= claims[0].keys()


def test_compare_marks_what_sampling_does_not_explain(tmp_path: Path) -> None:
    one = store.write(shard_sizes(datetime(2026, 1, 1, tzinfo=UTC)), tmp_path)
    other = store.write(shard_sizes(datetime(2026, 2, 1, tzinfo=UTC), bits_per_pixel=0.9), tmp_path)
    (row,) = [
        row
        for row in json.loads(latent_storage("compare", one, other, "--json").stdout)
        if row["figure"] == "sets[native].bits_per_pixel"
    ]
    assert row["beyond"]
    table = latent_storage("compare", one, other).stdout
    assert "sets[native].bits_per_pixel" in table
    assert "*" in table


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["scan", "absent"], "absent"),
        (["compare", "absent.json", "absent.json"], "There is no measurement absent.json"),
        (["claims", "--measurements", "absent"], "absent is not there"),
        (["record", "--out", "x", "--seconds", "inf"], "nothing to record"),
        (["measure", "dreams"], "No kind 'dreams' is measured"),
        (["measure", "claims", "--out", "README.md"], "README.md/claims: Not a directory"),
        (["measure", "--study", "absent.toml"], "There is no study absent.toml"),
        (
            ["ratio", "--autoencoder", "vae", "--resolution", "480p", "--bpp", "1"],
            "No autoencoder 'vae'",
        ),
    ],
)
def test_a_wrong_input_is_one_sentence_on_stderr_and_code_1(
    arguments: list[str], sentence: str
) -> None:
    done = latent_storage(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" in latent_storage(*arguments, "--debug").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["ratio"],
        ["ratio", "--bpp", "0"],
        ["ratio", "--resolution", "480p", "--bpp", "1", "--spatial", "8"],
        ["ratio", "--resolution", "480p", "--autoencoder", "wan-2.1"],
        [*_RATIO, "--bpp", "1", "--video", "note"],
        [*_RATIO, "--bpp", "1", "--spatial", "8", "--channels", "16"],
        ["nonsense"],
        ["scan", "--colour"],
        ["record", "--out", "x", "--games", "measurements/games", "--seed", "1"],
    ],
)
def test_wrong_usage_is_code_2(arguments: list[str]) -> None:
    assert latent_storage(*arguments).returncode == 2


def test_scan_prints_one_object_and_fails_on_faulty_shards(
    recording_shards: Path, tmp_path: Path
) -> None:
    sound = latent_storage("scan", recording_shards, "--json")
    assert sound.returncode == 0
    report = json.loads(sound.stdout)
    on_disk = sum(path.stat().st_size for path in recording_shards.glob("*.tar"))
    assert report["totals"]["bytes"] == sum(report["components"].values()) == on_disk
    (shard,) = recording_shards.glob("*.tar")
    (tmp_path / shard.name).write_bytes(shard.read_bytes()[:100_000])
    faulty = latent_storage("scan", tmp_path)
    assert faulty.returncode == 1
    assert "cut off" in faulty.stdout


def test_record_renders_given_games(recording_shards: Path, tmp_path: Path) -> None:
    done = latent_storage(
        "record", "--games", recording_shards / "games", "--out", tmp_path, "--size", "320x240"
    )
    assert done.returncode == 0, done.stderr
    (shard,) = map(Path, done.stdout.splitlines())
    (episode,) = json.loads(latent_storage("scan", shard, "--json").stdout)["episodes"]
    assert {(video["width"], video["height"]) for video in episode["videos"]} == {(320, 240)}


def test_schema_writes_every_kind(tmp_path: Path) -> None:
    done = latent_storage("schema", "--out", tmp_path)
    assert [Path(line).stem for line in done.stdout.splitlines()] == list(kinds())
    assert {"shard-sizes", "training", "claims"} <= set(kinds())
    assert json.loads((tmp_path / "schema" / "claims.json").read_text())["title"] == "Claims"

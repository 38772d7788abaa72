"""Latent shards become compressed ones and come back; a stopped run goes on."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from analysis.codecs.latent_codec import RECOMMENDED, RECOMMENDED_LOSSLESS, latent_codec
from analysis.datasets.compress import compress_dataset, decompress
from analysis.datasets.layouts.doom import field_name
from analysis.datasets.scan import scan
from analysis.datasets.writer import write_shard
from analysis.errors import InputError
from tests.datasets.examples import latent_sample, npy, recording_sample, replaced
from tests.datasets.test_latent_reader import plain, values

LOSSLESS = latent_codec(RECOMMENDED_LOSSLESS)
WEIGHTED = latent_codec(RECOMMENDED)


@pytest.fixture(scope="module")
def latents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three shards, one of them in a folder below."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "more").mkdir()
    write_shard(folder / "latent-000000.tar", [plain(0), plain(1)])
    write_shard(folder / "latent-000001.tar", [plain(2)])
    write_shard(folder / "more" / "latent-000000.tar", [plain(3)])
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_lossless_round_trip_gives_the_same_shards(latents: Path, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    done = compress_dataset(str(latents), str(there), LOSSLESS)
    assert len(done.shards) == 3
    assert 0 < done.latents_after < done.latents_before
    assert not [f for f in scan(there).findings if f.severity == "error"]
    decompress(str(there), str(back))
    assert contents(back) == contents(latents)


def test_a_second_run_finds_everything_done(latents: Path, tmp_path: Path) -> None:
    compress_dataset(str(latents), str(tmp_path), LOSSLESS)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.tar")}
    done = compress_dataset(str(latents), str(tmp_path), LOSSLESS)
    assert (done.latents_before, done.latents_after) == (0, 0)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.tar")} == before


def test_the_sensitivity_is_asked_for_once_and_only_if_needed(
    latents: Path, tmp_path: Path
) -> None:
    asked = []

    def sensitivity() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        asked.append(1)
        return np.full(32, 1e-4)

    compress_dataset(str(latents), str(tmp_path), WEIGHTED, sensitivity)
    assert asked == [1]
    compress_dataset(str(latents), str(tmp_path), WEIGHTED, sensitivity)
    assert asked == [1]


def test_shards_of_another_codec_are_not_mixed(latents: Path, tmp_path: Path) -> None:
    compress_dataset(str(latents), str(tmp_path), LOSSLESS)
    with pytest.raises(InputError, match=r"is compressed by cells.*not by zstd:3; give another"):
        compress_dataset(str(latents), str(tmp_path), latent_codec("zstd:3"))


def test_compressed_shards_are_not_compressed_again(latents: Path, tmp_path: Path) -> None:
    compress_dataset(str(latents), str(tmp_path / "once"), LOSSLESS)
    with pytest.raises(InputError, match="holds no latents in"):
        compress_dataset(str(tmp_path / "once"), str(tmp_path / "twice"), LOSSLESS)
    with pytest.raises(InputError, match="holds no latents in"):
        decompress(str(latents), str(tmp_path / "back"))


def test_recordings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_shard(tmp_path / "in" / "mp-0000-000000.tar", [recording_sample(1, frames=5)])
    with pytest.raises(InputError, match="holds no latents in"):
        compress_dataset(str(tmp_path / "in"), str(tmp_path / "out"), LOSSLESS)


def test_the_output_may_not_lie_in_the_source(latents: Path) -> None:
    with pytest.raises(InputError, match="give another output"):
        compress_dataset(str(latents), str(latents / "compressed"), LOSSLESS)
    with pytest.raises(InputError, match="give another output"):
        compress_dataset(str(latents), str(latents), LOSSLESS)


def test_what_a_codec_cannot_store_names_the_member_and_leaves_nothing(tmp_path: Path) -> None:
    infinite = values(0).copy()
    infinite[3, 2, 1, 0] = np.inf
    members: dict[str, bytes | None] = {field_name("latents", "p2"): npy(infinite)}
    (tmp_path / "in").mkdir()
    write_shard(
        tmp_path / "in" / "latent-000000.tar", [replaced(latent_sample(0, len(infinite)), members)]
    )
    with pytest.raises(InputError, match=r"latents_p2\.npy: Some latents are infinite"):
        compress_dataset(str(tmp_path / "in"), str(tmp_path / "out"), latent_codec("u8-channel"))
    assert contents(tmp_path / "out") == {}


def test_a_weighted_codec_without_sensitivity_is_refused(latents: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name the autoencoder"):
        compress_dataset(str(latents), str(tmp_path), WEIGHTED)


def test_killed_runs_go_on_and_end_with_the_same_shards(latents: Path, tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    begin = time.perf_counter()
    compress_dataset(str(latents), str(undisturbed), LOSSLESS)
    length = time.perf_counter() - begin
    expected = contents(undisturbed)
    stopped = 0
    # Ever later: the first are killed in the middle even where the run that was timed was held up.
    for attempt in range(12):
        child = os.fork()
        if not child:
            try:
                compress_dataset(str(latents), str(killed), LOSSLESS)
            finally:
                os._exit(0)
        time.sleep(length * (attempt / 12) ** 2)
        os.kill(child, signal.SIGKILL)
        stopped += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        found = {name: data for name, data in contents(killed).items() if name.endswith(".tar")}
        assert found.items() <= expected.items()
    assert stopped
    compress_dataset(str(latents), str(killed), LOSSLESS)
    assert contents(killed) == expected

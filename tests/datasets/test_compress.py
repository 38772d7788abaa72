"""Latent shards become compressed ones and come back; a stopped run goes on."""

from __future__ import annotations

import io
import os
import shutil
import signal
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest

from analysis.codecs.latent_codec import RECOMMENDED, RECOMMENDED_LOSSLESS, latent_codec
from analysis.datasets.compress import compress_dataset, decompress
from analysis.datasets.latent_reader import LatentReader
from analysis.datasets.scan import scan
from analysis.datasets.writer import write_shard
from analysis.errors import InputError
from tests.datasets.examples import npy, recording_sample, replaced
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


def infinite() -> bytes:
    array = values(0).copy()
    array[3, 2, 1, 0] = np.inf
    return npy(array)


def test_what_a_codec_cannot_store_is_told_and_kept_and_the_rest_goes_on(tmp_path: Path) -> None:
    source, out, back = (tmp_path / name for name in ("in", "out", "back"))
    source.mkdir()
    write_shard(source / "latent-000000.tar", [plain(0)])
    bad = {"latents_p1.npy": infinite(), "latents_p2.npy": infinite()}
    write_shard(source / "latent-000001.tar", [replaced(plain(1), bad)])
    half: dict[str, bytes | None] = {"latents_p1.npy": infinite()}
    write_shard(source / "latent-000002.tar", [replaced(plain(2), half)])
    told: list[str] = []
    codec = latent_codec("u8-channel")
    for _ in range(2):  # a second run finds all done, and tells the same
        told.clear()
        done = compress_dataset(source, out, codec, on_problem=told.append)
        assert list(done.problems) == told
        assert len(told) == 3
        assert all("Some latents are infinite" in problem for problem in told)
        assert f"{plain(2).key}.latents_p1.npy" in told[2]
        assert len(done.shards) == 3
        kinds = {(v.key, v.name): v.codec for v in LatentReader(out).views}
        assert [kinds.get((plain(n).key, "latents_p2.latc")) for n in (0, 2)] == [codec.name] * 2
        assert kinds[plain(2).key, "latents_p1.npy"] is None
    assert contents(out)["latent-000001.tar"] == contents(source)["latent-000001.tar"]
    assert decompress(out, back).problems == ()
    assert contents(back)["latent-000001.tar"] == contents(source)["latent-000001.tar"]
    assert len(LatentReader(back).views) == 6


def test_latents_that_were_never_tried_are_not_taken_for_kept_ones(
    latents: Path, tmp_path: Path
) -> None:
    shutil.copytree(latents, tmp_path / "out")
    with pytest.raises(InputError, match="is not converted; give another output"):
        compress_dataset(latents, tmp_path / "out", LOSSLESS)


def test_a_shard_that_cannot_be_read_does_not_stop_the_rest(latents: Path, tmp_path: Path) -> None:
    source = shutil.copytree(latents, tmp_path / "in")
    (source / "empty.tar").write_bytes(b"")
    done = compress_dataset(source, tmp_path / "out", LOSSLESS)
    assert done.problems == ("empty.tar: is empty; write it again or delete it.",)
    assert len(done.shards) == 3


@pytest.mark.parametrize("key", ["folder/ep_1", "./ep_1", "k" * 150, "ep_é", "ep_\udce9"])
def test_members_come_back_under_their_names(key: str, tmp_path: Path) -> None:
    source, back = tmp_path / "in", tmp_path / "back"
    source.mkdir()
    with tarfile.open(source / "a.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in plain(0).members.items():
            assert isinstance(content, bytes)
            header = tarfile.TarInfo(f"{key}.{name}")
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
        link = tarfile.TarInfo(f"{key}.link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "elsewhere"
        tar.addfile(link)
    compress_dataset(source, tmp_path / "out", LOSSLESS)
    assert scan(tmp_path / "out").totals.episodes == 1
    scan(tmp_path / "out").model_dump_json()
    decompress(tmp_path / "out", back)
    assert tar_contents(back / "a.tar") == tar_contents(source / "a.tar")


def tar_contents(path: Path) -> dict[str, bytes | str]:
    with tarfile.open(path) as tar:
        files = {member.name: tar.extractfile(member) for member in tar if member.isreg()}
        read: dict[str, bytes | str] = {name: file.read() for name, file in files.items() if file}
        return read | {member.name: member.linkname for member in tar if member.issym()}


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

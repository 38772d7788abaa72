"""Clips of latents come out of shards as they went in, compressed or not."""

from __future__ import annotations

import gc
import pickle
import random
import threading
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import webdataset
from numpy.typing import NDArray

from analysis.codecs.container import compress
from analysis.codecs.latent_codec import RECOMMENDED_LOSSLESS, latent_codec
from analysis.datasets import latent_reader
from analysis.datasets.latent_reader import LatentReader, webdataset_decoder
from analysis.datasets.layouts.doom import field_name
from analysis.datasets.scan import scan
from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError
from tests.codecs.examples import latent_like
from tests.datasets.examples import (
    latent_sample,
    npy,
    recording_sample,
    replaced,
    write_unchecked,
)

FRAMES = 50
LOSSLESS = latent_codec(RECOMMENDED_LOSSLESS)


def values(seed: int) -> NDArray[np.float16]:
    return np.ascontiguousarray(latent_like(FRAMES, 32, 15, 20, seed=seed))


def plain(number: int) -> Sample:
    """An episode with latents that differ from frame to frame."""
    members: dict[str, bytes | None] = {
        field_name("latents", "p1"): npy(values(2 * number)),
        field_name("latents", "p2"): npy(values(2 * number + 1)),
    }
    return replaced(latent_sample(number, FRAMES), members)


def compressed(number: int) -> Sample:
    """The same, compressed without loss."""
    members: dict[str, bytes | None] = {
        field_name("latents", "p1"): None,
        field_name("latents", "p2"): None,
        field_name("compressed_latents", "p1"): compress(values(2 * number), LOSSLESS),
        field_name("compressed_latents", "p2"): compress(values(2 * number + 1), LOSSLESS),
    }
    return replaced(latent_sample(number, FRAMES), members)


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plain shard and a compressed one."""
    folder = tmp_path_factory.mktemp("both")
    write_shard(folder / "latent-000000.tar", [plain(0)])
    write_shard(folder / "latent-000001.tar", [compressed(1)])
    return folder


def test_views_are_found_from_headers(shards: Path) -> None:
    views = LatentReader(shards).views
    assert [(view.view, view.codec) for view in views] == [
        ("p1", None),
        ("p2", None),
        ("p1", LOSSLESS.name),
        ("p2", LOSSLESS.name),
    ]
    assert {view.shape for view in views} == {(FRAMES, 32, 15, 20)}


def test_a_clip_is_the_slice_of_the_episode(shards: Path) -> None:
    with LatentReader(shards) as reader:
        for number, view in enumerate(reader.views):
            for start, stop in ((0, FRAMES), (0, 1), (15, 33), (FRAMES - 1, FRAMES), (7, 7)):
                clip = reader.clip(view, start, stop)
                assert clip.dtype == np.float16
                assert clip.flags.writeable
                assert np.array_equal(clip, values(number)[start:stop])
        reader.close()
        assert len(reader.clip(reader.views[0], 0, 2)) == 2


def test_a_clip_beyond_the_end_is_an_index_error(shards: Path) -> None:
    with LatentReader(shards) as reader:
        for view in reader.views:
            with pytest.raises(IndexError, match=f"has {FRAMES} frames"):
                reader.clip(view, 40, FRAMES + 1)


def test_a_reader_goes_into_workers(shards: Path) -> None:
    with LatentReader(shards) as reader:
        reader.clip(reader.views[0], 0, 1)
        with pickle.loads(pickle.dumps(reader)) as again:
            assert again.views == reader.views
            assert np.array_equal(again.clip(again.views[2], 3, 9), values(2)[3:9])


def test_a_scan_measures_compressed_latents(shards: Path) -> None:
    report = scan(shards)
    assert not [finding for finding in report.findings if finding.severity == "error"]
    one, other = sorted(report.episodes, key=lambda episode: episode.shard)
    assert [latents.codec for latents in one.latents] == [None, None]
    assert [latents.codec for latents in other.latents] == [LOSSLESS.name] * 2
    assert other.latents[0].shape == one.latents[0].shape
    assert other.latents[0].bytes < one.latents[0].bytes
    assert report.totals.frames == 4 * FRAMES


def test_latents_that_are_there_twice_are_an_error(tmp_path: Path) -> None:
    both = replaced(plain(1), dict(compressed(1).members))  # type: ignore[arg-type]
    members: dict[str, bytes | None] = {
        field_name("latents", "p1"): npy(values(2)),
        field_name("latents", "p2"): npy(values(3)),
    }
    write_unchecked(tmp_path / "latent-000000.tar", replaced(both, members))
    found = [each.what for each in scan(tmp_path).findings if each.severity == "error"]
    assert "The latents of p1 are there compressed and not; remove one of them." in found


# WebDataset leaves closing its files to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_webdataset_decodes_compressed_members(shards: Path) -> None:
    dataset = webdataset.WebDataset(str(shards / "latent-000001.tar"), shardshuffle=False)
    (sample,) = dataset.decode(webdataset_decoder)
    assert np.array_equal(sample["latents_p1.latc"], values(2))
    assert sample["actions_p1.npy"].shape == (FRAMES, 14)
    assert webdataset_decoder(".actions_p1.npy", b"") is None
    del dataset
    gc.collect()


def test_what_is_no_latents_is_refused(tmp_path: Path) -> None:
    write_shard(tmp_path / "mp-0000-000000.tar", [recording_sample(1, frames=5)])
    with pytest.raises(InputError, match="holds no latents"):
        LatentReader(tmp_path)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((FRAMES, 32, 15, 20), np.int16), "is int16"),
        (np.zeros((FRAMES, 32, 15), np.float16), "is float16"),
    ],
)
def test_other_arrays_are_refused(tmp_path: Path, array: NDArray[np.generic], said: str) -> None:
    members: dict[str, bytes | None] = {field_name("latents", "p1"): npy(array)}
    write_unchecked(tmp_path / "latent-000000.tar", replaced(plain(0), members))
    with LatentReader(tmp_path) as reader, pytest.raises(InputError, match=said):
        reader.clip(reader.views[0], 0, 1)


def test_latents_in_fortran_order_are_those_of_numpy(tmp_path: Path) -> None:
    members: dict[str, bytes | None] = {
        field_name("latents", "p1"): npy(np.asfortranarray(values(0)))
    }
    write_unchecked(tmp_path / "latent-000000.tar", replaced(plain(0), members))
    with LatentReader(tmp_path) as reader:
        found = reader.clip(reader.views[0], 3, 9)
        assert np.array_equal(found, values(0)[3:9])
        assert found.flags.c_contiguous


def test_damage_names_the_member(tmp_path: Path) -> None:
    content = bytearray(compress(values(2), LOSSLESS))
    content[-5] ^= 1
    members: dict[str, bytes | None] = {field_name("compressed_latents", "p1"): bytes(content)}
    write_shard(tmp_path / "latent-000000.tar", [replaced(compressed(1), members)])
    with LatentReader(tmp_path) as reader:
        with pytest.raises(InputError, match=r"latent-000000\.tar/.*latents_p1\.latc: chunk 2 "):
            reader.clip(reader.views[0], FRAMES - 1, FRAMES)
        assert len(reader.clip(reader.views[0], 0, 16)) == 16


def test_a_view_is_found_by_its_episode_and_track(shards: Path) -> None:
    with LatentReader(shards) as reader:
        for view in reader.views:
            assert reader.view(view.key, view.name) is view
        with pytest.raises(KeyError):
            reader.view("ep_nobody", "latents_p1.npy")


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_no_more_files_stay_open_than_views_are_kept(
    shards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latent_reader, "_KEPT_OPEN", 2)
    before = open_files()
    with LatentReader(shards) as reader:
        for _ in range(3):
            for number, view in enumerate(reader.views):
                assert np.array_equal(reader.clip(view, 3, 9), values(number)[3:9])
                assert open_files() <= before + 2
    assert open_files() == before


def test_threads_share_a_reader_that_keeps_one_view_open(
    shards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latent_reader, "_KEPT_OPEN", 1)
    together = threading.Barrier(4)
    wrong: list[int] = []
    with LatentReader(shards) as reader:

        def read(seed: int) -> None:
            places = random.Random(seed)
            together.wait()
            for _ in range(60):
                number, start = places.randrange(4), places.randrange(FRAMES - 8)
                clip = reader.clip(reader.views[number], start, start + 8)
                if not np.array_equal(clip, values(number)[start : start + 8]):
                    wrong.append(number)

        threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_what_cannot_be_read_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    write_shard(tmp_path / "latent-000000.tar", [plain(0)])
    (tmp_path / "latent-000001.tar").write_bytes(b"no tar" * 200)
    with LatentReader(tmp_path) as reader:
        assert len(reader.views) == 2
        (problem,) = reader.problems
        assert problem.startswith("latent-000001.tar: is not a tar")


@pytest.mark.parametrize("dtype", [np.dtype("<f4"), np.dtype("<f2"), np.dtype(">f4")])
def test_other_float_formats_come_as_they_are_stored(tmp_path: Path, dtype: np.dtype[Any]) -> None:
    stored = values(0).astype(dtype)
    members: dict[str, bytes | None] = {field_name("latents", "p1"): npy(stored)}
    write_unchecked(tmp_path / "latent-000000.tar", replaced(plain(0), members))
    with LatentReader(tmp_path) as reader:
        clip = reader.clip(reader.views[0], 2, 7)
    assert clip.dtype == dtype.newbyteorder("=")
    assert np.array_equal(clip, stored[2:7])


def test_bfloat16_comes_as_float32(tmp_path: Path) -> None:
    stored = values(0).astype(ml_dtypes.bfloat16)
    members: dict[str, bytes | None] = {field_name("latents", "p1"): npy(stored)}
    write_unchecked(tmp_path / "latent-000000.tar", replaced(plain(0), members))
    with LatentReader(tmp_path) as reader:
        assert reader.views[0].header.dtype == "bfloat16"
        clip = reader.clip(reader.views[0], 2, 7)
    assert clip.dtype == np.float32
    assert np.array_equal(clip, stored[2:7].astype(np.float32))

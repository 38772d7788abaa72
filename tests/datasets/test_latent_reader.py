"""Clips of latents come out of shards as they went in, compressed or not."""

from __future__ import annotations

import gc
import pickle
from pathlib import Path

import numpy as np
import pytest
import webdataset
from numpy.typing import NDArray

from analysis.codecs.container import compress
from analysis.codecs.latent_codec import RECOMMENDED_LOSSLESS, latent_codec
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
        (np.asfortranarray(values(0)), "in C order"),
    ],
)
def test_other_arrays_are_refused(tmp_path: Path, array: NDArray[np.generic], said: str) -> None:
    members: dict[str, bytes | None] = {field_name("latents", "p1"): npy(array)}
    write_unchecked(tmp_path / "latent-000000.tar", replaced(plain(0), members))
    with LatentReader(tmp_path) as reader, pytest.raises(InputError, match=said):
        reader.clip(reader.views[0], 0, 1)


def test_damage_names_the_member(tmp_path: Path) -> None:
    content = bytearray(compress(values(2), LOSSLESS))
    content[-5] ^= 1
    members: dict[str, bytes | None] = {field_name("compressed_latents", "p1"): bytes(content)}
    write_shard(tmp_path / "latent-000000.tar", [replaced(compressed(1), members)])
    with LatentReader(tmp_path) as reader:
        with pytest.raises(InputError, match=r"latent-000000\.tar/.*latents_p1\.latc: chunk 2 "):
            reader.clip(reader.views[0], FRAMES - 1, FRAMES)
        assert len(reader.clip(reader.views[0], 0, 16)) == 16

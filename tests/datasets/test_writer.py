"""Shards appear whole or not at all, and the same samples give the same bytes."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError
from tests.datasets.examples import episode_key, latent_sample, npy, recording_sample, replaced


def test_a_shard_holds_its_samples_in_order_and_their_members_sorted(tmp_path: Path) -> None:
    samples = [recording_sample(2), recording_sample(1, players=("p1",)), latent_sample(3)]
    write_shard(tmp_path / "a.tar", samples)
    with tarfile.open(tmp_path / "a.tar") as tar:
        assert tar.getnames() == [
            f"{sample.key}.{field}" for sample in samples for field in sorted(sample.members)
        ]
        for sample in samples:
            for field, content in sample.members.items():
                member = tar.extractfile(f"{sample.key}.{field}")
                assert member is not None
                assert member.read() == content


def test_the_same_samples_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.tar", "b.tar"):
        write_shard(tmp_path / name, [recording_sample(1), recording_sample(2)])
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()
    with tarfile.open(tmp_path / "a.tar") as tar:
        assert {(m.mtime, m.uid, m.gid, m.uname, m.mode) for m in tar} == {(0, 0, 0, "", 0o644)}


def test_members_may_be_files(tmp_path: Path) -> None:
    sample = recording_sample(1)
    paths: dict[str, bytes | Path] = {}
    for field, content in sample.members.items():
        assert isinstance(content, bytes)
        (tmp_path / field).write_bytes(content)
        paths[field] = tmp_path / field
    write_shard(tmp_path / "bytes.tar", [sample])
    write_shard(tmp_path / "files.tar", [Sample(sample.key, paths)])
    assert (tmp_path / "bytes.tar").read_bytes() == (tmp_path / "files.tar").read_bytes()


def test_nothing_is_at_the_path_before_the_shard_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"

    def samples() -> Iterator[Sample]:
        for number in range(3):
            assert not list(tmp_path.glob("*.tar"))
            yield recording_sample(number)

    write_shard(path, samples())
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("member", ["video_p1.mp4", "actions_p2.npy", "rewards_p1.npy"])
def test_parts_that_differ_in_length_are_refused(tmp_path: Path, member: str) -> None:
    shorter = recording_sample(1, frames=19).members[member]
    assert isinstance(shorter, bytes)
    sample = replaced(recording_sample(1, frames=20), {member: shorter})
    with pytest.raises(InputError, match=rf"{episode_key(1)}.*{member.partition('.')[0]} 19"):
        write_shard(tmp_path / "a.tar", [recording_sample(0), sample])
    assert not list(tmp_path.iterdir())


def test_latents_must_be_as_many_as_actions(tmp_path: Path) -> None:
    sample = replaced(
        latent_sample(1), {"latents_p2.npy": npy(np.zeros((19, 32, 15, 20), np.float16))}
    )
    with pytest.raises(InputError, match="latents_p2 19"):
        write_shard(tmp_path / "a.tar", [sample])
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_the_older_shard_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    write_shard(path, [recording_sample(1)])
    before = path.read_bytes()
    broken = replaced(recording_sample(3), {"video_p1.mp4": b"not a video"})
    with pytest.raises(InputError, match="is not an MP4"):
        write_shard(path, [recording_sample(2), broken])
    assert path.read_bytes() == before
    assert [path] == list(tmp_path.iterdir())


def test_a_shard_needs_samples_with_keys_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a sample"):
        write_shard(tmp_path / "a.tar", [])
    with pytest.raises(ValueError, match=episode_key(1)):
        write_shard(tmp_path / "a.tar", [recording_sample(1), recording_sample(1)])
    assert not list(tmp_path.iterdir())

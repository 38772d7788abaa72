"""Which episodes there are to encode, and why others are not."""

from __future__ import annotations

import pickle
import uuid
from pathlib import Path

import fsspec
import pytest

from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of
from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError
from tests.datasets.examples import (
    encode,
    episode_key,
    latent_sample,
    moving_frames,
    recording_sample,
    replaced,
    write_recordings,
    write_unchecked,
)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five episodes in two shards, the third of one player; no two of the same length."""
    return write_recordings(tmp_path_factory.mktemp("recordings"))


def test_they_come_by_shard_and_place(recordings: Path) -> None:
    found = recordings_of(open_dataset(recordings))
    assert [episode.key for episode in found.episodes] == [episode_key(n) for n in range(1, 6)]
    assert [episode.frames for episode in found.episodes] == [18, 24, 10, 14, 22]
    assert [len(episode.videos) for episode in found.episodes] == [2, 2, 1, 2, 2]
    assert found.defects == ()
    assert recordings_of(open_dataset(f"file://{recordings}")).episodes[0].key == episode_key(1)


def test_another_process_can_read_one_from_where_it_lies(recordings: Path) -> None:
    episode = pickle.loads(pickle.dumps(recordings_of(open_dataset(recordings)).episodes[1]))
    expected = recording_sample(2, 12).members
    with episode.open() as members:
        assert {name: part.read(0, part.size) for name, part in members.items()} == expected
        assert members["video_p2.mp4"].name == f"mp-0000-000000.tar/{episode.key}.video_p2.mp4"


def test_they_may_lie_in_any_store(recordings: Path) -> None:
    folder = f"memory://{uuid.uuid4().hex}"
    for shard in recordings.glob("*.tar"):
        fsspec.filesystem("memory").pipe(f"{folder}/{shard.name}", shard.read_bytes())
    assert len(recordings_of(open_dataset(folder)).episodes) == 5
    fsspec.filesystem("memory").rm(folder, recursive=True)


SOUND = recording_sample(1, players=("p1",))
SHORT = encode(moving_frames(19, 64, 48))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"meta.json": None}, "meta.json is missing."),
        ({"meta.json": b"{"}, "meta.json: is no JSON"),
        ({"actions_p1.npy": None}, "actions_p1.npy is missing."),
        ({"video_p1.mp4": None}, "video_p1.mp4 is missing."),
        ({"video_p1.mp4": b"nonsense" * 99}, "video_p1.mp4: is not an MP4"),
        ({"rewards_p1.npy": b"nonsense"}, "rewards_p1.npy: is not a npy array"),
        ({"video_p1.mp4": SHORT}, "differ in length: video_p1 19"),
    ],
)
def test_a_defective_episode_is_reported_and_the_others_stay(
    changes: dict[str, bytes | None], reason: str, tmp_path: Path
) -> None:
    write_unchecked(tmp_path / "a.tar", recording_sample(2), replaced(SOUND, changes))
    found = recordings_of(open_dataset(tmp_path))
    assert [episode.key for episode in found.episodes] == [episode_key(2)]
    (defect,) = found.defects
    assert defect.startswith(f"a.tar: {SOUND.key} is left out: ")
    assert reason in defect


def test_a_shard_that_cannot_be_read_is_reported_and_the_others_stay(tmp_path: Path) -> None:
    write_shard(tmp_path / "a.tar", [recording_sample(1)])
    (tmp_path / "b.tar").write_bytes((tmp_path / "a.tar").read_bytes()[:9000])
    (tmp_path / "c.tar").touch()
    found = recordings_of(open_dataset(tmp_path))
    assert len(found.episodes) == 1
    cut_off, empty = found.defects
    assert cut_off.startswith("b.tar: the tar is cut off")
    assert empty.startswith("c.tar: is empty")


def test_an_episode_in_two_shards_is_encoded_once_and_reported(tmp_path: Path) -> None:
    write_shard(tmp_path / "a.tar", [recording_sample(1), recording_sample(2)])
    write_shard(tmp_path / "b.tar", [recording_sample(2), recording_sample(3)])
    found = recordings_of(open_dataset(tmp_path))
    assert [episode.file.name for episode in found.episodes] == ["a.tar", "a.tar", "b.tar"]
    (defect,) = found.defects
    assert f"b.tar: {episode_key(2)} is also in a.tar" in defect


def test_a_member_that_is_there_twice_is_a_defect(tmp_path: Path) -> None:
    write_unchecked(tmp_path / "a.tar", SOUND, Sample(SOUND.key, {"meta.json": b"{}"}))
    found = recordings_of(open_dataset(tmp_path))
    assert found.episodes == ()
    assert "more than once" in found.defects[0]


def test_a_shard_without_episodes_is_reported(tmp_path: Path) -> None:
    write_unchecked(tmp_path / "a.tar", Sample("notes", {"txt": b"hello"}))
    write_shard(tmp_path / "b.tar", [recording_sample(1)])
    found = recordings_of(open_dataset(tmp_path))
    assert found.defects[0].startswith("a.tar: holds no episode")
    assert len(found.episodes) == 1


def test_latents_cannot_be_encoded(tmp_path: Path) -> None:
    write_shard(tmp_path / "a.tar", [recording_sample(1)])
    write_shard(tmp_path / "b.tar", [latent_sample(2)])
    with pytest.raises(InputError, match=r"b.tar: holds latents, and only recordings"):
        recordings_of(open_dataset(tmp_path))


def test_a_folder_below_can_be_left_out(tmp_path: Path) -> None:
    write_shard(tmp_path / "a.tar", [recording_sample(1)])
    (tmp_path / "latents").mkdir()
    write_shard(tmp_path / "latents" / "b.tar", [latent_sample(2)])
    for source, below in (
        (str(tmp_path), str(tmp_path / "latents")),
        (f"file://{tmp_path}", f"file://{tmp_path}/latents/"),
        (f"file://{tmp_path}", str(tmp_path / "latents")),
    ):
        assert len(recordings_of(open_dataset(source, leave_out=below)).episodes) == 1
    with pytest.raises(InputError, match="holds no shard"):
        recordings_of(open_dataset(tmp_path / "latents", leave_out=tmp_path / "latents"))

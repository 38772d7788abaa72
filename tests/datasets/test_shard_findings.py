"""What is in a shard and read by nothing is told by the scan, and by what would encode it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of
from analysis.datasets.scan import scan
from analysis.datasets.writer import Sample, write_shard
from tests.datasets.examples import (
    encode,
    episode_key,
    latent_sample,
    moving_frames,
    recording_sample,
    replaced,
    write_unchecked,
)


def told(path: Path, severity: str) -> list[str]:
    return [finding.what for finding in scan(path).findings if finding.severity == severity]


def members_of(*samples: Sample) -> list[tuple[str, bytes]]:
    return [
        (f"{sample.key}.{name}", content)
        for sample in samples
        for name, content in sample.members.items()
        if isinstance(content, bytes)
    ]


def write_tar(path: Path, members: Iterable[tuple[str, bytes]], **links: tuple[str, bytes]) -> None:
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
        for field, (target, kind) in links.items():
            header = tarfile.TarInfo(f"{episode_key(2)}.{field}.mp4")
            header.linkname, header.type = target, kind
            tar.addfile(header)


def alone(number: int) -> Sample:
    return recording_sample(number, frames=9, players=("p1",))


@pytest.mark.parametrize(
    ("kind", "word"), [(tarfile.SYMTYPE, "symbolic"), (tarfile.LNKTYPE, "hard")]
)
def test_a_link_in_place_of_a_video_is_told(kind: bytes, word: str, tmp_path: Path) -> None:
    without = replaced(alone(2), {"video_p1.mp4": None})
    target = f"{episode_key(1)}.video_p1.mp4"
    write_tar(tmp_path / "a.tar", members_of(alone(1), without), video_p1=(target, kind))
    name = f"{episode_key(2)}.video_p1.mp4"
    assert told(tmp_path, "error")[0].startswith(f"{name} is a {word} link to {target}: ")
    assert not any("two blocks of zeros" in what for what in told(tmp_path, "warning"))
    found = recordings_of(open_dataset(tmp_path))
    assert [episode.key for episode in found.episodes] == [episode_key(1)]
    assert any(f"is a {word} link" in defect for defect in found.defects)


def test_samples_whose_key_has_a_dot_are_told(tmp_path: Path) -> None:
    dotted = Sample("ep_2.5", alone(2).members)
    write_unchecked(tmp_path / "a.tar", alone(1), dotted)
    (what,) = told(tmp_path, "error")
    assert what.startswith(
        "4 files are left out, ep_2.5.meta.json for instance: their key has a dot"
    )
    (defect,) = recordings_of(open_dataset(tmp_path)).defects
    assert "their key has a dot" in defect


def test_keys_that_all_have_a_dot_are_told(tmp_path: Path) -> None:
    write_unchecked(tmp_path / "a.tar", Sample("take 2.0 final", alone(1).members))
    report = scan(tmp_path)
    assert report.totals.frames == 9
    assert any("seems to have a dot" in what for what in told(tmp_path, "warning"))


def test_a_further_camera_is_told_and_no_camera_is_dropped_in_silence(tmp_path: Path) -> None:
    wrist = {"video_wrist.mp4": encode(moving_frames(9, 64, 48)), "note.txt": b"a note"}
    write_unchecked(tmp_path / "a.tar", replaced(alone(1), wrist), replaced(alone(2), wrist))
    (error,) = told(tmp_path, "error")
    assert error.startswith("video_wrist.mp4 of 2 episodes is left out")
    assert any(what.startswith("note.txt of 2 episodes") for what in told(tmp_path, "warning"))
    found = recordings_of(open_dataset(tmp_path))
    assert len(found.episodes) == 2
    assert len(found.defects) == 2


def test_samples_whose_members_alternate_are_told(tmp_path: Path) -> None:
    pairs = zip(members_of(alone(1)), members_of(alone(2)), strict=True)
    write_tar(tmp_path / "a.tar", [member for pair in pairs for member in pair])
    assert scan(tmp_path).totals.frames == 18
    (warning,) = told(tmp_path, "warning")
    assert "WebDataset and Ray read 8 broken samples of 2" in warning


def test_a_sound_shard_has_nothing_to_tell(tmp_path: Path) -> None:
    write_shard(tmp_path / "a.tar", [alone(1), alone(2)])
    assert told(tmp_path, "error") == told(tmp_path, "warning") == []


def test_folders_behind_links_are_read_and_dangling_links_told(tmp_path: Path) -> None:
    real, data = tmp_path / "real", tmp_path / "set"
    real.mkdir()
    (data / ".cache").mkdir(parents=True)
    write_shard(real / "b.tar", [alone(2)])
    for folder in (data, data / ".cache"):
        write_shard(folder / "a.tar", [alone(1)])
    (data / "part").symlink_to(real)
    (real / "back").symlink_to(data)  # a circle
    (data / "c.tar").symlink_to(tmp_path / "nowhere.tar")
    report = scan(data)
    assert report.totals.episodes == 2
    (error,) = told(data, "error")
    assert "c.tar: cannot be read (No such file or directory)" in error
    assert any("c.tar" in defect for defect in recordings_of(open_dataset(data)).defects)


def test_latents_without_a_rate_have_no_mb_per_minute(tmp_path: Path) -> None:
    bare = replaced(latent_sample(1), {"meta.json": b"{}"})
    write_unchecked(tmp_path / "latent-000000.tar", bare)
    report = scan(tmp_path)
    assert report.totals.frames == 40
    assert (report.totals.duration_s, report.totals.mb_per_min) == (0, None)
    assert any("Nothing says how fast" in what for what in told(tmp_path, "warning"))


def test_names_that_are_no_utf8_are_shown_as_latin_1(tmp_path: Path) -> None:
    write_tar(tmp_path / "a.tar", members_of(Sample("ep_\udce9", alone(1).members)))
    report = scan(tmp_path)
    assert report.episodes[0].key == "ep_é"
    assert "ep_é" in report.model_dump_json()
    assert open_dataset(tmp_path).episodes[0].key == "ep_\udce9"

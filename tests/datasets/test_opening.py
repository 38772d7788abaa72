"""A data set is opened in the layout that it is in, its headers read once."""

from __future__ import annotations

import pickle
import tarfile
from pathlib import Path

import pytest

from analysis.datasets import layouts
from analysis.datasets.layouts import layout_of
from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of
from analysis.datasets.scan import scan
from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError, NothingFound
from tests.datasets.examples import recording_sample, write_unchecked
from tests.datasets.other_layouts import HEIGHT, LENGTHS, WIDTH, write_samples, write_videos


def test_a_tree_of_videos_is_episodes_with_their_side_cars(tmp_path: Path) -> None:
    data = open_dataset(write_videos(tmp_path))
    assert data.layout == "videos"
    assert [episode.key for episode in data.episodes] == [
        "test/take 0.0",
        "train/take 1.0",
        "train/take 2.0",
    ]
    second = data.episodes[1]
    assert {name: track.kind for name, track in second.tracks.items()} == {
        "en.txt": "text",
        "json": "meta",
        "mp4": "video",
    }
    assert second.meta["caption"] == "clip 1"
    assert [episode.frames for episode in data.episodes] == list(LENGTHS)
    assert [file.name for file in data.strays] == ["notes.md"]


def test_samples_of_a_webdataset_may_have_several_videos(tmp_path: Path) -> None:
    data = open_dataset(write_samples(tmp_path))
    assert data.layout == "webdataset"
    assert [episode.key for episode in data.episodes] == ["000000", "000001", "000002"]
    assert [track.name for track in data.episodes[2].videos] == ["left.mp4", "right.mp4"]
    assert data.episodes[0].tracks["txt"].read() == b"somebody walks"


def test_a_track_can_be_read_in_another_process(tmp_path: Path) -> None:
    data = pickle.loads(pickle.dumps(open_dataset(write_samples(tmp_path))))
    with data.episodes[0].tracks["mp4"].open() as video:
        assert video.read(4, 4) == b"ftyp"
        assert video.name == "00000.tar/000000.mp4"


@pytest.mark.parametrize("write", [write_videos, write_samples])
def test_a_scan_counts_every_byte_and_frame(write, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    report = scan(write(tmp_path))
    views = [video for episode in report.episodes for video in episode.videos]
    assert report.totals.frames == sum(video.frames for video in views)
    assert sum(report.components.values()) == report.totals.bytes
    bits = 8 * sum(video.bytes for video in views)
    pixels = WIDTH * HEIGHT * report.totals.frames
    assert report.totals.bits_per_pixel == pytest.approx(bits / pixels)
    assert not [finding for finding in report.findings if finding.severity == "error"]


def test_one_bad_video_does_not_stop_the_rest(tmp_path: Path) -> None:
    write_videos(tmp_path)
    (tmp_path / "train" / "page.mp4").write_bytes(b"<html>404</html>" * 50)
    data = open_dataset(tmp_path)
    found = recordings_of(data)
    assert len(found.episodes) == len(LENGTHS)
    (defect,) = found.defects
    assert "train/page is left out: train/page.mp4: is a web page" in defect
    errors = [finding for finding in scan(data).findings if finding.severity == "error"]
    assert [finding.episode for finding in errors] == ["train/page"]


def test_what_fits_no_layout_is_named_with_what_would(tmp_path: Path) -> None:
    write_unchecked(tmp_path / "a.tar", Sample("one", {"jpg": b"\xff\xd8", "cls": b"7"}))
    with pytest.raises(InputError, match=r"hold jpg \(1\), cls \(1\) and fit no layout") as raised:
        open_dataset(tmp_path)
    for layout in layouts.layouts():
        assert layout.WANTS in str(raised.value)


def test_a_tar_that_is_compressed_as_a_whole_is_named(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz"):
        pass
    with pytest.raises(NothingFound, match=r"a\.tar\.gz is compressed as a whole"):
        open_dataset(tmp_path)


def test_hidden_files_are_left_aside(tmp_path: Path) -> None:
    write_videos(tmp_path)
    (tmp_path / "train" / "._take 1.0.mp4").write_bytes(b"AppleDouble")
    assert len(open_dataset(tmp_path).episodes) == len(LENGTHS)


def test_twins_that_macos_adds_to_a_tar_are_strays(tmp_path: Path) -> None:
    twin = Sample("._ep_1", {"video_p1.mp4": b"AppleDouble"})
    write_unchecked(tmp_path / "a.tar", twin, recording_sample(1))
    data = open_dataset(tmp_path)
    assert data.layout == "doom"
    assert len(data.episodes) == 1
    assert data.files[0].strays == (("._ep_1.video_p1.mp4", 11),)


def test_a_layout_may_be_named(tmp_path: Path) -> None:
    write_shard(tmp_path / "mp-0000-000000.tar", [recording_sample(1)])
    assert open_dataset(tmp_path).layout == "doom"
    assert open_dataset(tmp_path, "webdataset").layout == "webdataset"
    with pytest.raises(InputError, match="no layout 'mine'; choose one of doom, webdataset"):
        open_dataset(tmp_path, "mine")


ADDED = """
from dataclasses import dataclass

from analysis.datasets.members import SampleLayout


@dataclass(frozen=True)
class Clips(SampleLayout):
    def recognises(self, names):
        return "clip.mp4" in names


LAYOUT = Clips("clips", ORDER=0, STORED="shards", WANTS="clip.mp4", META="about.json")
"""


def test_a_layout_is_added_by_its_module_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "added").mkdir()
    (tmp_path / "added" / "clips.py").write_text(ADDED)
    monkeypatch.setattr(layouts, "__path__", [*layouts.__path__, str(tmp_path / "added")])
    layouts.layouts.cache_clear()
    try:
        content: dict[str, bytes | Path] = {
            "about.json": b'{"who": "me"}',
            "clip.mp4": recording_sample(1).members["video_p1.mp4"],
        }
        (tmp_path / "data").mkdir()
        write_unchecked(tmp_path / "data" / "a.tar", Sample("one", content))
        data = open_dataset(tmp_path / "data")
        assert data.layout == "clips"
        assert data.episodes[0].meta == {"who": "me"}
        assert layout_of("clips").latents_name("clip.mp4", ".npy") == "clip.npy"
        assert scan(data).totals.episodes == 1
    finally:
        layouts.layouts.cache_clear()

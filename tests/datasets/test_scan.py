"""A scan against the same sums by hand, and what it says of broken shards."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import tarfile
from collections import Counter
from pathlib import Path

import av
import fsspec
import numpy as np
import pytest
from rich.console import Console

from analysis.datasets.layouts.doom import META, field_name
from analysis.datasets.report import Finding, ScanReport
from analysis.datasets.scan import scan
from analysis.datasets.summary import summary
from analysis.datasets.writer import Sample
from analysis.errors import InputError
from analysis.video.vmaf import vmaf_program
from tests.datasets.examples import (
    encode,
    latent_sample,
    moving_frames,
    npy,
    recording_sample,
    replaced,
    write_unchecked,
)


def errors(report: ScanReport) -> list[Finding]:
    return [finding for finding in report.findings if finding.severity == "error"]


def test_totals_are_the_sums_by_hand(recordings: Path) -> None:
    size = frames = pixels = video_bytes = 0
    seconds = 0.0
    components = Counter[str]()
    for path in recordings.iterdir():
        size += path.stat().st_size
        with tarfile.open(path) as tar:
            for member in tar:
                file = tar.extractfile(member)
                assert file is not None
                components[member.name.split(".")[1]] += member.size
                if member.name.endswith(".mp4"):
                    with av.open(file) as container:
                        stream = container.streams.video[0]
                        frames += stream.frames
                        seconds += float(stream.frames / (stream.average_rate or 1))
                        pixels += stream.frames * stream.width * stream.height
                        video_bytes += member.size
    report = scan(recordings)
    totals = report.totals
    assert report.findings == ()
    assert (totals.bytes, totals.frames, totals.shards, totals.episodes) == (size, frames, 2, 3)
    assert frames == 2 * 20 + 2 * 30 + 25
    assert totals.duration_s == pytest.approx(seconds)
    assert totals.mb_per_min == pytest.approx(size / 1e6 / (seconds / 60))
    assert totals.bits_per_pixel == pytest.approx(8 * video_bytes / pixels)
    assert report.components.pop("tar_framing") == size - components.total()
    assert report.components == components


def test_intervals_hold_the_totals_they_belong_to(recordings: Path) -> None:
    totals = scan(recordings).totals
    for value, interval in (
        (totals.mb_per_min, totals.mb_per_min_interval),
        (totals.bits_per_pixel, totals.bits_per_pixel_interval),
    ):
        assert value is not None
        assert interval is not None
        assert interval.n == 3
        assert interval.value == pytest.approx(value)
        assert interval.low is not None
        assert interval.high is not None
        assert interval.low <= value <= interval.high


def test_the_json_has_the_fields_that_others_read(recordings: Path) -> None:
    report = json.loads(scan(recordings).model_dump_json())
    assert {"totals", "components", "episodes", "shards", "findings"} <= report.keys()
    episode = report["episodes"][2]
    assert episode["frames"] == 25
    assert episode["shard"] == "mp-0000-000001.tar"
    (video,) = episode["videos"]
    assert video["codec"] == "H.264 (High)"
    assert (video["width"], video["height"], video["fps"]) == (64, 48, 35.0)
    assert video["bits_per_pixel"] == pytest.approx(8 * video["bytes"] / (64 * 48 * 25))
    assert sum(report["components"].values()) == report["totals"]["bytes"]


def test_latents_count_by_their_shape_and_their_meta(latents: Path) -> None:
    report = scan(latents)
    assert report.findings == ()
    assert report.totals.frames == 2 * (20 + 30)
    assert report.totals.duration_s == pytest.approx(100 / 35)
    assert sum(report.components.values()) == sum(p.stat().st_size for p in latents.iterdir())
    view = report.episodes[0].latents[0]
    assert (view.shape, view.dtype) == ((20, 32, 15, 20), "float16")
    # 32 channels of 16 bits for 32 × 32 pixels, and the header of the array.
    assert view.bits_per_pixel == pytest.approx(0.5 + 8 * 128 / (20 * 640 * 480))
    assert {shard.kind for shard in report.shards} == {"latent"}


def test_a_url_is_scanned_as_a_folder_is(recordings: Path) -> None:
    store = fsspec.filesystem("memory")
    for path in recordings.iterdir():
        store.pipe(f"/data/deep/{path.name}", path.read_bytes())
    try:
        remote = scan("memory://data")
        local = scan(recordings)
        assert remote.totals == local.totals
        assert remote.components == local.components
        assert [shard.name for shard in remote.shards] == [
            f"deep/{shard.name}" for shard in local.shards
        ]
        assert scan("memory://data/deep/mp-0000-000001.tar").totals.episodes == 1
        assert scan(f"file://{recordings}").totals == local.totals
    finally:
        store.rm("/data", recursive=True)


def test_one_shard_is_scanned_by_its_path(recordings: Path) -> None:
    report = scan(recordings / "mp-0000-000001.tar")
    assert (report.totals.episodes, report.shards[0].name) == (1, "mp-0000-000001.tar")


@pytest.mark.parametrize("place", ["absent", "empty", "memory://absent", "nowhere://data"])
def test_a_place_without_shards_is_refused_in_one_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    path = place if "://" in place else str(tmp_path / place)
    with pytest.raises(InputError) as raised:
        scan(path)
    assert str(raised.value).startswith(path)
    assert "\n" not in str(raised.value)


VIDEO = recording_sample().members["video_p1.mp4"]
assert isinstance(VIDEO, bytes)


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"video_p1.mp4": VIDEO[: VIDEO.index(b"moov") - 4]}, "video_p1.mp4: the MP4 has no moov"),
        ({"video_p1.mp4": VIDEO[:-50]}, "video_p1.mp4: the MP4 is cut off"),
        ({"video_p1.mp4": b""}, "video_p1.mp4: is empty"),
        ({"video_p1.mp4": None, "video_p2.mp4": None}, "video_p1.mp4 is missing"),
    ],
)
def test_a_shard_whose_frames_cannot_be_counted_is_left_out_of_the_totals(
    recordings: Path, tmp_path: Path, members: dict[str, bytes | None], what: str
) -> None:
    folder = shutil.copytree(recordings, tmp_path / "shards")
    write_unchecked(folder / "bad.tar", replaced(recording_sample(9), members))
    _check_that_the_good_ones_count(scan(folder), scan(recordings), what)


@pytest.mark.parametrize(
    ("keep", "what"),
    [(0.5, "bad.tar: the tar is cut off within"), (0, "bad.tar: is empty"), (None, "is not a tar")],
)
def test_a_broken_tar_is_left_out_of_the_totals(
    recordings: Path, tmp_path: Path, keep: float | None, what: str
) -> None:
    folder = shutil.copytree(recordings, tmp_path / "shards")
    whole = (folder / "mp-0000-000000.tar").read_bytes()
    broken = b"no tar at all " * 100 if keep is None else whole[: int(keep * len(whole))]
    (folder / "bad.tar").write_bytes(broken)
    _check_that_the_good_ones_count(scan(folder), scan(recordings), what)


def _check_that_the_good_ones_count(report: ScanReport, good: ScanReport, what: str) -> None:
    assert report.totals.model_copy(update={"shards_not_counted": 0, "bytes_not_counted": 0}) == (
        good.totals
    )
    assert report.components == good.components
    assert report.episodes == good.episodes
    assert report.totals.shards_not_counted == 1
    assert {finding.shard for finding in errors(report)} == {"bad.tar"}
    assert any(what in finding.what for finding in errors(report))


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"actions_p1.npy": npy(np.zeros((20, 14), np.float64))}, "is float64, not float32"),
        ({"actions_p1.npy": npy(np.zeros((20, 13), np.float32))}, "shape (20, 13), not (N, 14)"),
        ({"rewards_p2.npy": npy(np.zeros((20, 1), np.float32))}, "shape (20, 1), not (N,)"),
        ({"rewards_p1.npy": npy(np.zeros(19, np.float32))}, "differ in length"),
        ({"actions_p2.npy": b"garbage"}, "actions_p2.npy: is not a npy array"),
        ({"actions_p2.npy": None}, "actions_p2.npy is missing"),
        ({"video_p2.mp4": None}, "video_p2.mp4 is missing"),
        ({META: None}, "meta.json is missing"),
        ({META: b"{"}, "meta.json: is no JSON"),
        ({META: b"[1]"}, "meta.json: is no JSON object"),
        ({META: b'{"n_frames": 21}'}, "has 20 frames, meta.json says 21"),
        ({META: b'{"video_resolution": "640x480"}'}, "is 64x48, meta.json says 640x480"),
        ({META: b'{"fps": 30}'}, "plays at 35 frames per second, meta.json says 30"),
    ],
)
def test_what_breaks_the_layout_of_a_recording_is_an_error(
    tmp_path: Path, members: dict[str, bytes | None], what: str
) -> None:
    sample = replaced(recording_sample(1), members)
    write_unchecked(tmp_path / "a.tar", sample)
    report = scan(tmp_path)
    found = errors(report)
    assert any(what in finding.what for finding in found), found
    assert {(finding.shard, finding.episode) for finding in found} == {("a.tar", sample.key)}
    assert report.totals.episodes == 1


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"latents_p1.npy": npy(np.zeros((20, 32, 15, 20), np.float32))}, "float32, not float16"),
        ({"latents_p1.npy": npy(np.zeros((20, 15, 20), np.float16))}, "has the shape (20, 15, 20)"),
        ({"latents_p2.npy": npy(np.zeros((20, 16, 15, 20), np.float16))}, "latent_channels 32"),
        ({"latents_p1.npy": npy(np.zeros((20, 32, 15, 10), np.float16))}, "640x480 over 32"),
        ({"latents_p1.npy": npy(np.zeros((19, 32, 15, 20), np.float16))}, "n_latent_frames 20"),
        ({"latents_p1.npy": npy(np.zeros((0, 32, 15, 20), np.float16))}, "holds no frame"),
        ({"latents_p2.npy": None}, "latents_p2.npy is missing"),
    ],
)
def test_what_breaks_the_layout_of_latents_is_an_error(
    tmp_path: Path, members: dict[str, bytes | None], what: str
) -> None:
    write_unchecked(tmp_path / "a.tar", replaced(latent_sample(1), members))
    found = errors(scan(tmp_path))
    assert any(what in finding.what for finding in found), found


def test_mpeg_4_part_2_is_not_passed_off_as_h264(tmp_path: Path) -> None:
    write_unchecked(tmp_path / "a.tar", recording_sample(1, codec="mpeg4"), recording_sample(2))
    report = scan(tmp_path)
    assert [finding.what for finding in report.findings] == [
        "2 videos are MPEG-4 Part 2 (mp4v), not H.264.",
        "The videos are of several codecs: H.264 (High), MPEG-4 Part 2 (mp4v).",
    ]
    assert {codec.codec: codec.videos for codec in report.codecs} == {
        "MPEG-4 Part 2 (mp4v)": 2,
        "H.264 (High)": 2,
    }


def test_an_episode_in_two_shards_is_an_error(tmp_path: Path) -> None:
    write_unchecked(tmp_path / "a.tar", recording_sample(1))
    write_unchecked(tmp_path / "b.tar", recording_sample(1))
    write_unchecked(tmp_path / "c.tar", latent_sample(1))
    report = scan(tmp_path)
    assert [(finding.shard, finding.what) for finding in errors(report)] == [
        ("b.tar", "The episode is also in a.tar; delete one of them.")
    ]
    assert any("totals mix the two" in finding.what for finding in report.findings)


def test_a_member_that_is_there_twice_is_an_error(tmp_path: Path) -> None:
    write_unchecked(tmp_path / "a.tar", recording_sample(1), recording_sample(1))
    assert {finding.what for finding in errors(scan(tmp_path))} == {
        f"{field} is there 2 times." for field in recording_sample(1).members
    }


def test_a_tar_without_its_end_counts_with_a_warning(recordings: Path, tmp_path: Path) -> None:
    whole = (recordings / "mp-0000-000000.tar").read_bytes()
    (tmp_path / "a.tar").write_bytes(whole.rstrip(b"\0") + bytes(-len(whole.rstrip(b"\0")) % 512))
    report = scan(tmp_path)
    assert report.totals.frames == 100
    assert [finding.severity for finding in report.findings] == ["warning"]
    assert "two blocks of zeros" in report.findings[0].what


def test_what_recorders_spell_otherwise_in_meta_is_no_error(tmp_path: Path) -> None:
    meta = {"timestamp": "2026-03-05T10:00:00Z", "play_resolution": "RES_64X48", "worker_id": "a"}
    sample = replaced(recording_sample(1), {META: json.dumps(meta | {"fps": "fast"}).encode()})
    write_unchecked(tmp_path / "a.tar", sample)
    report = scan(tmp_path)
    assert not errors(report)
    (told,) = [finding.what for finding in report.findings]
    assert "timestamp" in told
    assert "play_resolution" not in told


def test_the_latent_shape_may_be_told_of_one_frame(tmp_path: Path) -> None:
    sample = latent_sample(1)
    stored = sample.members[META]
    assert isinstance(stored, bytes)
    meta = json.loads(stored)
    shape = meta["latent_shape_p1"]
    for told, fits in ((shape[1:], True), (shape, True), ([1, *shape[2:]], False)):
        changed = replaced(sample, {META: json.dumps(meta | {"latent_shape_p1": told}).encode()})
        write_unchecked(tmp_path / "a.tar", changed)
        assert bool(errors(scan(tmp_path))) is not fits


def test_a_path_is_shown_as_it_is_written(recordings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a[red]b[" / "x]"
    folder.parent.mkdir()
    shutil.copytree(recordings, folder)
    console = Console(width=400, record=True, file=io.StringIO())
    console.print(summary(scan(folder)))
    # A title breaks at the width of its table.
    assert "a[red]b[/x]" in console.export_text().replace("\n", "")


def test_a_compressed_shard_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(gzip.compress(bytes(2000)))
    (error,) = errors(scan(tmp_path))
    assert "gunzip" in error.what


def test_fields_that_meta_lacks_and_files_of_no_episode_are_told(tmp_path: Path) -> None:
    few = {META: b'{"episode_id": "1", "fps": 35}'}
    sample = replaced(recording_sample(1, players=("p1",)), few)
    write_unchecked(tmp_path / "a.tar", sample, Sample("README", {"txt": b"hello"}))
    report = scan(tmp_path)
    assert not errors(report)
    told = " ".join(finding.what for finding in report.findings)
    assert "meta.json lacks or spells otherwise button_names" in told
    assert "README.txt" in told
    assert report.components["other"] == 5


def test_progress_is_told_after_each_shard(recordings: Path) -> None:
    told: list[tuple[int, int]] = []
    scan(recordings, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_the_summary_names_sizes_codecs_and_faults(recordings: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(recordings, tmp_path / "shards")
    (folder / "bad.tar").write_bytes(b"no tar")
    console = Console(file=io.StringIO(), width=120)
    console.print(summary(scan(folder)))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    for part in ("H.264 (High)", "video_p1", "tar_framing", "bad.tar: is not a tar", "not counted"):
        assert part in text


def test_deep_decodes_and_tells_what_cannot_be(tmp_path: Path) -> None:
    video = encode(moving_frames(20, 64, 48))
    start = video.index(b"mdat") + 8
    end = video.index(b"moov") - 8
    garbled = video[:start] + b"\xff" * (end - start) + video[end:]
    sample = replaced(recording_sample(1), {field_name("video", "p2"): garbled})
    write_unchecked(tmp_path / "a.tar", sample)
    assert not errors(scan(tmp_path))
    (finding,) = errors(scan(tmp_path, deep=True))
    assert finding.what.startswith("video_p2.mp4: cannot be decoded")


def test_deep_tells_a_video_whose_frames_change_their_size(tmp_path: Path) -> None:
    changing = {field_name("video", "p1"): _of_sizes(tmp_path, (96, 64), (64, 48))}
    shards = tmp_path / "shards"
    shards.mkdir()
    alone = replaced(recording_sample(1, frames=30, players=("p1",)), changing)
    write_unchecked(shards / "a.tar", alone, recording_sample(2))
    report = scan(shards, deep=True)
    assert report.totals.episodes == 2
    assert any("of several sizes (96x64, 64x48)" in finding.what for finding in errors(report))


def _of_sizes(folder: Path, *sizes: tuple[int, int]) -> bytes:
    """A video of 15 frames of each size, in one track: as raw streams may have it."""
    stream, video = folder / "stream.h264", folder / "video.mp4"
    for size in sizes:
        part = folder / "part.mp4"
        part.write_bytes(encode(moving_frames(15, *size), options={"bf": "0"}))
        _ffmpeg("-i", str(part), "-c", "copy", str(folder / "part.h264"))
        with stream.open("ab") as joined:
            joined.write((folder / "part.h264").read_bytes())
    _ffmpeg("-r", "35", "-i", str(stream), "-c", "copy", str(video))
    return video.read_bytes()


def _ffmpeg(*arguments: str) -> None:
    program = vmaf_program()
    assert program is not None
    subprocess.run([str(program), "-v", "error", "-y", *arguments], check=True)

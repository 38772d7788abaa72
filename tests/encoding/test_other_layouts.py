"""Videos become latents in the layout that they lie in, and a stopped run goes on."""

from __future__ import annotations

import io
import json
import os
import signal
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import load
from analysis.codecs.latent_codec import latent_codec
from analysis.datasets.compress import compress_dataset, decompress
from analysis.datasets.latent_reader import LatentReader
from analysis.datasets.opening import open_dataset
from analysis.datasets.scan import scan
from analysis.datasets.writer import Sample
from analysis.encoding.encode import Encoded, encode
from analysis.errors import OutputTaken
from analysis.video.decode import decode_frames
from tests.datasets.examples import write_unchecked
from tests.datasets.other_layouts import HEIGHT, LENGTHS, WIDTH, write_samples, write_videos
from tests.encoding.shard_contents import members
from tests.encoding.tiny import save_tiny

LOSSLESS = latent_codec("zstd:3")
WRITERS = {"videos": write_videos, "webdataset": write_samples}


def run(source: Path, out: Path, autoencoder: Autoencoder) -> Encoded:
    return encode(source, out, autoencoder, 30_000)


def contents(folder: Path) -> dict[str, bytes]:
    """All files by their paths, unfinished ones too."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def expected(source: Path, autoencoder: Autoencoder) -> dict[tuple[str, str], np.ndarray]:
    """The latents of each video, by the episode's key and the video's name."""
    found = {}
    for episode in open_dataset(source).episodes:
        for video in episode.videos:
            with video.open() as data:
                batches = decode_frames(data, autoencoder.frames_per_call, video.header)
                latents = [autoencoder.encode(batch) for batch in batches]
            found[episode.key, video.name] = np.concatenate(latents)
    return found


def test_a_tree_of_videos_becomes_a_tree_of_latents(
    tmp_path: Path, autoencoder: Autoencoder
) -> None:
    source, out = write_videos(tmp_path / "in"), tmp_path / "out"
    encoded = run(source, out, autoencoder)
    assert encoded.problems == ()
    written = contents(out)
    assert sorted(written) == sorted(
        [
            *(f"test/take 0.0.{end}" for end in ("npy", "latents.json")),
            *(f"train/take 1.0.{end}" for end in ("npy", "latents.json", "json", "en.txt")),
            *(f"train/take 2.0.{end}" for end in ("npy", "latents.json")),
        ]
    )
    assert written["train/take 1.0.en.txt"] == b"somebody walks"
    for (key, _), latents in expected(source, autoencoder).items():
        stored = np.load(io.BytesIO(written[f"{key}.npy"]))
        assert np.array_equal(stored, latents.astype(np.float16))
        said = json.loads(written[f"{key}.latents.json"])
        assert said["ae_model"] == autoencoder.name
        assert said["video_resolution"] == f"{WIDTH}x{HEIGHT}"
        assert said["n_frames"] == len(latents)


def test_samples_keep_all_but_their_videos(tmp_path: Path, autoencoder: Autoencoder) -> None:
    source, out = write_samples(tmp_path / "in"), tmp_path / "out"
    encoded = run(source, out, autoencoder)
    assert encoded.problems == ()
    assert all(Path(shard).name.startswith("latent-") for shard in encoded.shards)
    before, after = (
        {
            name: content
            for shard in sorted(folder.glob("*.tar"))
            for name, content in members(shard).items()
        }
        for folder in (source, out)
    )
    unchanged = {name for name in before if not name.endswith(".mp4")}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}
    assert set(after) - unchanged == {
        *("000000.npy", "000000.latents.json", "000001.npy", "000001.latents.json"),
        *("000002.left.npy", "000002.left.latents.json"),
        *("000002.right.npy", "000002.right.latents.json"),
    }
    views = {(view.key, view.name): view for view in LatentReader(out).views}
    with LatentReader(out) as reader:
        for (key, name), latents in expected(source, autoencoder).items():
            view = views[key, name.replace("mp4", "npy")]
            assert np.array_equal(reader.clip(view, 0, len(latents)), latents.astype(np.float16))


@pytest.mark.parametrize("layout", WRITERS)
def test_a_scan_of_what_was_written_finds_every_frame(
    layout: str, tmp_path: Path, autoencoder: Autoencoder
) -> None:
    source, out = WRITERS[layout](tmp_path / "in"), tmp_path / "out"
    run(source, out, autoencoder)
    recorded, report = scan(source), scan(out)
    assert report.layout == recorded.layout == layout
    assert report.findings == ()
    assert report.totals.frames == recorded.totals.frames
    assert report.totals.duration_s == pytest.approx(recorded.totals.duration_s)
    assert report.totals.bytes == sum(path.stat().st_size for path in out.rglob("*.*"))


@pytest.mark.parametrize("layout", WRITERS)
def test_running_again_changes_nothing_and_adds_what_has_come(
    layout: str, tmp_path: Path, autoencoder: Autoencoder
) -> None:
    source, out = WRITERS[layout](tmp_path / "in"), tmp_path / "out"
    run(source, out, autoencoder)
    before = contents(out)
    assert run(source, out, autoencoder).problems == ()
    assert contents(out) == before
    (source / "new").mkdir()
    WRITERS[layout](source / "new")
    for file in (source / "new").rglob("*.tar"):  # the same keys would be the same episodes
        renamed = file.with_suffix(".renamed")
        with tarfile.open(file) as old, tarfile.open(renamed, "w") as new:
            for member in old:
                content = old.extractfile(member)
                member.name = f"new/{member.name}"
                new.addfile(member, content)
        renamed.replace(file)
    assert run(source, out, autoencoder).problems == ()
    after = contents(out)
    assert {name: after[name] for name in before} == before
    assert len(LatentReader(out).views) == 2 * len(expected(source / "new", autoencoder))


@pytest.mark.parametrize("layout", WRITERS)
def test_latents_of_another_autoencoder_are_not_mixed_in(
    layout: str, tmp_path: Path, autoencoder: Autoencoder
) -> None:
    source, out = WRITERS[layout](tmp_path / "in"), tmp_path / "out"
    run(source, out, autoencoder)
    other = load(str(save_tiny(tmp_path / "other", seed=1)), autoencoder.runtime)
    with pytest.raises(OutputTaken, match=r"its latents are of .*tiny.*, not of .*other"):
        run(source, out, other)


def test_a_video_that_cannot_be_decoded_leaves_its_episode_out(
    tmp_path: Path, autoencoder: Autoencoder
) -> None:
    source, out = write_videos(tmp_path / "in"), tmp_path / "out"
    whole = (source / "train" / "take 2.0.mp4").read_bytes()
    start, end = whole.index(b"mdat") + 8, whole.index(b"moov") - 8
    garbled = whole[:start] + b"\xff" * (end - start) + whole[end:]
    (source / "train" / "take 2.0.mp4").write_bytes(garbled)
    encoded = run(source, out, autoencoder)
    (problem,) = encoded.problems
    assert problem.startswith("train/take 2.0 is left out: train/take 2.0.mp4: cannot be decoded")
    assert len(encoded.shards) == len(LENGTHS) - 1
    assert not any(name.startswith("train/take 2.0") for name in contents(out))


def test_latents_are_not_put_where_something_else_lies(
    tmp_path: Path, autoencoder: Autoencoder
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    video = write_videos(tmp_path / "videos") / "test" / "take 0.0.mp4"
    array = io.BytesIO()
    np.save(array, np.zeros(3))
    sample = Sample("one", {"mp4": video.read_bytes(), "npy": array.getvalue()})
    write_unchecked(source / "a.tar", sample)
    (problem,) = run(source, tmp_path / "out", autoencoder).problems
    assert "npy is there already, where its latents are to be" in problem


@pytest.mark.parametrize("layout", WRITERS)
def test_compressed_and_decompressed_they_are_the_same_files(
    layout: str, tmp_path: Path, autoencoder: Autoencoder
) -> None:
    source, latents = WRITERS[layout](tmp_path / "in"), tmp_path / "latents"
    run(source, latents, autoencoder)
    compress_dataset(str(latents), str(tmp_path / "small"), LOSSLESS)
    with LatentReader(tmp_path / "small") as small, LatentReader(latents) as plain:
        assert [view.codec for view in small.views] == [LOSSLESS.name] * len(plain.views)
        for one, other in zip(small.views, plain.views, strict=True):
            assert np.array_equal(small.clip(one, 2, 7), plain.clip(other, 2, 7))
    decompress(str(tmp_path / "small"), str(tmp_path / "again"))
    assert contents(tmp_path / "again") == contents(latents)
    # A second run finds everything done.
    assert compress_dataset(str(latents), str(tmp_path / "small"), LOSSLESS).latents_before == 0


def forked(work: Callable[[], object]) -> int:
    """The identity of a process that does some work."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


# Torch has started threads by now; the child starts its own.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("layout", WRITERS)
def test_killed_ever_later_it_goes_on_to_the_same_files(
    layout: str, tmp_path: Path, autoencoder: Autoencoder
) -> None:
    source = WRITERS[layout](tmp_path / "in")
    run(source, tmp_path / "whole", autoencoder)
    whole, out = contents(tmp_path / "whole"), tmp_path / "out"
    wait, killed = 0.002, 0
    while True:
        child = forked(lambda: run(source, out, autoencoder))
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        wait *= 1.4  # ever later, so that some are met in the middle however fast the machine is
        if not os.WIFSIGNALED(status) or contents(out) == whole:
            break
        killed += 1
        done = {name: content for name, content in contents(out).items() if "/." not in f"/{name}"}
        assert done.items() <= whole.items()
    assert killed
    run(source, out, autoencoder)
    assert contents(out) == whole

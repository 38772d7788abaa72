"""Quality of real recordings and of latents made of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.datasets.writer import write_shard
from analysis.errors import InputError
from analysis.kinds.context import Context
from analysis.kinds.ledger import read_run
from analysis.kinds.reconstruction import measure as reconstruction
from analysis.kinds.reconstruction.record import Reconstruction, ReconstructionResults, Reproduction
from analysis.kinds.reconstruction.views import clips
from analysis.kinds.run import run
from analysis.kinds.sampling import evenly
from analysis.kinds.study import Study
from analysis.ledger import store
from analysis.recording.record import GAMES_FOLDER
from tests.datasets.examples import latent_sample, recording_sample

pytestmark = pytest.mark.usefixtures("one_thread")


def context(weights: Path, *sets: dict[str, str]) -> Context:
    study = Study.model_validate(
        {
            "autoencoder": "dc-ae-lite-f32c32",
            "encode_with": [str(weights)],
            "quick": {"shards": sets},
        }
    )
    return Context(study, Path("study.toml"), "quick", (), lambda what, done, total: None)


def by_format(results: ReconstructionResults) -> dict[str | None, Reproduction]:
    return {entry.format: entry for entry in results.sets[0].splits[0].reproductions}


def test_recordings_with_games_are_held_against_what_was_rendered(
    weights: Path, recording_shards: Path, note_shards: Path, tmp_path: Path
) -> None:
    games = str(recording_shards / GAMES_FOLDER)
    native = {"name": "native", "path": str(recording_shards), "recipe": "native"}
    note = {"name": "note", "path": str(note_shards), "games": games, "recipe": "note"}
    (path,) = run(["reconstruction"], context(weights, native, note), ["measure"], tmp_path)
    found = read_run(path)
    assert isinstance(found, Reconstruction)
    for entry in found.results.sets:
        assert entry.reference == "rendered frames"
        assert (entry.width, entry.height, entry.fps) == (640, 480, 35)
        (split,) = entry.splits
        assert (split.name, split.episodes, split.views, split.frames) == ("training", 1, 1, 2)
        video, *latents = split.reproductions
        assert video.kind == "video"
        assert 28 < video.whole.psnr_db.value < 50
        assert {way.format for way in latents} > {"fp32", "fp16", "int8 per channel"}
        for way in latents:
            # The mean colours of blocks: far from the frames, and nothing is left of the figures.
            assert way.whole.psnr_db.value < video.whole.psnr_db.value - 5
            assert way.whole.ms_ssim is not None
            assert way.hud is not None
            assert way.hud.ms_ssim is None
            assert way.hud.psnr_db.value < video.whole.psnr_db.value
    _check_sizes(found.results)
    _check_pictures(found, path)


def _check_sizes(results: ReconstructionResults) -> None:
    ways = by_format(results)
    values = 3 / 32**2  # a pixel
    for format, bytes_per_value in (("fp32", 4), ("fp16", 2), ("fp8 e4m3", 1)):
        assert ways[format].bytes_per_value == bytes_per_value
        assert ways[format].bits_per_pixel.value == pytest.approx(8 * values * bytes_per_value)
    int8 = ways["int8 per channel"]
    assert int8.bytes_per_value == pytest.approx(1 + 3 * 8 / (105 * 3 * 15 * 20))
    assert ways["fp32"].whole.psnr_db.value == pytest.approx(
        ways["fp16"].whole.psnr_db.value, abs=0.05
    )


def _check_pictures(found: Reconstruction, path: Path) -> None:
    media = store.media_folder(found, path.parents[1])
    assert [frame.percentile for frame in found.results.shown] == [10, 90]
    for frame in found.results.shown:
        shown = {}
        for picture in frame.pictures:
            content = (media / picture.file).read_bytes()
            assert len(content) == picture.bytes
            assert hashlib.sha256(content).hexdigest() == picture.sha256
            shown[picture.shows] = cv2.imdecode(np.frombuffer(content, np.uint8), 1)
        source, video, decoded = (shown[name] for name in ("source", "video", "decoded"))
        assert source is not None
        for picture, pixels in zip(frame.pictures[1:], (video, decoded), strict=True):
            assert pixels is not None
            assert picture.psnr_db == pytest.approx(cv2.PSNR(source, pixels), abs=0.01)
    assert len(list(media.iterdir())) == 2 * 3


def test_recordings_without_games_are_held_against_themselves(
    weights: Path, tmp_path: Path
) -> None:
    write_shard(tmp_path / "mp-0000-000000.tar", [recording_sample(1), recording_sample(2)])
    outcome = reconstruction.measure(context(weights, {"name": "a", "path": str(tmp_path)}))
    assert isinstance(outcome.results, ReconstructionResults)
    (entry,) = outcome.results.sets
    assert entry.reference == "recording"
    assert [split.name for split in entry.splits] == ["all"]
    assert all(way.kind == "latents" for way in entry.splits[0].reproductions)
    assert {name.split("-")[1] for name in outcome.files} == {"video.webp", "decoded.webp"}


def test_latents_are_no_recordings_to_compare(weights: Path, tmp_path: Path) -> None:
    write_shard(tmp_path / "latent-000000.tar", [latent_sample(1)])
    with pytest.raises(InputError, match="name a set of recordings"):
        reconstruction.measure(context(weights, {"name": "a", "path": str(tmp_path)}))


@given(st.integers(1, 5000), st.integers(1, 60), st.integers(1, 20))
def test_samples_are_spread_over_a_video(frames: int, count: int, length: int) -> None:
    found = clips(frames, count, length)
    numbers = [number for clip in found for number in clip]
    assert numbers == sorted(set(numbers))
    assert 0 <= numbers[0] <= numbers[-1] < frames
    assert len(numbers) <= max(count, min(length, frames))
    assert {len(clip) for clip in found} == {min(length, frames)}
    assert abs(numbers[0] + numbers[-1] + 1 - frames) <= frames / len(found)


def test_one_game_of_each_map_is_chosen_where_they_are_in_order() -> None:
    assert evenly(["a1", "a2", "a3", "b1", "b2", "b3", "c1", "c2", "c3"], 3) == ["a2", "b2", "c2"]
    assert evenly(["a", "b"], 3) == ["a", "b"]

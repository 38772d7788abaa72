"""What one process makes of its episodes, and how it stops."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis import storage
from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import choose_runtime
from analysis.datasets.dataset import Episode
from analysis.datasets.metadata import EncodedMeta
from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of
from analysis.datasets.scan import scan
from analysis.datasets.writer import Sample, write_shard
from analysis.encoding.worker import EpisodeResult, encode_episodes
from analysis.errors import InputError
from analysis.io.byte_range import bytes_range
from analysis.io.destination import Destination
from analysis.storage import Latent
from analysis.video.decode import decode_frames
from tests.autoencoders.models import small_wan
from tests.datasets.examples import (
    encode,
    episode_key,
    moving_frames,
    npy,
    recording_sample,
    replaced,
)
from tests.encoding.shard_contents import latents, members, meta


@pytest.fixture
def staging(tmp_path: Path) -> Destination:
    folder = Destination(str(tmp_path / "staging"))
    folder.make()
    return folder


@pytest.fixture(autouse=True)
def _no_thread_survives() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def recorded(folder: Path, *samples: Sample) -> tuple[Episode, ...]:
    folder.mkdir(exist_ok=True)
    write_shard(folder / "mp-0000-000000.tar", samples)
    return recordings_of(open_dataset(folder)).episodes


def frames_of(sample: Sample, player: str = "p1") -> NDArray[np.uint8]:
    video = sample.members[f"video_{player}.mp4"]
    assert isinstance(video, bytes)
    return np.concatenate(list(decode_frames(bytes_range(video, "v"), 64)))


def test_each_episode_becomes_a_shard_of_its_own(
    recordings: Path, autoencoder: Autoencoder, staging: Destination
) -> None:
    counted: list[int] = []
    episodes = recordings_of(open_dataset(recordings)).episodes
    results = list(encode_episodes(episodes, autoencoder, staging, counted.append))
    assert results == [EpisodeResult(episode_key(number)) for number in range(1, 6)]
    assert sum(counted) == sum(episode.frames for episode in episodes)
    assert {file.name for file in staging.files()} == {f"{r.key}.tar" for r in results}
    report = scan(staging.location)
    assert report.findings == ()
    assert report.totals.frames == sum(counted)


def test_latents_are_those_of_the_decoded_frames(
    autoencoder: Autoencoder, staging: Destination, tmp_path: Path
) -> None:
    sample = recording_sample(1, 11, size=(96, 64))
    list(encode_episodes(recorded(tmp_path / "in", sample), autoencoder, staging))
    shard = f"{staging.location}/{sample.key}.tar"
    expected = autoencoder.encode(frames_of(sample))
    assert expected.shape == (11, 32, 2, 3)
    for player in ("p1", "p2"):
        found = latents(shard, sample.key, player)
        assert found.dtype == np.float16
        np.testing.assert_array_equal(found, expected)


def test_what_is_copied_is_copied_unchanged_and_the_rest_is_left_out(
    autoencoder: Autoencoder, staging: Destination, tmp_path: Path
) -> None:
    actions = npy(np.random.default_rng(1).normal(size=(9, 14)).astype(np.float32))
    rewards = npy(np.arange(9, dtype=np.float32))
    sample = replaced(
        recording_sample(1, 9, players=("p1",)),
        {
            "actions_p1.npy": actions,
            "rewards_p1.npy": rewards,
            "demo_p1.lmp": b"demo",
            "notes.txt": b"notes",
        },
    )
    list(encode_episodes(recorded(tmp_path / "in", sample), autoencoder, staging))
    found = members(f"{staging.location}/{sample.key}.tar")
    fields = ("actions_p1.npy", "latents_p1.npy", "meta.json", "rewards_p1.npy")
    assert list(found) == [f"{sample.key}.{field}" for field in fields]
    assert found[f"{sample.key}.actions_p1.npy"] == actions
    assert found[f"{sample.key}.rewards_p1.npy"] == rewards


def test_a_staged_shard_is_what_write_shard_writes(
    autoencoder: Autoencoder, staging: Destination, tmp_path: Path
) -> None:
    sample = recording_sample(1, 9)
    list(encode_episodes(recorded(tmp_path / "in", sample), autoencoder, staging))
    path = Path(staging.location, f"{sample.key}.tar")
    found = {name.partition(".")[2]: content for name, content in members(path).items()}
    array = np.load(io.BytesIO(found["latents_p1.npy"]))
    assert found["latents_p1.npy"] == npy(array)
    write_shard(tmp_path / "other.tar", [Sample(sample.key, found)])
    assert path.read_bytes() == (tmp_path / "other.tar").read_bytes()


def test_meta_says_what_the_recording_said_and_what_the_latents_are(
    autoencoder: Autoencoder, staging: Destination, tmp_path: Path
) -> None:
    old = b'{"mode":"bots","timestamp":"2025-01-02","worker_id":null,"policy":{"step":7},"map":"M"}'
    one = replaced(recording_sample(1, 9, size=(70, 50), players=("p1",)), {"meta.json": old})
    two = recording_sample(2, 9)
    list(encode_episodes(recorded(tmp_path / "in", one, two), autoencoder, staging))
    found = meta(f"{staging.location}/{one.key}.tar", one.key)
    assert found == {
        "mode": "bots",
        "timestamp": "2025-01-02",
        "policy": {"step": 7},
        "map": "M",
        "fps": 35.0,
        "video_resolution": "70x50",
        "latent_shape_p1": [9, 32, 2, 3],
        "latent_dtype": "float16",
        "latent_spatial_compression": 32,
        "latent_channels": 32,
        "ae_model": autoencoder.name,
        "n_latent_frames": 9,
        "is_pvp": False,
        "latent_precision": "fp32",
        "latent_device": "cpu",
    }
    assert meta(f"{staging.location}/{two.key}.tar", two.key)["is_pvp"] is True


def test_latents_are_the_same_bits_for_any_batch_size(
    recordings: Path, tiny: Path, tmp_path: Path
) -> None:
    episodes = recordings_of(open_dataset(recordings)).episodes[:2]
    shards = []
    for batch_size in (1, 7, 64):
        staging = Destination(str(tmp_path / str(batch_size)))
        staging.make()
        model = load(str(tiny), choose_runtime("cpu", "fp32", batch_size))
        list(encode_episodes(episodes, model, staging))
        shards.append([Path(file.location).read_bytes() for file in staging.files()])
    assert shards[0] == shards[1] == shards[2]


def test_a_temporal_autoencoder_takes_clips_and_meta_tells_their_length(
    staging: Destination, tmp_path: Path
) -> None:
    small_wan().save_pretrained(tmp_path / "wan")
    model = load(str(tmp_path / "wan"), choose_runtime("cpu", "fp32", 4))
    assert model.frames_per_call == 17
    sample = recording_sample(1, 40, players=("p1",))
    list(encode_episodes(recorded(tmp_path / "in", sample), model, staging))
    shard = f"{staging.location}/{sample.key}.tar"
    frames = frames_of(sample)
    clips = [model.encode(frames[start : start + 17]) for start in (0, 17, 34)]
    assert [len(clip) for clip in clips] == [5, 5, 3]
    np.testing.assert_array_equal(latents(shard, sample.key), np.concatenate(clips))
    said = meta(shard, sample.key)
    assert said["n_latent_frames"] == said["latent_shape_p1"][0] == 13
    assert said["latent_temporal_compression"] == 4
    assert said["latent_causal"] is True
    assert said["latent_clip_frames"] == 17
    report = scan(staging.location)
    assert report.findings == ()
    assert report.totals.frames == 40
    assert report.episodes[0].bits_per_pixel == pytest.approx(
        8 * (13 * 4 * 6 * 8 * 2 + 128) / (64 * 48 * 40)
    )


def test_a_wrong_number_of_temporal_latents_is_found(staging: Destination, tmp_path: Path) -> None:
    small_wan().save_pretrained(tmp_path / "wan")
    model = load(str(tmp_path / "wan"), choose_runtime("cpu", "fp32", 4))
    sample = recording_sample(1, 20, players=("p1",))
    list(encode_episodes(recorded(tmp_path / "in", sample), model, staging))
    shard = Path(staging.location, f"{sample.key}.tar")
    found = {name.partition(".")[2]: content for name, content in members(shard).items()}
    shorter = np.load(io.BytesIO(found["latents_p1.npy"]))[:-1]
    with pytest.raises(InputError, match="differ in length"):
        write_shard(shard, [Sample(sample.key, {**found, "latents_p1.npy": npy(shorter)})])


@given(
    st.integers(1, 200), st.integers(1, 9), st.booleans(), st.one_of(st.none(), st.integers(1, 40))
)
def test_meta_counts_latents_as_the_equations_do(
    frames: int, temporal: int, causal: bool, clip: int | None
) -> None:
    latent = Latent(8, 4, temporal, causal)
    said = EncodedMeta(
        latent_temporal_compression=temporal, latent_causal=causal, latent_clip_frames=clip
    )
    step = clip or frames
    clips = [min(step, frames - start) for start in range(0, frames, step)]
    assert said.latents_of(frames) == sum(storage.latent_frames(latent, n) for n in clips)


def test_a_video_that_cannot_be_decoded_is_left_out_and_the_rest_goes_on(
    autoencoder: Autoencoder, staging: Destination, tmp_path: Path
) -> None:
    whole = encode(moving_frames(20, 64, 48), container_options={"movflags": "+faststart"})
    quarter = len(whole) // 4
    damaged = whole[:-quarter] + b"\xff" * quarter
    samples = [
        recording_sample(1, 9),
        replaced(recording_sample(2, 20), {"video_p2.mp4": damaged}),
        recording_sample(3, 9),
    ]
    episodes = recorded(tmp_path / "in", *samples)
    first, second, third = encode_episodes(episodes, autoencoder, staging)
    assert (first.error, third.error) == (None, None)
    assert second.key == episode_key(2)
    assert second.error is not None
    assert second.error.startswith(
        f"{second.key} is left out: mp-0000-000000.tar/{second.key}.video_p2.mp4: cannot be decoded"
    )
    assert [file.name for file in staging.files()] == [
        f"{key}.tar" for key in sorted((first.key, third.key))
    ]


def test_a_shard_that_has_gone_meanwhile_is_told_and_the_rest_goes_on(
    recordings: Path, autoencoder: Autoencoder, staging: Destination
) -> None:
    one, two, *_ = recordings_of(open_dataset(recordings)).episodes
    elsewhere = replace(one.file, location="/nowhere/mp.tar")
    tracks = {name: replace(track, file=elsewhere) for name, track in one.tracks.items()}
    gone = replace(one, file=elsewhere, tracks=tracks)
    first, second = encode_episodes([gone, two], autoencoder, staging)
    assert first.error is not None
    assert "/nowhere/mp.tar: cannot be read" in first.error
    assert second.error is None


class Failing:
    """The tiny model's encoder, until it fails at the given call."""

    decodes = False

    def __init__(self, autoencoder: Autoencoder, call: int, failure: Any) -> None:
        self.latent = autoencoder.latent
        self.module = autoencoder.module
        self._calls_left = call
        self._failure = failure

    def encode(self, images: torch.Tensor) -> torch.Tensor:
        self._calls_left -= 1
        if self._calls_left == 0:
            if isinstance(self._failure, Exception):
                raise self._failure
            return torch.full((len(images), 32, 2, 2), float(self._failure))
        return torch.zeros(len(images), 32, 2, 2)


def test_latents_beyond_float16_leave_the_episode_out(
    recordings: Path, autoencoder: Autoencoder, staging: Destination
) -> None:
    model: Any = Failing(autoencoder, 5, 1e6)
    wild = Autoencoder("wild", model, choose_runtime("cpu", "fp32", 4))
    first, second = encode_episodes(
        recordings_of(open_dataset(recordings)).episodes[:2], wild, staging
    )
    assert first.error is not None
    assert "beyond float16" in first.error
    assert second.error is None
    assert [file.name for file in staging.files()] == [f"{second.key}.tar"]


@pytest.mark.parametrize(
    ("failure", "raised", "message"),
    [
        (RuntimeError("a kernel failed"), RuntimeError, "a kernel failed"),
        (
            torch.OutOfMemoryError("no"),
            InputError,
            "failing: cpu has too little memory for 4 frames",
        ),
    ],
)
def test_a_device_that_fails_stops_everything(
    failure: Exception,
    raised: type[Exception],
    message: str,
    recordings: Path,
    autoencoder: Autoencoder,
    staging: Destination,
) -> None:
    model: Any = Failing(autoencoder, 22, failure)
    failing = Autoencoder("failing", model, choose_runtime("cpu", "fp32", 4))
    with pytest.raises(raised, match=message):
        list(encode_episodes(recordings_of(open_dataset(recordings)).episodes, failing, staging))
    assert all(file.name.endswith(".tar") for file in staging.files())


def test_a_folder_that_cannot_be_written_to_stops_everything(
    recordings: Path, autoencoder: Autoencoder, tmp_path: Path
) -> None:
    absent = Destination(str(tmp_path / "absent"))
    with pytest.raises(InputError, match=r"absent: cannot be written to"):
        list(encode_episodes(recordings_of(open_dataset(recordings)).episodes, autoencoder, absent))


def test_episodes_that_cannot_be_told_stop_everything(
    recordings: Path, autoencoder: Autoencoder, staging: Destination
) -> None:
    def episodes() -> Iterator[Episode]:
        yield recordings_of(open_dataset(recordings)).episodes[0]
        raise RuntimeError("the list broke off")

    with pytest.raises(RuntimeError, match="the list broke off"):
        list(encode_episodes(episodes(), autoencoder, staging))


def test_closing_it_stops_it_and_leaves_nothing_half_written(
    recordings: Path, autoencoder: Autoencoder, staging: Destination
) -> None:
    results = encode_episodes(
        recordings_of(open_dataset(recordings)).episodes, autoencoder, staging
    )
    first = next(results)
    results.close()  # type: ignore[attr-defined]
    names = [path.name for path in Path(staging.location).iterdir()]
    assert f"{first.key}.tar" in names
    assert all(name.endswith(".tar") for name in names)

"""Real shards in small: videos encoded by the real encoders, in the layout of recordings."""

from __future__ import annotations

import io
import random
import tarfile
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from analysis.datasets.layouts.doom import META, PLAYERS, Player, field_name, recording_shard_name
from analysis.datasets.metadata import LatentMeta, RecordingMeta
from analysis.datasets.writer import Sample, write_shard
from analysis.video.scheduling import scheduling_keeper

Frame = NDArray[np.uint8]


def moving_frames(count: int, width: int, height: int) -> list[Frame]:
    """RGB frames of shape (height, width, 3) with detail that moves."""
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return [np.roll(noise, shift, axis=1) for shift in range(count)]


def encode(
    frames: Sequence[Frame],
    codec: str = "libx264",
    rate: Fraction | int = 35,
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> bytes:
    """An MP4 of RGB frames."""
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        _encode_to(file.name, frames, codec, rate, options or {}, container_options or {})
        return Path(file.name).read_bytes()


def _encode_to(
    path: str,
    frames: Sequence[Frame],
    codec: str,
    rate: Fraction | int,
    options: Mapping[str, str],
    container_options: Mapping[str, str],
) -> None:
    with av.open(path, "w", options=dict(container_options)) as container:
        stream = container.add_stream(codec, rate=rate, options=dict(options))
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        keep_scheduling = scheduling_keeper()
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
            keep_scheduling()
        container.mux(stream.encode())


def npy(array: NDArray[Any]) -> bytes:
    """The bytes of an npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def episode_key(number: int) -> str:
    """The key of an episode, the same for the same number."""
    return f"ep_{uuid.UUID(int=random.Random(number).getrandbits(128), version=4)}"


def recording_sample(
    number: int = 0,
    frames: int = 20,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    players: Sequence[Player] = PLAYERS,
) -> Sample:
    """An episode as it is recorded, all its `meta.json` there."""
    key = episode_key(number)
    video = encode(moving_frames(frames, *size), codec)
    members: dict[str, bytes] = {META: recording_meta(key, frames, size, players).to_bytes()}
    for player in players:
        members[field_name("video", player)] = video
        members[field_name("actions", player)] = npy(np.zeros((frames, 14), np.float32))
        members[field_name("rewards", player)] = npy(np.zeros(frames, np.float32))
    return Sample(key, members)


def recording_meta(
    key: str, frames: int, size: tuple[int, int], players: Sequence[Player]
) -> RecordingMeta:
    return RecordingMeta(
        episode_id=key.removeprefix("ep_"),
        scenario="duel",
        map="MAP01",
        n_bots=0,
        timelimit_min=1.0,
        button_names=("ATTACK",),
        decision_interval=1,
        fps=35,
        play_resolution=(320, 240),
        video_resolution=size,
        mode="pvp" if len(players) == 2 else "bots",
        n_frames=frames,
        total_reward_p1=1.0,
        frag_p1=1,
        death_p1=0,
        game_tics=frames,
        duration_s=1.0,
        random_policy_p1=False,
        timestamp=0.0,
        worker_id=0,
    )


def latent_sample(number: int = 0, frames: int = 20, size: tuple[int, int] = (640, 480)) -> Sample:
    """An episode as it is encoded: 32 channels, a 32nd of the frame's width and height."""
    key = episode_key(number)
    shape = (frames, 32, size[1] // 32, size[0] // 32)
    recorded = recording_meta(key, frames, size, PLAYERS)
    meta = LatentMeta(
        **recorded.model_dump(),
        latent_shape_p1=shape,
        latent_dtype="float16",
        latent_spatial_compression=32,
        latent_channels=32,
        ae_model="test",
        n_latent_frames=frames,
        is_pvp=True,
    )
    members: dict[str, bytes] = {META: meta.to_bytes()}
    for player in PLAYERS:
        members[field_name("latents", player)] = npy(np.zeros(shape, np.float16))
        members[field_name("actions", player)] = npy(np.zeros((frames, 14), np.float32))
        members[field_name("rewards", player)] = npy(np.zeros(frames, np.float32))
    return Sample(key, members)


def replaced(sample: Sample, members: Mapping[str, bytes | None]) -> Sample:
    """A sample with other members; None takes one out."""
    changed = {**sample.members, **members}
    return Sample(sample.key, {name: data for name, data in changed.items() if data is not None})


def write_recordings(folder: Path) -> Path:
    """Five episodes in two shards, the third of one player; no two of the same length."""
    lengths = {1: 9, 2: 12, 3: 10, 4: 7, 5: 11}
    samples = [
        recording_sample(number, frames, players=("p1",) if number == 3 else ("p1", "p2"))
        for number, frames in lengths.items()
    ]
    write_shard(folder / recording_shard_name(0, 0), samples[:3])
    write_shard(folder / recording_shard_name(0, 1), samples[3:])
    return folder


def write_unchecked(path: Path, *samples: Sample) -> None:
    """A shard as a careless writer leaves it."""
    with tarfile.open(path, "w") as tar:
        for sample in samples:
            for field, content in sample.members.items():
                assert isinstance(content, bytes)
                header = tarfile.TarInfo(f"{sample.key}.{field}")
                header.size = len(content)
                tar.addfile(header, io.BytesIO(content))

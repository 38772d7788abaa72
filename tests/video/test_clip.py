"""Clips out of the middle of a video are the frames of those numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.catalog import (
    video_encoder,
)
from analysis.errors import InputError
from analysis.io.byte_range import bytes_range
from analysis.video.clip import VideoClips
from analysis.video.encode import video_writer
from analysis.video.encoder_settings import encoder_settings

COUNT = 90
SIZE = 64, 48


def numbered(count: int) -> list[NDArray[np.uint8]]:
    """Frames whose grey tells their number; every 20th cuts to a bright scene and back."""
    frames = []
    for number in range(count):
        frame = np.full((SIZE[1], SIZE[0], 3), 20 + 2 * number, np.uint8)
        frame[:, : SIZE[0] // 2] = 250 if number // 20 % 2 else 5
        frames.append(frame)
    return frames


def numbers(clip: NDArray[np.uint8]) -> list[int]:
    right = clip[:, :, SIZE[0] * 3 // 4 :].astype(float).mean((1, 2, 3))
    return [round((value - 20) / 2) for value in right]


@pytest.fixture(scope="module", params=[("h264", 12), ("h264", 250), ("hevc", 12), ("mpeg4", 12)])
def video(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    codec, gop = request.param
    path: Path = tmp_path_factory.mktemp("video") / "video.mp4"
    quality = 3 if codec == "mpeg4" else 10
    with video_writer(
        path, SIZE, 35, encoder_settings(video_encoder(codec), quality, gop=gop)
    ) as write:
        for frame in numbered(COUNT):
            write(frame)
    return path.read_bytes()


def test_every_clip_has_the_frames_of_its_numbers(video: bytes) -> None:
    clips = VideoClips(bytes_range(video, "video.mp4"))
    for start in (0, 1, 11, 12, 13, 19, 20, 21, 35, 39, 40, 41, 59, 80, COUNT - 1):
        for length in (1, 5, 16):
            stop = min(start + length, COUNT)
            found = numbers(clips.frames(start, stop))
            assert found == pytest.approx(list(range(start, stop)), abs=1)
            assert found[0] == pytest.approx(start, abs=1)
    assert clips.frames(0, COUNT).shape == (COUNT, SIZE[1], SIZE[0], 3)
    clips.close()


def test_the_order_of_clips_does_not_matter(video: bytes) -> None:
    clips = VideoClips(bytes_range(video, "video.mp4"))
    first = clips.frames(50, 60)
    clips.frames(0, 10)
    assert np.array_equal(clips.frames(50, 60), first)


def test_frames_that_are_not_there_are_an_index_error(video: bytes) -> None:
    clips = VideoClips(bytes_range(video, "video.mp4"))
    with pytest.raises(IndexError, match=f"has {COUNT} frames"):
        clips.frames(80, COUNT + 1)


def test_what_is_cut_off_is_told(video: bytes) -> None:
    with pytest.raises(InputError, match=r"video\.mp4"):
        VideoClips(bytes_range(video[: len(video) // 2], "video.mp4")).frames(COUNT - 5, COUNT)
    with pytest.raises(InputError):
        VideoClips(bytes_range(b"no video at all", "video.mp4"))

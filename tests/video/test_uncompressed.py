"""Uncompressed clips hold the frames that went in, and the YUV that encoders are given."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.video.encode import picture
from analysis.video.uncompressed import UncompressedClip, write_clip


def test_frames_come_back_bit_by_bit(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (5, 18, 22, 3), np.uint8)
    clip = write_clip(tmp_path, iter(frames), 35)
    assert (clip.frames, clip.height, clip.width) == (5, 18, 22)
    np.testing.assert_array_equal(clip.rgb(), frames)
    assert clip.sha256 == hashlib.sha256(frames.tobytes()).hexdigest()


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p", "rgb24"])
def test_pictures_are_the_frames_as_an_encoder_takes_them(
    clip: UncompressedClip, pixel_format: str
) -> None:
    pictures = list(clip.pictures(pixel_format))
    assert len(pictures) == clip.frames
    for frame, shown in zip(clip.rgb()[:3], pictures, strict=False):
        assert shown.format.name == pixel_format
        expected = picture(np.asarray(frame), pixel_format)
        np.testing.assert_array_equal(shown.to_ndarray(), expected.to_ndarray())


def test_one_frame_at_a_time_is_in_memory(tmp_path: Path) -> None:
    shape = 480, 640, 3

    def frames() -> Iterator[NDArray[np.uint8]]:
        for shade in range(100):
            yield np.full(shape, shade, np.uint8)

    tracemalloc.start()
    clip = write_clip(tmp_path, frames(), 35)
    for _ in clip.pictures("yuv420p"):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * np.prod(shape)


def test_a_clip_has_frames(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        write_clip(tmp_path, iter(()), 35)

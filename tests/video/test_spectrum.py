"""Real frames of Doom, native and enlarged, through real encoders."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.io.byte_range import bytes_range
from analysis.video.spectrum import enlargement, upscaled_size
from tests.datasets.examples import encode
from tests.shared import REPOSITORY

Frames = NDArray[np.uint8]
ENCODERS: dict[str, tuple[str, dict[str, str]]] = {
    "x264 crf 17": ("libx264", {"crf": "17", "preset": "veryfast"}),
    "mpeg4 quantiser 3": ("mpeg4", {"qmin": "3", "qmax": "3", "g": "12"}),
}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Frames]:
    """The same walk rendered at three sizes, by `160x120` and so on."""
    folder = tmp_path_factory.mktemp("doom")
    root = REPOSITORY
    subprocess.run(
        [sys.executable, "-m", "tests.video.doom_frames", str(folder / "walk.npz")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=True,
        timeout=60,
    )
    with np.load(folder / "walk.npz") as frames:
        return dict(frames)


def size_before(frames: list[Frames], encoder: str) -> tuple[int, int] | None:
    codec, options = ENCODERS[encoder]
    return upscaled_size(bytes_range(encode(frames, codec, options=options), "video"))


def enlarged(frames: Frames, size: tuple[int, int], interpolation: int) -> list[Frames]:
    return [
        np.asarray(cv2.resize(frame, size, interpolation=interpolation), np.uint8)
        for frame in frames
    ]


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("size", ["160x120", "320x240", "640x480"])
def test_native_frames_are_not_taken_for_enlarged(
    walk: Mapping[str, Frames], size: str, encoder: str
) -> None:
    assert size_before(list(walk[size]), encoder) is None


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(
    "interpolation", [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4], ids=str
)
@pytest.mark.parametrize(
    ("small", "large"),
    [("160x120", (640, 480)), ("160x120", (480, 360))],
)
def test_the_size_before_enlarging_is_found(
    walk: Mapping[str, Frames],
    small: str,
    large: tuple[int, int],
    interpolation: int,
    encoder: str,
) -> None:
    frames = enlarged(walk[small], large, interpolation)
    found = size_before(frames, encoder)
    assert found is not None
    assert "x".join(map(str, found)) == small


def natural_picture(softness: float) -> NDArray[np.float32]:
    """Structures of every size, their power falling with frequency, as a lens softens them."""
    noise, side = np.random.default_rng(0), 512
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
    frequency[0, 0] = 1
    picture = np.fft.ifft2(np.fft.fft2(noise.standard_normal((side, side))) / frequency**1.3).real
    levels = (128 + 40 * picture / picture.std()).clip(0, 255).astype(np.float32)
    softened = cv2.GaussianBlur(levels, (0, 0), softness)
    return np.asarray(softened + noise.normal(0, 0.6, levels.shape), np.float32)


def test_a_soft_natural_picture_is_not_taken_for_enlarged() -> None:
    picture = natural_picture(0.6)
    assert enlargement([picture]) is None
    twice = cv2.resize(picture[:256, :256], (512, 512), interpolation=cv2.INTER_CUBIC)
    assert enlargement([np.asarray(twice, np.float32)]) == 2


@pytest.mark.parametrize("shade", [0, 128])
def test_frames_that_show_nothing_tell_nothing(shade: int) -> None:
    flat = np.full((48, 64, 3), shade, np.uint8)
    assert size_before([flat] * 5, "x264 crf 17") is None


def test_frames_too_small_to_tell_are_not_judged() -> None:
    noise = np.random.default_rng(0).uniform(0, 255, (32, 32)).astype(np.float32)
    assert enlargement([cv2.resize(noise[:8, :8], (32, 32)).astype(np.float32)]) is None


def test_a_video_of_one_frame_is_judged(walk: Mapping[str, Frames]) -> None:
    frames = enlarged(walk["160x120"][:1], (640, 480), cv2.INTER_CUBIC)
    assert size_before(frames, "x264 crf 17") == (160, 120)


def test_what_cannot_be_decoded_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match=r"video_p1\.mp4: cannot be decoded"):
        upscaled_size(bytes_range(b"not a video", "video_p1.mp4"))

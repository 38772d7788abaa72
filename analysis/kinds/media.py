"""Pictures and clips that a run keeps beside its JSON."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.catalog.video_encoders import video_encoder
from analysis.video.encode import video_writer
from analysis.video.encoder_settings import encoder_settings

Frame = NDArray[np.uint8]

LOSSLESS: Final = 101  # above 100, OpenCV's WebP keeps every value
POSTER_QUALITY: Final = 70


def webp(frame: Frame, quality: int = LOSSLESS) -> bytes:
    """A frame (H, W, 3) as a WebP file, lossless unless a quality up to 100 is given."""
    picture = cv2.cvtColor(frame, cv2.COLOR_RGB2BGR)
    written, content = cv2.imencode(".webp", picture, (cv2.IMWRITE_WEBP_QUALITY, quality))
    assert written
    return content.tobytes()


def mp4(frames: Sequence[Frame], fps: float, crf: int) -> bytes:
    """Frames (H, W, 3) of even sides as an MP4 file of x264."""
    height, width = frames[0].shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        chosen = encoder_settings(video_encoder("h264"), crf, preset="slow")
        with video_writer(path, (width, height), round(fps), chosen) as write:
            for frame in frames:
                write(frame)
        return path.read_bytes()


def panel_size(size: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of a frame shown no larger than it is nor than `most`: even sides."""
    (width, height), (across, down) = size, most
    scale = min(1.0, across / width, down / height)
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)

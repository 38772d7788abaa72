"""A clip as it is before any encoder: frames in files, of which one at a time is in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from analysis.video.encode import picture, picture_writer
from analysis.video.encoder_settings import EncoderSettings

Frames = NDArray[np.uint8]

REFERENCE_FORMAT = "yuv420p"
"""What most encoders take; kept with RGB, so that it is converted once."""


@dataclass(frozen=True)
class UncompressedClip:
    """Frames of (height, width) pixels; `sha256` is of all RGB frames."""

    folder: Path
    frames: int
    height: int
    width: int
    frames_per_second: int
    sha256: str

    @property
    def yuv_file(self) -> Path:
        """Raw yuv420p, frame after frame."""
        return self.folder / "frames.yuv"

    def rgb(self) -> Frames:
        """All frames, mapped: (N, H, W, 3)."""
        shape = self.frames, self.height, self.width, 3
        return np.memmap(self.folder / "frames.rgb", np.uint8, "r", shape=shape)

    def yuv(self) -> Frames:
        """All frames as yuv420p, mapped: (N, 3H/2, W), luma in the first H rows."""
        shape = self.frames, self.height * 3 // 2, self.width
        return np.memmap(self.yuv_file, np.uint8, "r", shape=shape)

    def pictures(self, pixel_format: str) -> Iterator[av.VideoFrame]:
        """Frame after frame as an encoder takes it."""
        if pixel_format == REFERENCE_FORMAT:
            for planes in self.yuv():
                yield av.VideoFrame.from_ndarray(planes, format=REFERENCE_FORMAT)
        else:
            for frame in self.rgb():
                yield picture(frame, pixel_format)


def encode_clip(clip: UncompressedClip, settings: EncoderSettings, video: Path) -> None:
    """Encode a whole clip as a video."""
    size = clip.width, clip.height
    with picture_writer(video, size, clip.frames_per_second, settings) as write:
        for ready in clip.pictures(settings.pixel_format):
            write(ready)


def write_clip(folder: Path, frames: Iterable[Frames], frames_per_second: int) -> UncompressedClip:
    """Write RGB frames (H, W, 3), both sides even, into an existing folder.

    Raises:
        ValueError: there is no frame.
    """
    digest, count, shape = hashlib.sha256(), 0, None
    with (folder / "frames.rgb").open("wb") as rgb, (folder / "frames.yuv").open("wb") as yuv:
        for frame in map(np.ascontiguousarray, frames):
            count, shape = count + 1, frame.shape
            digest.update(frame.data)
            rgb.write(frame.data)
            yuv.write(picture(frame, REFERENCE_FORMAT).to_ndarray().data)
    if shape is None:
        raise ValueError("a clip has at least one frame")
    height, width, _ = shape
    return UncompressedClip(folder, count, height, width, frames_per_second, digest.hexdigest())

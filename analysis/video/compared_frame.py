"""How near one frame comes to its source, in RGB and in luma."""

from __future__ import annotations

from dataclasses import dataclass

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.video.encode import picture
from analysis.video.quality import psnr_db, qualities
from analysis.video.uncompressed import REFERENCE_FORMAT, UncompressedClip

Frames = NDArray[np.uint8]


@dataclass(frozen=True)
class ComparedFrame:
    """One frame against its source: PSNR of RGB and of luma, SSIM of RGB."""

    psnr_db: float
    psnr_y_db: float
    ssim: float


def compare_frame(
    clip: UncompressedClip, number: int, shown: Frames, coded: av.VideoFrame | None = None
) -> ComparedFrame:
    """A frame of a clip as it came back: RGB (H, W, 3), and as it was coded if that was in YUV."""
    reference = clip.rgb()[number]
    (colour,) = qualities(reference[None], shown[None], with_ms_ssim=False)
    luma = _luma(picture(shown, REFERENCE_FORMAT) if coded is None else coded)
    source = np.ascontiguousarray(clip.yuv()[number][: clip.height])
    error = float(cv2.norm(source, luma, cv2.NORM_L2SQR)) / luma.size
    return ComparedFrame(colour.psnr_db, psnr_db(error), colour.ssim)


def _luma(frame: av.VideoFrame) -> Frames:
    """Luma (H, W) of a frame in YUV."""
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return np.ascontiguousarray(rows[: frame.height, : frame.width])

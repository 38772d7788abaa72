"""How near frames are to those they stand for: PSNR, SSIM and MS-SSIM of RGB frames.

- The squared error of a frame is taken over its red, green and blue values together, so its PSNR
  is what ffmpeg's `psnr` filter calls `psnr_avg` of RGB planes.
- SSIM is that of ffmpeg's `ssim` filter, by that very filter: windows of 8x8 pixels, every 4
  pixels, all of the same weight; the mean over windows and over the planes R, G and B.
- MS-SSIM is that of Wang, Simoncelli and Bovik (2003): five scales, Gaussian windows of 11x11
  pixels with a deviation of 1.5, the mean over R, G and B; by pytorch-msssim. It needs more than
  160 pixels a side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
import av.filter
import cv2
import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.uint8]

HIGHEST_PSNR_DB: Final = 100.0
"""The PSNR of equal frames, which has no bound."""

_PEAK: Final = 255
_MS_SSIM_SIDE: Final = 161  # pixels: a window of 11 at a 16th of the size
_PLANES: Final = "gbrp"
_TIME_BASE: Final = Fraction(1, 1)  # libavfilter pairs frames by their times


@dataclass(frozen=True)
class FrameQuality:
    """What one frame, or a part of it, is like against its reference.

    `squared_error` is summed over all `values` (pixels times three); `ms_ssim` is None where it
    was not asked for or the frame is too small for it.
    """

    squared_error: float
    values: int
    ssim: float
    ms_ssim: float | None

    @property
    def psnr_db(self) -> float:
        """10 log10(255² / mean squared error)."""
        return psnr_db(self.squared_error / self.values)


def psnr_db(mean_squared_error: float) -> float:
    """PSNR in dB of 8-bit values; `HIGHEST_PSNR_DB` where the error is nothing or next to it."""
    if mean_squared_error <= 0:
        return HIGHEST_PSNR_DB
    return min(HIGHEST_PSNR_DB, 10 * math.log10(_PEAK**2 / mean_squared_error))


def qualities(
    reference: Frames, frames: Frames, *, with_ms_ssim: bool = True
) -> list[FrameQuality]:
    """The quality of each frame.

    Args:
        reference: uint8 RGB (N, H, W, 3), what the frames stand for.
        frames: of the same shape, H and W at least 8.
        with_ms_ssim: whether to take MS-SSIM too, which takes much longer than all else.

    Raises:
        ValueError: the two are not of one shape.
    """
    if reference.shape != frames.shape or frames.ndim != 4 or frames.shape[3] != 3:
        raise ValueError(f"frames of {frames.shape} do not stand for frames of {reference.shape}")
    reference, frames = np.ascontiguousarray(reference), np.ascontiguousarray(frames)
    return [
        FrameQuality(
            squared_error=float(cv2.norm(one, other, cv2.NORM_L2SQR)),
            values=one.size,
            ssim=ssim,
            ms_ssim=_ms_ssim(one, other) if with_ms_ssim else None,
        )
        for one, other, ssim in zip(reference, frames, _ssim(reference, frames), strict=True)
    ]


def _ssim(reference: Frames, frames: Frames) -> Iterator[float]:
    """What libavfilter's `ssim` says of each pair."""
    if not len(frames):
        return
    graph = av.filter.Graph()
    graph.threads = 1  # its sums then have one order
    height, width = frames.shape[1:3]
    planes = av.VideoFormat(_PLANES, width, height)
    sources = [
        graph.add_buffer(width=width, height=height, format=planes, time_base=_TIME_BASE)
        for _ in range(2)
    ]
    compared, sink = graph.add("ssim"), graph.add("buffersink")
    for place, source in enumerate(sources):
        source.link_to(compared, 0, place)
    compared.link_to(sink)
    graph.configure()
    for number, pair in enumerate(zip(frames, reference, strict=True)):
        for place, pixels in enumerate(pair):
            graph.vpush(_picture(pixels, number), at=place)
    graph.vpush(None)
    for _ in frames:
        yield float(graph.vpull().metadata["lavfi.ssim.All"])


def _picture(pixels: Frames, number: int) -> av.VideoFrame:
    picture = av.VideoFrame.from_ndarray(pixels, format=_PLANES)
    picture.pts, picture.time_base = number, _TIME_BASE
    return picture


def _ms_ssim(reference: Frames, frame: Frames) -> float | None:
    if min(frame.shape[:2]) < _MS_SSIM_SIDE:
        return None
    import torch
    from pytorch_msssim import ms_ssim

    one, other = (
        torch.from_numpy(pixels).permute(2, 0, 1)[None].float() for pixels in (reference, frame)
    )
    with torch.inference_mode():
        return float(ms_ssim(one, other, data_range=_PEAK))

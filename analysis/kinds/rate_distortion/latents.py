"""Latents of a clip in every number format, and how near the decoded frames come to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.stored_format import StoredFormat
from analysis.kinds.rate_distortion.record import ClipPoint, LatentPoint
from analysis.ledger.estimate import Estimate, ratio_of_sums
from analysis.video.compared_frame import ComparedFrame, compare_frame
from analysis.video.uncompressed import UncompressedClip
from analysis.video.vmaf import vmaf_of_frames

Frames = NDArray[np.uint8]


@dataclass(frozen=True)
class DecodedClip:
    """A clip as an autoencoder's latents in one format give it back."""

    autoencoder: str
    format: str
    bytes: int
    values: int
    point: ClipPoint
    compared: Mapping[int, ComparedFrame]
    """By the frame's number in the clip."""


def encode_clip(
    autoencoder: Autoencoder, clip: UncompressedClip, every: int
) -> NDArray[np.float32]:
    """The latents (L, c, h, w) of the frames that are compared.

    A temporal autoencoder is given every frame, in clips as it stores them.
    """
    frames = clip.rgb()
    step = autoencoder.frames_per_call
    numbers = range(0, clip.frames, every if autoencoder.latent.temporal == 1 else 1)
    return np.concatenate(
        [
            autoencoder.encode_exactly(np.stack([frames[n] for n in numbers[start : start + step]]))
            for start in range(0, len(numbers), step)
        ]
    )


def decode_clip(
    name: str,
    autoencoder: Autoencoder,
    format: StoredFormat,
    latents: NDArray[np.float32],
    clip: UncompressedClip,
    every: int,
) -> DecodedClip:
    """Store the latents of `encode_clip` in a format, decode and compare.

    Bytes are those of all frames of the clip.
    """
    decoded = decoded_frames(autoencoder, format.read_back(latents), clip, every)
    compared = {number: compare_frame(clip, number, frame) for number, frame in decoded.items()}
    judged = vmaf_of_frames(decoded, clip, every)
    shape = autoencoder.latent_shape(clip.frames, clip.height, clip.width)
    stored = format.stored_bytes(shape)
    return DecodedClip(
        autoencoder=autoencoder.name,
        format=format.name,
        bytes=stored,
        values=int(np.prod(shape)),
        point=ClipPoint(
            clip=name,
            bits_per_pixel=8 * stored / (clip.frames * clip.height * clip.width),
            psnr_db=fmean(frame.psnr_db for frame in compared.values()),
            psnr_y_db=fmean(frame.psnr_y_db for frame in compared.values()),
            ssim=fmean(frame.ssim for frame in compared.values()),
            vmaf=None if judged is None else fmean(judged),
        ),
        compared=compared,
    )


def decoded_frames(
    autoencoder: Autoencoder, latents: NDArray[np.float32], clip: UncompressedClip, every: int
) -> dict[int, Frames]:
    """The compared frames (H, W, 3), by their number in the clip."""
    size = clip.height, clip.width
    numbers = range(0, clip.frames, every)
    if autoencoder.latent.temporal == 1:
        return dict(zip(numbers, autoencoder.decode(latents, size), strict=True))
    found: dict[int, Frames] = {}
    taken, step = 0, autoencoder.frames_per_call
    for start in range(0, clip.frames, step):
        count = min(step, clip.frames - start)
        length = autoencoder.latent_shape(count, *size)[0]
        frames = autoencoder.decode(latents[taken : taken + length], size, count)
        taken += length
        found |= {n: frames[n - start] for n in numbers if start <= n < start + count}
    return found


def latent_points(decoded: Sequence[DecodedClip]) -> tuple[LatentPoint, ...]:
    """One point for each autoencoder and format, over clips."""
    of_format: dict[tuple[str, str], list[DecodedClip]] = {}
    for clip in decoded:
        of_format.setdefault((clip.autoencoder, clip.format), []).append(clip)
    return tuple(
        _point(autoencoder, format, clips) for (autoencoder, format), clips in of_format.items()
    )


def _point(autoencoder: str, format: str, clips: Sequence[DecodedClip]) -> LatentPoint:
    points = [clip.point for clip in clips]
    frames = [float(len(clip.compared)) for clip in clips]

    def mean(values: Sequence[float]) -> Estimate:
        return ratio_of_sums(
            [value * count for value, count in zip(values, frames, strict=True)], frames
        )

    vmafs = [point.vmaf for point in points if point.vmaf is not None]
    return LatentPoint(
        name=f"{autoencoder} {format}",
        autoencoder=autoencoder,
        format=format,
        bytes_per_value=sum(clip.bytes for clip in clips) / sum(clip.values for clip in clips),
        bits_per_pixel=mean([point.bits_per_pixel for point in points]),
        psnr_db=mean([point.psnr_db for point in points]),
        psnr_y_db=mean([point.psnr_y_db for point in points]),
        ssim=mean([point.ssim for point in points]),
        vmaf=mean(vmafs) if len(vmafs) == len(points) else None,
        clips=tuple(points),
    )

"""One frame as its source, as each codec gives it back at every quality, and as latents do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from analysis.catalog import encoding_title, video_encoder
from analysis.catalog.screen import status_bar_row
from analysis.io.byte_range import file_range
from analysis.kinds.media import webp
from analysis.kinds.rate_distortion.latents import DecodedClip
from analysis.kinds.rate_distortion.record import Curve, ShownFrame, ShownPicture, ShownWindow
from analysis.kinds.video_bitrate.record import BitrateClip
from analysis.video.decode import copy_planes, decode_pictures, rgb_planes
from analysis.video.encoder_settings import EncoderSettings, encoder_settings
from analysis.video.quality import psnr_db
from analysis.video.uncompressed import UncompressedClip, encode_clip

Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class Choice:
    """The frame to show, by its number in a clip."""

    clip: BitrateClip
    frame: int


@dataclass(frozen=True)
class Drawn:
    """The frame as one way of storing gives it back.

    Args:
        shows: names its file.
        title: what it is, in words.
        frame: uint8 (H, W, 3).
        bits_per_pixel: of the whole clip, stored in this way; None for the source.
        curve: the curve of whose codec it is.
        quality: of that codec.
        window: how a dual decoder made it.
    """

    shows: str
    title: str
    frame: Frame
    bits_per_pixel: float | None
    curve: str | None = None
    quality: int | None = None
    window: ShownWindow | None = None


def choose(
    clips: Sequence[BitrateClip],
    decoded: Sequence[DecodedClip],
    format: str,
    fits: Callable[[BitrateClip, int], bool] = lambda clip, frame: True,
) -> Choice:
    """The frame of median PSNR as the first autoencoder decodes it; of held-out games, if any, and
    of those that `fits` takes, if it takes any.
    """
    first = decoded[0].autoencoder
    by_name = {clip.name: clip for clip in clips}
    held_out = {clip.name for clip in clips if clip.split == "held-out"}
    wanted = held_out or set(by_name)
    ranked = sorted(
        (frame.psnr_db, entry.point.clip, number)
        for entry in decoded
        if (entry.autoencoder, entry.format) == (first, format) and entry.point.clip in wanted
        for number, frame in entry.compared.items()
    )
    fitting = [each for each in ranked if fits(by_name[each[1]], each[2])] or ranked
    _, name, number = fitting[len(fitting) // 2]
    return Choice(by_name[name], number)


def draw(
    choice: Choice, frames: UncompressedClip, stored: Iterable[Drawn]
) -> tuple[ShownFrame, dict[str, bytes]]:
    """What the ledger says of the shown frame of this clip, and its picture files by name: the
    source, then each of the ways it was stored in.
    """
    source = np.asarray(frames.rgb()[choice.frame])
    hud_row = status_bar_row(frames.height)
    pictures: list[ShownPicture] = []
    files: dict[str, bytes] = {}
    for drawn in (Drawn("source", "Source, as rendered", source, None), *stored):
        content = webp(drawn.frame)
        file = f"{drawn.shows}.webp"
        files[file] = content
        is_source = drawn.frame is source
        pictures.append(
            ShownPicture(
                shows=drawn.shows,
                title=drawn.title,
                file=file,
                bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                bits_per_pixel=drawn.bits_per_pixel,
                psnr_db=None if is_source else _psnr_db(source, drawn.frame),
                hud_psnr_db=None
                if is_source
                else _psnr_db(source[hud_row:], drawn.frame[hud_row:]),
                curve=drawn.curve,
                quality=drawn.quality,
                window=drawn.window,
            )
        )
    shown = ShownFrame(
        clip=choice.clip.name,
        split=choice.clip.split,
        frame=choice.frame,
        width=frames.width,
        height=frames.height,
        hud_row=hud_row,
        pictures=tuple(pictures),
    )
    return shown, files


def coded(choice: Choice, frames: UncompressedClip, curve: Curve, folder: Path) -> Iterator[Drawn]:
    """The frame by a codec at every quality of its curve; videos lie in `folder` meanwhile."""
    for point in curve.points:
        stored = next(each for each in point.clips if each.clip == choice.clip.name)
        settings = encoder_settings(video_encoder(curve.codec), point.quality)
        yield Drawn(
            shows=f"{curve.codec}-{point.quality}",
            title=encoding_title(curve.codec, point.quality, curve.preset),
            frame=_as_coded(frames, settings, choice.frame, folder),
            bits_per_pixel=stored.bits_per_pixel,
            curve=curve.name,
            quality=point.quality,
        )


def _as_coded(
    clip: UncompressedClip, settings: EncoderSettings, number: int, folder: Path
) -> Frame:
    """A frame of the clip, out of the video that the whole clip was encoded as."""
    video = folder / f"shown.{settings.encoder.container}"
    try:
        encode_clip(clip, settings, video)
        with file_range(video) as file:
            coded = next(
                islice(decode_pictures(file, container=settings.encoder.container), number, None)
            )
            planes = np.empty((3, clip.height, clip.width), np.uint8)
            copy_planes(rgb_planes(coded, VideoReformatter()), planes)
        return np.ascontiguousarray(planes.transpose(1, 2, 0))
    finally:
        video.unlink(missing_ok=True)


def _psnr_db(reference: Frame, frame: Frame) -> float:
    one, other = np.ascontiguousarray(reference), np.ascontiguousarray(frame)
    return psnr_db(float(cv2.norm(one, other, cv2.NORM_L2SQR)) / reference.size)

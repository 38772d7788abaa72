"""One frame as its source, as each codec gives it back at a few qualities, and as latents do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from analysis.catalog import encoding_title
from analysis.catalog.screen import status_bar_row
from analysis.ledger.rate_distortion import Curve, CurvePoint, ShownFrame, ShownPicture
from analysis.ledger.video_bitrate import BitrateClip
from analysis.measures.rate_distortion.latents import DecodedClip
from analysis.measures.reconstruction.pictures import webp
from analysis.video.byte_range import file_range
from analysis.video.codecs import CODECS, Encoding, encoding
from analysis.video.decode import copy_planes, decode_pictures, rgb_planes
from analysis.video.quality import psnr_db
from analysis.video.uncompressed import UncompressedClip, encode_clip

Frame = NDArray[np.uint8]

QUALITIES_SHOWN: Final = 3
"""Of each curve: the best, the one in the middle and the lowest."""


@dataclass(frozen=True)
class Choice:
    """The frame to show, by its number in a clip."""

    clip: BitrateClip
    frame: int


def choose(clips: Sequence[BitrateClip], decoded: Sequence[DecodedClip], format: str) -> Choice:
    """The frame of median PSNR as the first autoencoder decodes it; of held-out games, if any."""
    first = decoded[0].autoencoder
    held_out = {clip.name for clip in clips if clip.split == "held-out"}
    wanted = held_out or {clip.name for clip in clips}
    ranked = sorted(
        (frame.psnr_db, entry.point.clip, number)
        for entry in decoded
        if (entry.autoencoder, entry.format) == (first, format) and entry.point.clip in wanted
        for number, frame in entry.compared.items()
    )
    _, name, number = ranked[len(ranked) // 2]
    return Choice(next(clip for clip in clips if clip.name == name), number)


def draw(
    choice: Choice,
    frames: UncompressedClip,
    curves: Sequence[Curve],
    decoded: Mapping[str, tuple[Frame, float]],
    folder: Path,
) -> tuple[ShownFrame, dict[str, bytes]]:
    """What the ledger says of the shown frame, and its picture files by name.

    Args:
        choice: which frame.
        frames: its clip.
        curves: the codecs.
        decoded: by autoencoder, the frame as it is decoded and the bits a pixel of its latents.
        folder: where videos lie meanwhile.
    """
    source = np.asarray(frames.rgb()[choice.frame])
    hud_row = status_bar_row(frames.height)
    pictures: list[ShownPicture] = []
    files: dict[str, bytes] = {}

    def add(shows: str, title: str, frame: Frame, bits_per_pixel: float | None) -> None:
        content = webp(frame)
        file = f"{shows}.webp"
        files[file] = content
        pictures.append(
            ShownPicture(
                shows=shows,
                title=title,
                file=file,
                bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                bits_per_pixel=bits_per_pixel,
                psnr_db=None if frame is source else _psnr_db(source, frame),
                hud_psnr_db=None
                if frame is source
                else _psnr_db(source[hud_row:], frame[hud_row:]),
            )
        )

    add("source", "Source, as rendered", source, None)
    for number, (autoencoder, (frame, bits)) in enumerate(decoded.items()):
        add(f"latents-{number}", autoencoder, frame, bits)
    for curve in curves:
        for point, way in _shown(curve):
            stored = next(each for each in point.clips if each.clip == choice.clip.name)
            add(
                f"{curve.codec}-{point.quality}",
                encoding_title(curve.codec, point.quality, curve.preset),
                _as_coded(frames, way, choice.frame, folder),
                stored.bits_per_pixel,
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


def _shown(curve: Curve) -> Iterator[tuple[CurvePoint, Encoding]]:
    """A few points of a curve, and how they were encoded."""
    places = np.linspace(0, len(curve.points) - 1, QUALITIES_SHOWN).round().astype(int)
    for place in places:
        point = curve.points[place]
        yield point, encoding(CODECS[curve.codec], point.quality)


def _as_coded(clip: UncompressedClip, way: Encoding, number: int, folder: Path) -> Frame:
    """A frame of the clip, out of the video that the whole clip was encoded as."""
    video = folder / f"shown.{way.codec.container}"
    try:
        encode_clip(clip, way, video)
        with file_range(video) as file:
            coded = next(islice(decode_pictures(file, container=way.codec.container), number, None))
            planes = np.empty((3, clip.height, clip.width), np.uint8)
            copy_planes(rgb_planes(coded, VideoReformatter()), planes)
        return np.ascontiguousarray(planes.transpose(1, 2, 0))
    finally:
        video.unlink(missing_ok=True)


def _psnr_db(reference: Frame, frame: Frame) -> float:
    one, other = np.ascontiguousarray(reference), np.ascontiguousarray(frame)
    return psnr_db(float(cv2.norm(one, other, cv2.NORM_L2SQR)) / reference.size)

"""A small rate-distortion run on the example of video-bitrate, with its pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import cv2
import numpy as np

from analysis.catalog import encoding_title
from analysis.kinds.rate_distortion.curves import (
    bd_rates,
    codec_curves,
    equal_bytes,
    equal_quality,
)
from analysis.kinds.rate_distortion.record import (
    ClipPoint,
    LatentPoint,
    RateDistortion,
    RateDistortionParameters,
    RateDistortionResults,
    ShownFrame,
    ShownPicture,
    ShownWindow,
)
from analysis.ledger import provenance
from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Input
from tests.kinds.video_bitrate.example import GAMES, clip_name, video_bitrate

AUTOENCODER: Final = "project/doom-dcae-f32c32"
WIDTH: Final = 64
HEIGHT: Final = 48
HUD_ROW: Final = 40
FRAME: Final = 10
SHADES: Final[Mapping[str, int]] = {
    "source": 100,
    "latents-0": 140,
    "h264-17": 104,
    "h264-20": 110,
    "h264-28": 120,
    "mpeg4-3": 102,
    "mpeg4-31": 132,
    "dual-0-full": 150,
    "dual-0-single-frame": 155,
    "dual-1-full": 160,
    "dual-1-single-frame": 165,
}
"""Of the pictures, by what they show: the further from the source, the worse."""

BITS: Final[Mapping[str, float]] = {
    "latents-0": 0.5,
    "h264-17": 0.8,
    "h264-20": 0.55,
    "h264-28": 0.1,
    "mpeg4-3": 1.2,
    "mpeg4-31": 0.05,
}
"""A pixel, of all but the windows."""

_PRESETS: Final = {"h264": "veryfast", "mpeg4": None}


def pictures() -> dict[str, bytes]:
    """Grey pictures."""
    lossless = (cv2.IMWRITE_WEBP_QUALITY, 101)
    return {
        f"{shows}.webp": cv2.imencode(
            ".webp", np.full((HEIGHT, WIDTH, 3), shade, np.uint8), lossless
        )[1].tobytes()
        for shows, shade in SHADES.items()
    }


def _picture(shows: str, content: bytes) -> ShownPicture:
    codec, _, quality = shows.partition("-")
    is_coded = codec in _PRESETS
    title = shows
    if is_coded:
        title = encoding_title(codec, int(quality), _PRESETS[codec])
    window = _window(shows) if codec == "dual" else None
    return ShownPicture(
        shows=shows,
        title=title,
        file=f"{shows}.webp",
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        bits_per_pixel=0.5 / window.temporal_factor if window else BITS.get(shows),
        psnr_db=None if shows == "source" else 30.0,
        hud_psnr_db=None if shows == "source" else 25.0,
        curve=" ".join(filter(None, (codec, _PRESETS[codec]))) if is_coded else None,
        quality=int(quality) if is_coded else None,
        window=window,
    )


def _window(shows: str) -> ShownWindow:
    _, place, decoder = shows.split("-", 2)
    temporal = 2 << int(place)
    return ShownWindow(
        dual_decoder=f"project/doom-dual-f32t{temporal}c32",
        decoder="full" if decoder == "full" else "single-frame",
        temporal_factor=temporal,
        first_frame=FRAME - temporal // 2,
    )


def latent_point(psnr_db: float = 29.0, bits_per_pixel: float = 0.5) -> LatentPoint:
    def estimate(value: float) -> Estimate:
        return Estimate(value=value, low=value * 0.95, high=value * 1.05, n=len(GAMES))

    return LatentPoint(
        name=f"{AUTOENCODER} fp16",
        autoencoder=AUTOENCODER,
        format="fp16",
        bytes_per_value=2,
        bits_per_pixel=estimate(bits_per_pixel),
        psnr_db=estimate(psnr_db),
        psnr_y_db=estimate(psnr_db + 4),
        ssim=estimate(psnr_db / 40),
        vmaf=estimate(2 * psnr_db),
        clips=tuple(
            ClipPoint(
                clip=clip_name(game, "480p"),
                bits_per_pixel=bits_per_pixel,
                psnr_db=psnr_db,
                psnr_y_db=psnr_db + 4,
                ssim=psnr_db / 40,
                vmaf=2 * psnr_db,
            )
            for game in GAMES
        ),
    )


def rate_distortion(
    created: datetime = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC), psnr_db: float = 29.0
) -> RateDistortion:
    machine = provenance.host()
    video = video_bitrate()
    curves = codec_curves(video, "480p")
    points = (latent_point(psnr_db),)
    files = pictures()
    return RateDistortion(
        schema="rate-distortion/1.1",
        run=provenance.run(["latent-storage", "measure"], "full", created, machine),
        host=machine,
        inputs=(Input(name=video.run.id, kind="ledger", bytes=1000, sha256="0" * 64),),
        parameters=RateDistortionParameters(
            study="study.toml",
            video_run=video.run.id,
            resolution="480p",
            autoencoders=(AUTOENCODER,),
            precision="fp32",
            device="cpu",
            quality_every=10,
            fewest_points=4,
            interpolation="Akima",
        ),
        results=RateDistortionResults(
            clips=tuple(clip_name(game, "480p") for game in GAMES),
            width=640,
            height=480,
            curves=curves,
            latents=points,
            equal_quality=tuple(equal_quality(points, curves)),
            equal_bytes=tuple(equal_bytes(points, curves)),
            bd_rates=tuple(bd_rates(curves)),
            shown=ShownFrame(
                clip=clip_name("b", "480p"),
                split="held-out",
                frame=FRAME,
                width=WIDTH,
                height=HEIGHT,
                hud_row=HUD_ROW,
                pictures=tuple(_picture(shows, files[f"{shows}.webp"]) for shows in SHADES),
            ),
        ),
    )

"""A small reconstruction run with its pictures."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Final

import cv2
import numpy as np

from analysis.kinds.reconstruction.record import (
    Picture,
    Quality,
    ReconstructedSet,
    Reconstruction,
    ReconstructionParameters,
    ReconstructionResults,
    Reproduction,
    ShownFrame,
    Shows,
    Split,
)
from analysis.ledger import provenance
from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Input

WIDTH: Final = 64
HEIGHT: Final = 48
HUD_ROW: Final = 40
AUTOENCODER: Final = "project/doom-dcae-f32c32"
SHADES: Final[dict[Shows, int]] = {"source": 100, "video": 110, "decoded": 140}
"""What grey the pictures of a frame are, at the first percentile."""

_LOSSLESS = (cv2.IMWRITE_WEBP_QUALITY, 101)


def pictures() -> dict[str, bytes]:
    """Grey pictures, 20 levels lighter from one percentile to the next."""
    files = {}
    for step, percentile in enumerate((10, 50)):
        for shows, shade in SHADES.items():
            grey = np.full((HEIGHT, WIDTH, 3), shade + 20 * step, np.uint8)
            files[f"p{percentile}-{shows}.webp"] = cv2.imencode(".webp", grey, _LOSSLESS)[
                1
            ].tobytes()
    return files


def quality(psnr_db: float) -> Quality:
    def estimate(value: float) -> Estimate:
        return Estimate(value=value, low=value * 0.9, high=value * 1.1, n=3)

    return Quality(
        psnr_db=estimate(psnr_db),
        pooled_psnr_db=estimate(psnr_db - 1),
        ssim=estimate(0.9),
        ms_ssim=estimate(0.95),
    )


def reproduction(format: str | None, bits: float, psnr_db: float) -> Reproduction:
    return Reproduction(
        name=f"native held-out {format or 'video'}",
        kind="latents" if format else "video",
        autoencoder=AUTOENCODER if format else None,
        format=format,
        bytes_per_value=2 if format else None,
        bits_per_pixel=Estimate(value=bits, n=3),
        mb_per_min=Estimate(value=80 * bits, n=3),
        whole=quality(psnr_db),
        hud=quality(psnr_db - 3),
        rest=quality(psnr_db + 1),
    )


def shown(percentile: int) -> ShownFrame:
    files = pictures()
    return ShownFrame(
        percentile=percentile,
        set="native",
        split="held-out",
        episode="ep_1",
        player="p1",
        frame=percentile,
        autoencoder=AUTOENCODER,
        format="fp16",
        width=WIDTH,
        height=HEIGHT,
        hud_row=HUD_ROW,
        pictures=tuple(
            Picture(
                shows=shows,
                file=name,
                bytes=len(files[name]),
                sha256=hashlib.sha256(files[name]).hexdigest(),
                psnr_db=None if shows == "source" else 30.0,
                hud_psnr_db=None if shows == "source" else 25.0,
            )
            for shows in SHADES
            for name in [f"p{percentile}-{shows}.webp"]
        ),
    )


def reconstruction(created: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) -> Reconstruction:
    """One set with held-out games: the video and two formats of one autoencoder."""
    machine = provenance.host()
    ways = (
        reproduction(None, 0.2, 40),
        reproduction("fp32", 1.0, 28),
        reproduction("fp16", 0.5, 27.9),
    )
    entry = ReconstructedSet(
        name="native",
        recipe="native",
        reference="rendered frames",
        codecs=("H.264 (High)",),
        width=WIDTH,
        height=HEIGHT,
        fps=35,
        splits=(
            Split(
                name="held-out",
                maps=("cig MAP01",),
                episodes=3,
                views=6,
                frames=48,
                reproductions=ways,
            ),
        ),
    )
    return Reconstruction(
        schema="reconstruction/1.0",
        run=provenance.run(["latent-storage", "measure"], "full", created, machine),
        host=machine,
        inputs=(Input(name="native", kind="recording-shards", bytes=1000, sha256="0" * 64),),
        parameters=ReconstructionParameters(
            study="study.toml",
            sets=("native",),
            autoencoders=(AUTOENCODER,),
            precision="fp32",
            device="cpu",
            episodes_a_split=3,
            views_an_episode=2,
            frames_a_view=8,
        ),
        results=ReconstructionResults(sets=(entry,), shown=(shown(10), shown(50))),
    )

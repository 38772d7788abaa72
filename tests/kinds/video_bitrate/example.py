"""A small video-bitrate run: two games at every resolution of the note, by a power law."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

from analysis.catalog import resolutions
from analysis.kinds.video_bitrate.record import (
    BitrateClip,
    BitrateLaw,
    BitrateRow,
    ClipResult,
    VideoBitrate,
    VideoBitrateParameters,
    VideoBitrateResults,
)
from analysis.ledger import provenance
from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Input

GAMES = ("a", "b")
FRAMES = 70
EXPONENT = -0.3
AT_480P = {
    "h264": {17: 0.8, 20: 0.5, 23: 0.3, 28: 0.1},
    "mpeg4": {3: 1.2, 6: 0.6, 12: 0.2, 31: 0.05},
}
PSNR_DB = {17: 34.0, 20: 32.0, 23: 30.0, 28: 27.0, 3: 34.0, 6: 31.0, 12: 28.0, 31: 25.0}
_ENCODERS = {"h264": ("libx264", "veryfast", "crf", 250), "mpeg4": ("mpeg4", None, "qmin", 12)}


def clip_name(game: str, resolution: str) -> str:
    return f"cig MAP01 {game} {resolution}"


def _estimate(value: float) -> Estimate:
    return Estimate(value=value, low=value * 0.9, high=value * 1.1, n=len(GAMES))


def _encoded(game: str, resolution: str, bytes: float, psnr_db: float) -> ClipResult:
    # The second game takes twice the bits of the first, and is as good.
    share = 2 / 3 if game == "a" else 4 / 3
    return ClipResult(
        clip=clip_name(game, resolution),
        bytes=round(share * bytes),
        sha256="0" * 64,
        shared_bytes=round(share * bytes),
        frames_compared=7,
        psnr_db=psnr_db,
        psnr_y_db=psnr_db + 4,
        ssim=psnr_db / 40,
        vmaf=2 * psnr_db,
        encode_core_s=1.0,
        decode_core_s=0.1,
    )


def row(resolution: str, codec: str, quality: int, *, upscaled: bool = False) -> BitrateRow:
    place = next(entry for entry in resolutions() if entry.name == resolution)
    encoder, preset, scale, gop = _ENCODERS[codec]
    relative = float((place.height * place.width / (640 * 480)) ** EXPONENT)
    b = AT_480P[codec][quality] * relative * (0.5 if upscaled else 1)
    bytes = b * FRAMES * place.height * place.width / 8
    psnr_db = PSNR_DB[quality]
    return BitrateRow(
        name=f"{resolution}{' upscaled' if upscaled else ''} {codec} {scale} {quality}",
        resolution=resolution,
        upscaled=upscaled,
        width=place.width,
        height=place.height,
        codec=codec,
        encoder=encoder,
        encoder_version="1",
        settings={scale: str(quality), "g": str(gop)},
        preset=preset,
        quality_scale=scale,
        quality=quality,
        gop=gop,
        pixel_format="yuv420p",
        threads=1,
        lossless=False,
        bits_per_pixel=_estimate(b),
        mb_per_min=_estimate(80 * b),
        relative_to_480p=_estimate(relative * (0.5 if upscaled else 1)),
        psnr_db=_estimate(psnr_db),
        psnr_y_db=_estimate(psnr_db + 4),
        ssim=_estimate(psnr_db / 40),
        vmaf=_estimate(2 * psnr_db),
        encode_frames_per_core_s=_estimate(100),
        decode_frames_per_core_s=_estimate(1000),
        clips=tuple(_encoded(game, resolution, bytes, psnr_db) for game in GAMES),
    )


def law(codec: str, quality: int) -> BitrateLaw:
    _, preset, scale, _ = _ENCODERS[codec]
    return BitrateLaw(
        name=f"{codec} {scale} {quality}",
        codec=codec,
        preset=preset,
        quality_scale=scale,
        quality=quality,
        sizes=tuple(entry.size for entry in resolutions()),
        exponent=_estimate(EXPONENT),
        at_480p=_estimate(AT_480P[codec][quality]),
        largest_deviation=0.02,
    )


def clip(game: str, resolution: str, *, upscaled: bool = False) -> BitrateClip:
    place = next(entry for entry in resolutions() if entry.name == resolution)
    return BitrateClip(
        name=clip_name(game, resolution),
        game=game * 64,
        map="cig MAP01",
        split="held-out" if game == "b" else "training",
        player="p1",
        resolution=resolution,
        upscaled=upscaled,
        rendered_width=160 if upscaled else place.width,
        rendered_height=120 if upscaled else place.height,
        width=place.width,
        height=place.height,
        first_frame=0,
        frames=FRAMES,
        shared_first=0,
        shared_frames=FRAMES,
        sha256="0" * 64,
    )


def video_bitrate(created: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) -> VideoBitrate:
    machine = provenance.host()
    names = [entry.name for entry in resolutions()]
    qualities = [(codec, quality) for codec, found in AT_480P.items() for quality in found]
    return VideoBitrate(
        schema="video-bitrate/1.0",
        run=provenance.run(["latent-storage", "measure"], "full", created, machine),
        host=machine,
        inputs=(Input(name="game", kind="games", bytes=1000, sha256="0" * 64),),
        parameters=VideoBitrateParameters(
            study="study.toml",
            games=len(GAMES),
            frames_per_second=35,
            quality_every=10,
            psnr="of frames",
            ssim="of frames",
            vmaf="vmaf_v0.6.1",
            speed="core-seconds",
            parts_kept=0,
        ),
        results=VideoBitrateResults(
            clips=(
                *(clip(game, name) for name, game in product(names, GAMES)),
                *(clip(game, "480p", upscaled=True) for game in GAMES),
            ),
            rows=(
                *(row(name, *each) for name in names for each in qualities),
                row("480p", "mpeg4", 3, upscaled=True),
            ),
            laws=tuple(law(*each) for each in qualities),
        ),
    )

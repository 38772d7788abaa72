"""A run of latent codecs as pages and claims read it: the note's methods, and two of ours."""

from __future__ import annotations

from datetime import UTC, datetime

from analysis.kinds.latent_codecs.record import (
    CodecResult,
    FieldEntropies,
    FrameError,
    LatentCodecs,
    LatentCodecsParameters,
    LatentCodecsResults,
    LongEpisode,
    PixelQuality,
    SymbolBounds,
)
from analysis.ledger import provenance
from analysis.ledger.estimate import Estimate
from analysis.ledger.records import Input

AUTOENCODER = "project/doom-dcae-f32c32"
NEAR_LOSSLESS = "picture:48+classes+pcodec"
LOSSLESS = "cells+classes+pcodec"


def around(value: float) -> Estimate:
    """A value over six games."""
    return Estimate(value=value, low=0.9 * value, high=1.1 * value, n=6)


def codec(
    name: str,
    share: float,
    *,
    error: float = 0.0,
    last: float | None = None,
    loss: float = 0.0,
    psnr: float = 100.0,
    decode: float = 500.0,
    quantiser: str | None = None,
    in_note: bool = False,
) -> CodecResult:
    """A codec with these figures."""
    last = error if last is None else last
    quality = PixelQuality(psnr_db=around(psnr), ssim=around(0.9))
    return CodecResult(
        name=name,
        lossless=error == 0,
        in_note=in_note,
        quantiser=quantiser,
        chunk_frames=16,
        share=around(share),
        mb_per_min=around(40.32 * share),
        side_share=0.001,
        encode_mb_per_s=50,
        decode_mb_per_s=decode,
        clip_bytes_over_share=1.2,
        clip_ms=4.0,
        mean_squared_error=around(error),
        largest_error=10 * error,
        first_frame_error=error / 10 if last > error else error,
        last_frame_error=last,
        drift=(
            FrameError(frame=0, mean_squared_error=error / 10),
            FrameError(frame=50, mean_squared_error=last),
        ),
        beside_exact=quality,
        beside_recording=quality,
        loss_db=around(loss),
        last_frame_loss_db=loss,
    )


def latent_codecs(loss: float = 0.08) -> LatentCodecs:
    """The run; `loss` is that of the near-lossless codec."""
    machine = provenance.host()
    note = [
        codec("raw", 1.0, in_note=True, decode=2000),
        codec("zstd:3", 0.93, in_note=True),
        codec("delta+zstd:3", 0.91, error=1e-6, in_note=True, loss=0.0, psnr=80),
        codec("delta+int8+zstd:3", 0.25, error=50, last=120, in_note=True, loss=20, psnr=9),
    ]
    for place, clip in enumerate((3, 4, 6, 8)):
        note.append(
            codec(
                f"delta+int8-channel:{clip}+zstd:3",
                0.40 - 0.02 * place,
                error=8.0 - place,
                last=16.0,
                in_note=True,
                loss=12.0 - place,
                psnr=15.0,
            )
        )
    return LatentCodecs(
        schema="latent-codecs/2.0",
        run=provenance.run(
            ["latent-storage", "measure"], "full", datetime(2026, 1, 2, tzinfo=UTC), machine
        ),
        host=machine,
        inputs=(Input(name="latents", kind="latent-shards", bytes=1000, sha256="0" * 64),),
        parameters=LatentCodecsParameters(
            study="study.toml",
            latents="latents",
            recordings="recordings",
            autoencoder=AUTOENCODER,
            precision="fp32",
            device="cpu",
            threads=1,
            recommended=(LOSSLESS, NEAR_LOSSLESS),
            frames_a_view=8,
            clip_frames=70,
            chunk_frames=16,
        ),
        results=LatentCodecsResults(
            episodes=6,
            views=6,
            frames=12600,
            shape=(32, 15, 20),
            bytes=12600 * 19200,
            raw_mb_per_min=40.32,
            deviation=1.0,
            sensitivity=(0.1,) * 32,
            fields=FieldEntropies(sign=1, exponent=2.9, mantissa=9.97, share=0.87),
            symbols=(
                SymbolBounds(
                    quantiser="picture:48", levels=400, zero_order=0.25, given_previous=0.22
                ),
            ),
            exact_beside_recording=PixelQuality(psnr_db=around(27), ssim=around(0.8)),
            codecs=(
                *note,
                codec(LOSSLESS, 0.80, decode=55),
                codec(
                    "picture:48+range",
                    0.255,
                    error=0.003,
                    loss=loss,
                    psnr=47.5,
                    decode=60,
                    quantiser="picture:48",
                ),
                codec(
                    NEAR_LOSSLESS,
                    0.20,
                    error=0.003,
                    loss=loss,
                    psnr=47.5,
                    decode=340,
                    quantiser="picture:48",
                ),
            ),
            skipped=(),
            long_episodes=(
                LongEpisode(
                    codec=NEAR_LOSSLESS,
                    frames=20000,
                    bytes=80_000_000,
                    head_bytes=10_000,
                    clips=19931,
                    mean_over_share=1.25,
                    largest_over_share=1.7,
                    clip_ms=5.0,
                    share_ms=4.0,
                ),
            ),
        ),
    )

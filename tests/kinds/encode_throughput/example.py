"""Runs as the page reads them: of recordings on a CPU, and of a clip on a GPU that nobody has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, get_args

from analysis.kinds.encode_throughput.record import (
    CopySpeed,
    DecoderName,
    DecoderRun,
    EncoderRun,
    EncodeThroughput,
    EncodeThroughputParameters,
    EncodeThroughputResults,
    Peak,
    PipelineRun,
    Skipped,
    SkippedCodec,
    SkippedDecoders,
    TimedAutoencoder,
    TimedCodec,
    TimedDualDecoder,
    Way,
)
from analysis.ledger import provenance
from analysis.ledger.latency import Latency
from analysis.ledger.rate import Rate
from analysis.presentation.sources import Source

GPU: Final = "NVIDIA H100 80GB HBM3"
USUAL: Final = Way(
    precision="fp16", batch_size=64, compiled=False, layout="contiguous", copies="one-ahead"
)


def rate(frames_per_s: float) -> Rate:
    """About so fast."""
    return Rate(
        frames_per_s=frames_per_s,
        slowest_frames_per_s=0.9 * frames_per_s,
        fastest_frames_per_s=1.1 * frames_per_s,
        n=3,
    )


def encoder_run(frames_per_s: float, **change: object) -> EncoderRun:
    """The usual way, or one with a change, at a GFLOP and a half per frame and a peak of 1000."""
    return EncoderRun(
        **USUAL.model_copy(update=change).model_dump(),
        frames=128,
        encode=rate(frames_per_s),
        warm_up_s=2.0,
        device_bytes=3_000_000_000,
        gflop_per_s=1.5 * frames_per_s,
        share_of_peak=1.5 * frames_per_s / 1000,
    )


def autoencoder(*runs: EncoderRun, skipped: tuple[Skipped, ...] = ()) -> TimedAutoencoder:
    """One with random weights and no pipeline."""
    return TimedAutoencoder(
        name="dc-ae-lite-f32c32",
        weights="random",
        spatial=32,
        temporal=1,
        channels=32,
        parameters=1000,
        gflop_per_frame=1.5,
        encoder=runs,
        skipped=skipped,
    )


def dual_decoder() -> TimedDualDecoder:
    """A window of four frames takes 8 ms, one frame 2 ms."""
    return TimedDualDecoder(
        name="project/doom-dual-f32t4c32",
        weights="trained",
        temporal=4,
        runs=tuple(
            DecoderRun(
                decoder=name,
                precision="fp16",
                batch_size=1,
                frames=4 if name == "window" else 1,
                latency=Latency(median_ms=ms, fastest_ms=ms - 1, slowest_ms=ms + 1, n=3),
                device_bytes=None,
            )
            for name, ms in zip(get_args(DecoderName), (2.0, 8.0, 2.5), strict=True)
        ),
        skipped=(SkippedDecoders(precision="fp16", batch_size=64, reason="out of memory"),),
    )


def on_gpu(*timed: TimedAutoencoder, gpu: str = GPU, days: int = 0) -> EncodeThroughput:
    """Of frames of a clip."""
    parameters = EncodeThroughputParameters(
        clip="run/duel.mp4",
        autoencoders=("dc-ae-lite-f32c32",),
        device="cuda",
        threads=1,
        frames=128,
        repeats=3,
        seconds=400.0,
    )
    results = EncodeThroughputResults(
        height=480,
        width=640,
        peaks=(Peak(precision="fp16", gflop_per_s=1000.0, size=8192, sizes=(8192,)),),
        autoencoders=timed,
        copies=(CopySpeed(to="device", pinned=True, bytes=59_000_000, gb_per_s=50.0),),
        dual_decoders=(dual_decoder(),),
        latent_codecs=(
            TimedCodec(
                name="cells+classes+pcodec",
                lossless=True,
                autoencoder="project/doom-dcae-f32c32",
                share=0.8,
                frame_bytes=19200,
                decode=rate(250.0),
            ),
        ),
        skipped_codecs=(SkippedCodec(name="raw", reason="out of time"),),
    )
    return _run(parameters, results, gpu, days)


def on_cpu(days: int = 0) -> EncodeThroughput:
    """Of recordings, with a pipeline that waits for its encoder."""
    parameters = EncodeThroughputParameters(
        study="study.toml",
        set="native",
        autoencoders=("tiny",),
        device="cpu",
        threads=2,
        frames=128,
        repeats=3,
    )
    pipeline = PipelineRun(
        precision="fp16",
        batch_size=64,
        decode=rate(300.0),
        encode=rate(20.0),
        write=rate(9000.0),
        together=rate(19.0),
        share_of_slowest=0.95,
    )
    results = EncodeThroughputResults(
        height=480,
        width=640,
        codec="H.264 (High)",
        peaks=(Peak(precision="fp16", gflop_per_s=1000.0, size=1024, sizes=(1024,)),),
        autoencoders=(
            autoencoder(encoder_run(20.0)).model_copy(
                update={"name": "tiny", "weights": "trained", "pipeline": pipeline}
            ),
        ),
    )
    return _run(parameters, results, None, days)


def source(run: EncodeThroughput) -> Source[EncodeThroughput]:
    """A run with its place in a ledger."""
    return Source(Path("measurements", run.kind, f"{run.run.id}.json"), run)


def _run(
    parameters: EncodeThroughputParameters,
    results: EncodeThroughputResults,
    gpu: str | None,
    days: int,
) -> EncodeThroughput:
    created = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(days=days)
    machine = provenance.host().model_copy(update={"gpu": gpu})
    return EncodeThroughput(
        schema="encode-throughput/2.0",
        run=provenance.run(["latent-storage", "measure"], "full", created, machine),
        host=machine,
        inputs=(),
        parameters=parameters,
        results=results,
    )

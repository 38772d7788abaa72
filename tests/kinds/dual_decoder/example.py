"""A run of dual decoders as the page reads it: t = 2, 4 and 8, one game's worth of figures each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from analysis.kinds.dual_decoder.record import (
    Decoding,
    DecodingResult,
    DualDecoderParameters,
    DualDecoderResult,
    DualDecoderResults,
    DualDecoderRun,
    FrameScore,
    Motion,
    MotionScore,
    ShownClip,
    StoredSize,
    Timing,
)
from analysis.kinds.trained import WeightFile
from analysis.ledger import provenance
from analysis.ledger.estimate import Estimate
from analysis.ledger.latency import Latency


def around(value: float) -> Estimate:
    """A value over three games."""
    return Estimate(value=value, low=value - 0.1, high=value + 0.1, n=3)


def score(psnr: float) -> FrameScore:
    """Frames of this PSNR."""
    return FrameScore(psnr_db=around(psnr), pooled_psnr_db=around(psnr - 1), ssim=around(psnr / 40))


def latency(milliseconds: float) -> Latency:
    """About so long."""
    return Latency(
        median_ms=milliseconds, fastest_ms=milliseconds - 1, slowest_ms=milliseconds + 2, n=15
    )


# Over every frame, and on the frame that stands for the window.
PSNR: dict[Decoding, tuple[float, float]] = {
    "per-frame": (29.0, 29.0),
    "full": (26.0, 27.0),
    "single-frame": (23.0, 28.4),
    "held": (24.0, 29.0),
    "held-first": (22.5, 22.0),
    "mean": (23.5, 23.8),
}


def way(name: Decoding, temporal: int) -> DecodingResult:
    """A way whose frames are worse the further they are from the middle one."""
    whole, own = PSNR[name]
    shares: dict[Motion, float] = {"static": 0.1, "moving": 0.6, "turning": 0.1, "fighting": 0.2}
    return DecodingResult(
        way=name,
        every_frame=score(whole),
        representative=score(own),
        positions=tuple(score(own - abs(place - temporal // 2)) for place in range(temporal)),
        motions=tuple(
            MotionScore(motion=motion, clips=5, share=share, score=score(whole))
            for motion, share in shares.items()
        ),
        representative_motions=tuple(
            MotionScore(motion=motion, clips=5, share=share, score=score(own))
            for motion, share in shares.items()
        ),
    )


def stored(temporal: int) -> StoredSize:
    """Of DC-AE's latents, folded."""
    return StoredSize(
        bits_per_pixel=around(0.5 / temporal),
        mb_per_min=around(40.32 / temporal),
        ratio=around(0.8 / temporal),
    )


def result(temporal: int) -> DualDecoderResult:
    """A dual decoder with these figures."""
    return DualDecoderResult(
        name=f"project/doom-dual-f32t{temporal}c32",
        spatial_model="project/doom-dcae-f32c32",
        spatial_factor=32,
        temporal_factor=temporal,
        stored_channels=32,
        representative="middle",
        representative_position=temporal // 2,
        shape=(32, 15, 20),
        files=(WeightFile(name="weights", bytes=2_000_000, sha256=f"{temporal}" * 64),),
        stored=stored(temporal),
        ways=tuple(way(name, temporal) for name in get_args(Decoding)),
        timing=Timing(
            per_frame=latency(60),
            window=latency(65 * temporal),
            first_of_window=latency(70),
            single_frame=latency(62),
        ),
    )


def dual_decoder() -> DualDecoderRun:
    """The run."""
    machine = provenance.host()
    created = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    results = tuple(map(result, (2, 4, 8)))
    return DualDecoderRun(
        schema="dual-decoder/1.0",
        run=provenance.run(["latent-storage", "measure"], "full", created, machine),
        host=machine,
        inputs=(),
        parameters=DualDecoderParameters(
            study="study.toml",
            recordings="native",
            dual_decoders=tuple(each.name for each in results),
            precision="fp32",
            device="cpu",
            threads=2,
            clip_frames=8,
            episodes=3,
            clips_a_motion=5,
            turning_degrees_a_frame=3,
            static_degrees_a_frame=0.5,
            timed=15,
        ),
        results=DualDecoderResults(
            split="held-out",
            maps=("cig MAP05",),
            episodes=3,
            views=6,
            clips=120,
            width=640,
            height=480,
            fps=35,
            video_bits_per_pixel=around(0.6),
            per_frame=stored(1),
            dual_decoders=results,
            shown=(
                ShownClip(
                    motion="turning",
                    episode="ep_1",
                    player="p1",
                    first_frame=1600,
                    frames=48,
                    fps=35,
                    dual_decoder="project/doom-dual-f32t4c32",
                    panels=(("source", "full"), ("single-frame", "held")),
                    width=640,
                    height=480,
                    file="turning.mp4",
                    bytes=10,
                    sha256="0" * 64,
                    poster="turning.webp",
                ),
            ),
        ),
    )

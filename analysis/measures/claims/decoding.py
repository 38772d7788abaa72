"""Claims on decoding temporally compressed latents one frame at a time."""

from __future__ import annotations

from pathlib import Path

from analysis import storage
from analysis.ledger.claims import Claim, Figure
from analysis.ledger.dual_decoder import DualDecoderResult, DualDecoderRun
from analysis.ledger.estimate import Estimate
from analysis.measures.claims.equations import TEMPORAL
from analysis.measures.claims.figures import judged_claim
from analysis.storage import Latent

_FEW_DECIBELS = 1.0
"""What a frame may lose to the per-frame autoencoder and still be called not so lossy."""


def claims(run: DualDecoderRun | None) -> list[Claim]:
    """That it is interactive, and that it is not as lossy as it might seem."""
    interactive = (
        "A single-frame decoder gives interactive decoding of temporally compressed latents."
    )
    lossy = (
        "Decoding a frame from a compressed latent is not as lossy as it might seem: the latent "
        "has the context of its window."
    )
    if run is None:
        return [
            judged_claim(
                "single-frame-decoder",
                TEMPORAL,
                interactive,
                "not-measured-yet",
                "one shown frame a stored latent is F/t shown frames a second, and each latent "
                "spans t actions",
            ),
            judged_claim("single-frame-lossy", TEMPORAL, lossy, "not-measured-yet", "needs a run"),
        ]
    duals = run.results.dual_decoders
    evidence = str(Path("dual-decoder") / f"{run.run.id}.json")
    few = [dual.temporal_factor for dual in duals if _loss(dual) <= _FEW_DECIBELS]
    named = ", ".join(f"t = {factor}" for factor in few)
    return [
        judged_claim(
            "single-frame-decoder",
            TEMPORAL,
            interactive,
            "holds-only-if",
            "the decoder needs no buffer and a t-th of a window's time, but a latent spans t "
            "actions: a model that makes one a step answers no sooner, and shows F/t frames a "
            "second",
            [figure for dual in duals for figure in _interactive(dual, run.results.fps, evidence)],
        ),
        judged_claim(
            "single-frame-lossy",
            TEMPORAL,
            lossy,
            "holds-only-if" if few else "does-not-hold",
            f"on the frame that it stands for it loses at most a decibel at {named}, with this "
            "project's small autoencoder; the other frames of the window it does not show"
            if few
            else "with this project's small autoencoder it loses more than a decibel to the "
            "per-frame one on the very frame that it stands for",
            [
                Figure(
                    name=f"PSNR lost by the single-frame decoder on its frame, t = "
                    f"{dual.temporal_factor}",
                    unit="dB",
                    published="not given",
                    recomputed=None,
                    agrees=None,
                    measured=Estimate(value=_loss(dual), n=run.results.episodes),
                    evidence=evidence,
                )
                for dual in duals
            ],
        ),
    ]


def _interactive(dual: DualDecoderResult, fps: float, evidence: str) -> list[Figure]:
    latent = Latent(dual.spatial_factor, dual.stored_channels, dual.temporal_factor)
    name = f"t = {dual.temporal_factor}"
    timing = dual.timing
    return [
        Figure(
            name=f"single frame over window, time, {name}",
            unit="",
            published="not given",
            recomputed=1 / dual.temporal_factor,
            agrees=None,
            measured=Estimate(
                value=timing.single_frame.median_ms / timing.window.median_ms,
                n=timing.single_frame.n,
            ),
            evidence=evidence,
        ),
        Figure(
            name=f"shown frames a second, {name}",
            unit="",
            published="not given",
            recomputed=storage.shown_frames_per_second(latent, fps),
            agrees=None,
        ),
    ]


def _loss(dual: DualDecoderResult) -> float:
    single = dual.way("single-frame").representative.psnr_db.value
    return dual.way("per-frame").representative.psnr_db.value - single

"""Claims on decoding temporally compressed latents one frame at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from analysis import storage
from analysis.catalog import Note
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import (
    implied,
    judged_claim,
    observed,
    percent,
    unmeasured_claim,
)
from analysis.kinds.claims.record import Claim, Figure
from analysis.kinds.dual_decoder.record import DualDecoderResult, DualDecoderRun
from analysis.ledger.estimate import Estimate
from analysis.storage import Latent

SECTION = "One frame at a time"

_CHUNK: Final = 8
"""The temporal factor that the note speaks of."""

_FEW_DECIBELS: Final = 1.0
"""What a frame may lose to the per-frame autoencoder and still be called not so lossy."""

_AS_FAST: Final = 1.5
"""Times that a single frame may take beside the per-frame decoder and still need no more."""

Judge = Callable[[str, DualDecoderRun], Claim]


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """Chunks, what storage gains, and the single-frame decoder."""
    del note  # its statements here have no figures
    run = evidence.dual_decoder
    statements: Sequence[tuple[str, str, Judge]] = (
        (
            "chunks-of-eight",
            f"A video autoencoder with t = {_CHUNK} decodes only chunks of {_CHUNK} frames, which "
            "takes too long for interaction.",
            _chunks,
        ),
        (
            "full-benefit",
            "With a dual decoder, storage still gains the whole factor s²t.",
            _full_benefit,
        ),
        (
            "single-frame-decoder",
            "A single-frame decoder makes temporally compressed latents interactive.",
            _interactive,
        ),
        (
            "no-buffering",
            "The single-frame decoder needs no buffer of t frames and no temporal decompressor.",
            _no_buffering,
        ),
        (
            "single-frame-lossy",
            "Decoding a frame from a compressed latent is not as lossy as it might seem, for the "
            "latent has the context of its window.",
            _lossy,
        ),
        (
            "representative-frame",
            "The decoded frame is a representative of its window, such as the middle or the last.",
            _representative,
        ),
    )
    return [
        judge(statement, run) if run else unmeasured_claim(id, SECTION, statement, "dual-decoder")
        for id, statement, judge in statements
    ]


def _sampled(value: float, run: DualDecoderRun) -> Estimate:
    return Estimate(value=value, n=run.results.episodes)


def _each(
    run: DualDecoderRun, name: str, unit: str, value: Callable[[DualDecoderResult], Estimate]
) -> list[Figure]:
    """A measured figure of every dual decoder."""
    file = references.run_file(run)
    return [
        observed(f"{name}, t = {dual.temporal_factor}", unit, value(dual), file)
        for dual in run.results.dual_decoders
    ]


def _stored(dual: DualDecoderResult) -> Latent:
    return Latent(dual.spatial_factor, dual.stored_channels, dual.temporal_factor)


def _chunks(statement: str, run: DualDecoderRun) -> Claim:
    duals = run.results.dual_decoders
    dual = next((each for each in duals if each.temporal_factor == _CHUNK), duals[-1])
    timing, file = dual.timing, references.run_file(run)
    first, window = timing.first_of_window, timing.window
    span = 1000 * dual.temporal_factor / run.results.fps
    return judged_claim(
        "chunks-of-eight",
        SECTION,
        statement,
        "holds-only-if",
        "the decoder mixes the frames of a window in pixels. Where the latent is unfolded first, "
        "as by this project's, one frame can be decoded alone: the first is there after "
        f"{percent(first.median_ms / window.median_ms)} of the window's time, and causal decoders "
        f"of others stream as well. What stays is that a latent stands for {span:.0f} ms of play",
        [references.DUAL_LATENCY, references.DUAL_OTHERS, *references.runs(run)],
        [
            implied(f"play that a latent spans, t = {dual.temporal_factor}", "ms", span),
            observed(
                "decoding its window", "ms", Estimate(value=window.median_ms, n=window.n), file
            ),
            observed("to its first frame", "ms", Estimate(value=first.median_ms, n=first.n), file),
        ],
    )


def _full_benefit(statement: str, run: DualDecoderRun) -> Claim:
    duals, file = run.results.dual_decoders, references.run_file(run)
    per_frame = run.results.per_frame.bits_per_pixel.value
    lost = [
        dual.way("per-frame").every_frame.psnr_db.value - dual.way("full").every_frame.psnr_db.value
        for dual in duals
    ]
    return judged_claim(
        "full-benefit",
        SECTION,
        statement,
        "holds-only-if",
        "as many channels are stored for a window as for a frame, and the loss is accepted: the "
        f"bytes fall t-fold, and the full decoder gives up {min(lost):.1f} to {max(lost):.1f} dB "
        "on average over the window, with this project's small autoencoder",
        [references.DUAL_QUALITY, *references.runs(run)],
        [
            *(
                observed(
                    f"bits a pixel stored, t = {dual.temporal_factor}",
                    "",
                    dual.stored.bits_per_pixel,
                    file,
                    recomputed=per_frame / dual.temporal_factor,
                )
                for dual in duals
            ),
            *(
                observed(
                    f"PSNR lost by the full decoder, t = {dual.temporal_factor}",
                    "dB",
                    _sampled(value, run),
                    file,
                )
                for dual, value in zip(duals, lost, strict=True)
            ),
        ],
    )


def _interactive(statement: str, run: DualDecoderRun) -> Claim:
    fps = run.results.fps
    return judged_claim(
        "single-frame-decoder",
        SECTION,
        statement,
        "holds-only-if",
        "few frames a second are enough: a latent spans t actions, so a model that makes one a "
        "step answers no sooner, and shows F/t frames a second",
        [references.DUAL_IDEA, references.DUAL_LATENCY, *references.runs(run)],
        [
            implied(
                f"shown frames a second, t = {dual.temporal_factor}",
                "",
                storage.shown_frames_per_second(_stored(dual), fps),
            )
            for dual in run.results.dual_decoders
        ],
    )


def _no_buffering(statement: str, run: DualDecoderRun) -> Claim:
    duals = run.results.dual_decoders
    fast = all(
        dual.timing.single_frame.median_ms <= _AS_FAST * dual.timing.per_frame.median_ms
        for dual in duals
    )
    return judged_claim(
        "no-buffering",
        SECTION,
        statement,
        "holds" if fast else "does-not-hold",
        "it reads one stored latent and shows a frame, in "
        + ("about the time" if fast else "more than the time")
        + " that the per-frame decoder takes",
        [references.DUAL_LATENCY, *references.runs(run)],
        [
            each.model_copy(update={"recomputed": 1 / dual.temporal_factor})
            for each, dual in zip(
                _each(
                    run,
                    "time of a single frame over that of its window",
                    "",
                    lambda dual: Estimate(
                        value=dual.timing.single_frame.median_ms / dual.timing.window.median_ms,
                        n=dual.timing.single_frame.n,
                    ),
                ),
                duals,
                strict=True,
            )
        ],
    )


def _loss(dual: DualDecoderResult) -> float:
    single = dual.way("single-frame").representative.psnr_db.value
    return dual.way("per-frame").representative.psnr_db.value - single


def _lossy(statement: str, run: DualDecoderRun) -> Claim:
    duals = run.results.dual_decoders
    few = [dual.temporal_factor for dual in duals if _loss(dual) <= _FEW_DECIBELS]
    named = ", ".join(f"t = {factor}" for factor in few)
    gains = all(_loss(dual) < 0 for dual in duals)
    context = (
        "and so the context helps"
        if gains
        else "but that frame's own latent, without any context, shows it better"
    )
    return judged_claim(
        "single-frame-lossy",
        SECTION,
        statement,
        "holds-only-if" if few else "does-not-hold",
        f"one asks for the frame that it stands for: there it loses at most a decibel at {named}, "
        f"with this project's small autoencoder, {context}. The other frames of the window it does "
        "not show"
        if few
        else "with this project's small autoencoder it loses more than a decibel to the per-frame "
        "one on the very frame that it stands for",
        [references.DUAL_QUALITY, *references.runs(run)],
        _each(
            run,
            "PSNR lost by the single-frame decoder on its frame",
            "dB",
            lambda dual: _sampled(_loss(dual), run),
        ),
    )


def _representative(statement: str, run: DualDecoderRun) -> Claim:
    duals = run.results.dual_decoders
    best = all(_best_position(dual) == dual.representative_position for dual in duals)
    chosen = ", ".join(dict.fromkeys(dual.representative for dual in duals))
    return judged_claim(
        "representative-frame",
        SECTION,
        statement,
        "holds" if best else "does-not-hold",
        f"trained on the {chosen} frame, the decoded one is most like that frame"
        if best
        else f"trained on the {chosen} frame, the decoded one is more like another",
        [references.DUAL_QUALITY, *references.runs(run)],
        [
            *_each(
                run,
                "PSNR on the frame it stands for",
                "dB",
                lambda dual: dual.way("single-frame").representative.psnr_db,
            ),
            *_each(
                run,
                "PSNR on every frame of the window",
                "dB",
                lambda dual: dual.way("single-frame").every_frame.psnr_db,
            ),
        ],
    )


def _best_position(dual: DualDecoderResult) -> int:
    scores = [each.psnr_db.value for each in dual.way("single-frame").positions]
    return scores.index(max(scores))

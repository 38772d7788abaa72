"""Claims on decoding temporally compressed latents one frame at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from analysis import storage
from analysis.findings.checks.autoencoders import FACTOR, lost_by_the_full_decoder
from analysis.findings.draft import Draft, check, figure
from analysis.findings.evidence import Evidence, NotMeasured
from analysis.kinds.claims.record import Verdict
from analysis.kinds.dual_decoder.record import (
    Decoding,
    DualDecoderResult,
    DualDecoderRun,
    FrameScore,
)
from analysis.ledger.estimate import Estimate
from analysis.ledger.latency import Latency
from analysis.storage import Latent

FEW_DECIBELS: Final = 1.0
"""What a frame may lose to the per-frame autoencoder and still be called not so lossy."""

AS_FAST: Final = 1.5
"""Times that a single frame may take of the per-frame decoder's and still need no more."""

AT_ONCE: Final = 0.5
"""Share of a window's time after which its first frame still comes before the rest."""

AS_FEW_BITS: Final = 1.05
"""Times the bits of a t-th part that still are a t-th part: the last window may be short."""


def _judged(given: Evidence, claim: Draft) -> tuple[DualDecoderRun, Sequence[DualDecoderResult]]:
    run = given.need(DualDecoderRun)
    if not run.results.dual_decoders:
        raise NotMeasured
    claim.say(model=run.results.dual_decoders[0].spatial_model)
    return run, run.results.dual_decoders


def _add_each(
    claim: Draft,
    run: DualDecoderRun,
    name: str,
    unit: str,
    value: Callable[[DualDecoderResult], Estimate | float],
    expected: Callable[[DualDecoderResult], float | None] = lambda dual: None,
) -> None:
    """A measured figure of every dual decoder; a number is a mean over the run's episodes."""
    for dual in run.results.dual_decoders:
        measured = value(dual)
        if not isinstance(measured, Estimate):
            measured = Estimate(value=measured, n=run.results.episodes)
        title = f"{name}, t = {dual.temporal_factor}"
        claim.add(figure(title, unit, None, expected(dual), measured=measured, run=run))


def _timed(latency: Latency) -> Estimate:
    return Estimate(value=latency.median_ms, n=latency.n)


@check
def chunks_of_eight(given: Evidence, claim: Draft) -> Verdict:
    run, duals = _judged(given, claim)
    dual = next((each for each in duals if each.temporal_factor == FACTOR), duals[-1])
    first, window = _timed(dual.timing.first_of_window), _timed(dual.timing.window)
    span, share = 1000 * dual.temporal_factor / run.results.fps, first.value / window.value
    claim.add(
        figure(f"play that a latent spans, t = {dual.temporal_factor}", "ms", None, span),
        figure("decoding its window", "ms", measured=window, run=run),
        figure("to its first frame", "ms", measured=first, run=run),
    )
    claim.say(percent=100 * share, span=span)
    return "holds-only-if" if share <= AT_ONCE else "holds"


@check
def full_benefit(given: Evidence, claim: Draft) -> Verdict:
    run, duals = _judged(given, claim)
    per_frame, lost = run.results.per_frame.bits_per_pixel.value, lost_by_the_full_decoder

    def stored(dual: DualDecoderResult) -> Estimate:
        return dual.stored.bits_per_pixel

    def folded(dual: DualDecoderResult) -> float:
        return per_frame / dual.temporal_factor

    _add_each(claim, run, "bits per pixel stored", "", stored, folded)
    _add_each(claim, run, "PSNR lost by the full decoder", "dB", lost)
    claim.say(least=min(map(lost, duals)), most=max(map(lost, duals)))
    if any(stored(dual).value > AS_FEW_BITS * folded(dual) for dual in duals):
        return "does-not-hold"
    return "holds" if max(map(lost, duals)) <= 0 else "holds-only-if"


@check
def single_frame_decoder(given: Evidence, claim: Draft) -> Verdict:
    run, duals = _judged(given, claim)
    fps, rates = run.results.fps, []
    for dual in duals:
        latent = Latent(dual.spatial_factor, dual.stored_channels, dual.temporal_factor)
        rates.append(storage.shown_frames_per_second(latent, fps))
        name = f"shown frames per second, t = {dual.temporal_factor}"
        claim.add(figure(name, "", None, rates[-1]))
    claim.say(fewest=min(rates), most=max(rates), fps=fps)
    return "holds" if min(rates) >= fps else "holds-only-if"


@check
def no_buffering(given: Evidence, claim: Draft) -> bool:
    run, duals = _judged(given, claim)

    def share(dual: DualDecoderResult) -> Estimate:
        single, window = dual.timing.single_frame, dual.timing.window
        return Estimate(value=single.median_ms / window.median_ms, n=single.n)

    name = "time of a single frame over that of its window"
    _add_each(claim, run, name, "", share, lambda dual: 1 / dual.temporal_factor)
    timings = [dual.timing for dual in duals]
    times = max(each.single_frame.median_ms / each.per_frame.median_ms for each in timings)
    claim.say(times=times)
    return times <= AS_FAST


def _own_frame(dual: DualDecoderResult, way: Decoding) -> Estimate:
    """PSNR of the frame that a latent stands for."""
    return dual.way(way).representative.psnr_db


@check
def single_frame_lossy(given: Evidence, claim: Draft) -> Verdict:
    run, duals = _judged(given, claim)

    def lost(dual: DualDecoderResult) -> float:
        return _own_frame(dual, "per-frame").value - _own_frame(dual, "single-frame").value

    few = [f"t = {dual.temporal_factor}" for dual in duals if lost(dual) <= FEW_DECIBELS]
    _add_each(claim, run, "PSNR lost by the single-frame decoder on its frame", "dB", lost)
    claim.say(factors=", ".join(few), gains=all(lost(dual) < 0 for dual in duals))
    return "holds-only-if" if few else "does-not-hold"


@check
def representative_frame(given: Evidence, claim: Draft) -> bool:
    run, duals = _judged(given, claim)

    def every(dual: DualDecoderResult) -> Estimate:
        return dual.way("single-frame").every_frame.psnr_db

    def own(dual: DualDecoderResult) -> Estimate:
        return _own_frame(dual, "single-frame")

    _add_each(claim, run, "PSNR on the frame it stands for", "dB", own)
    _add_each(claim, run, "PSNR on every frame of the window", "dB", every)
    claim.say(chosen=", ".join(dict.fromkeys(dual.representative for dual in duals)))
    return all(_best_position(dual) == dual.representative_position for dual in duals)


def _best_position(dual: DualDecoderResult) -> int:
    positions = dual.way("single-frame").positions
    return max(range(len(positions)), key=lambda place: _psnr(positions[place]))


def _psnr(score: FrameScore) -> float:
    return score.psnr_db.value

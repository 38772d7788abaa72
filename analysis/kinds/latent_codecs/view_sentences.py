"""What the measured latent codecs come to, in sentences whose words follow from the figures."""

from __future__ import annotations

from typing import Final

from IPython.display import Markdown

from analysis.catalog import note, recipe
from analysis.kinds.latent_codecs.choice import near_lossless, smallest_lossless
from analysis.kinds.latent_codecs.record import CodecResult, LatentCodecsResults
from analysis.kinds.latent_codecs.view import (
    OPEN_LOOP,
    RAW,
    ZSTD,
    by_name,
    note_codecs,
    percent,
    points_apart,
)
from analysis.kinds.rate_distortion.record import RateDistortionResults
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.presentation.text import compared, interval, mark, number

CLOSED_LOOP = "u8-channel"
"""As many bits per value as the note's int8, without a sum over time."""

_GROWTH: Final = 1.5
"""An error counts as growing where the last frame's is at least this many times the first's."""


def answer(results: LatentCodecsResults) -> Markdown:
    """What the latents come to without loss, near-lossless, and as the note's int8."""
    codecs = by_name(results)
    lossless = smallest_lossless(results)
    shrinks = compared(lossless.share.value, 1, "grow to", "stay at", "shrink to")
    said = [
        f"Without any loss the latents {shrinks} **{percent(lossless.share)}** of raw float16 "
        f"(`{lossless.name}`); zstd leaves {percent(codecs[ZSTD].share)}."
    ]
    best = near_lossless(results)
    if best is not None and best.loss_db is not None:
        at_the_end = {
            "grows": "larger in the last frame than in the first",
            "stays": "the same in the last frame as in the first",
            "falls": "smaller in the last frame than in the first",
        }[over_time(best)]
        said.append(
            f"**{percent(best.share)}** are enough for decoded frames that lose "
            f"{number(best.loss_db.value, 2)} dB against the recording (`{best.name}`), read at "
            f"{number(best.decode_mb_per_s, 3)} MB of float16 per second and core, with an error "
            f"that is {at_the_end}."
        )
    bad = codecs[OPEN_LOOP]
    if bad.loss_db is not None:
        grows = over_time(bad) == "grows"
        why = "because it adds its errors up" if grows else "though its errors do not add up"
        said.append(
            f"The note's int8 takes {percent(bad.share)} and loses {number(bad.loss_db.value, 2)} "
            f"dB, {why}."
        )
    return Markdown(" ".join(said))


def over_time(codec: CodecResult) -> str:
    """Whether its error grows, stays or falls from the first frame of an episode to the last."""
    first, last = codec.first_frame_error, codec.last_frame_error
    if last > _GROWTH * first:
        return "grows"
    return "falls" if first > _GROWTH * last else "stays"


def cause_of_int8_loss(results: LatentCodecsResults) -> Markdown:
    """Whether the note's int8 suffers from its bits or from its sums: against as many bits without
    a sum; nothing where that was not measured."""
    codecs = by_name(results)
    summed, single = codecs[OPEN_LOOP].loss_db, None
    if CLOSED_LOOP in codecs:
        single = codecs[CLOSED_LOOP].loss_db
    if summed is None or single is None:
        return Markdown("")
    in_sums = "This comes from how the errors are added up, not from the number of bits"
    in_bits = "This comes from the number of bits, not from how the errors are added up"
    cause = compared(summed.value, single.value, in_sums, in_bits, in_bits)
    return Markdown(
        f"{cause}: as many bits without a sum over time (`{CLOSED_LOOP}`) lose "
        f"{number(single.value, 2)} dB."
    )


def clipping(results: LatentCodecsResults) -> Markdown:
    """Whether clipping at fewer standard deviations is worse, in the note and here."""
    published = {row.clip_sigma: float(row.mse) for row in note().drift}
    measured = {sigma: _error(results, sigma) for sigma in published}
    in_note, here = (
        compared(errors[min(errors)], errors[max(errors)], "still worse", "no better", "better")
        for errors in (published, measured)
    )
    both = f"{in_note} in the note and here"
    return Markdown(
        "So fewer $\\sigma$ are finer and "
        f"{both if in_note == here else f'{in_note} in the note, {here} here'}."
    )


def errors_of_note_methods(results: LatentCodecsResults) -> Markdown:
    """The note's errors against those measured here, and why."""
    sides = {
        compared(float(row.mse), _error(results, row.clip_sigma), "larger", "equal", "smaller")
        for row in note().drift
    }
    reason = (
        "its episodes are several times as long, and its latents larger in value, by DC-AE's "
        "published scaling factor"
    )
    if sides == {"larger"}:
        return Markdown(f"The note's errors are larger: {reason}.")
    which = "smaller" if sides == {"smaller"} else "not all larger"
    return Markdown(f"The note's errors are {which}, although {reason}.")


def _error(results: LatentCodecsResults, sigma: int) -> float:
    """The mean squared error of the note's int8 per channel, clipped at so many deviations."""
    return by_name(results)[f"delta+int8-channel:{sigma}+zstd:3"].mean_squared_error.value


def against_video(results: LatentCodecsResults, sizes: ShardSizes, name: str) -> Markdown:
    """What near-lossless compression makes of R against each set of recordings."""
    best = near_lossless(results)
    if best is None:
        return Markdown("")
    said = []
    for entry in sizes.results.sets:
        if entry.kind != "recording" or entry.bits_per_pixel is None:
            continue
        video = entry.mb_per_min.value if entry.mb_per_min else None
        if video:
            said.append(
                f"{number(results.raw_mb_per_min / video)} to "
                f"**{number(best.mb_per_min.value / video)}** against the set {entry.name}"
            )
    joined = ", and from ".join(said)
    return Markdown(f"For latents of {name} that takes $R$ from {joined}." if said else "")


def at_equal_quality(
    results: LatentCodecsResults, curves: RateDistortionResults, name: str
) -> Markdown:
    """What compression makes of R where the video is only as good as the decoded latents."""
    best = near_lossless(results)
    native = recipe("native")
    found = [
        entry.ratio
        for entry in curves.equal_quality
        if (entry.autoencoder, entry.format, entry.metric) == (name, "fp16", "psnr_db")
        and entry.curve in {curve.name for curve in curves.curves if curve.codec == native.codec}
    ]
    if best is None or not found or found[0] is None:
        return Markdown("")
    ratio = found[0].value
    return Markdown(
        f"Where the video is encoded only as well as these latents decode "
        f"([Quality](quality.qmd)), it takes $R$ from {number(ratio)} to about "
        f"**{number(ratio * best.share.value, 2)}** {mark('modelled')}, the product of both runs."
    )


NEAR_POINTS: Final = 1.5
"""Percentage points of raw within which a row of the note's tables counts as met."""


def beside_the_note(results: LatentCodecsResults) -> Markdown:
    """How near the note's methods come to the note's shares of raw."""
    codecs = by_name(results)
    rows = [
        (method, points_apart(codecs[name], share))
        for method, name, share, _ in note_codecs(note())
        if name != RAW
    ]
    near = [method for method, apart in rows if abs(apart) <= NEAR_POINTS]
    method, furthest = max(rows, key=lambda row: abs(row[1]))
    return Markdown(
        f"{len(near)} of these {len(rows)} methods come to within {NEAR_POINTS:g} points of the "
        f"note's per cent of raw; the furthest from it, {method}, is {abs(furthest):.1f} points "
        f"{'above' if furthest > 0 else 'below'}."
    )


def published_saving() -> str:
    """What the note's best way without loss saves: "9 %"."""
    kept = min(float(row.percent_of_raw) for row in note().compression if row.lossless != "no")
    return f"{number(100 - kept, 1)} %"


def fields(results: LatentCodecsResults) -> Markdown:
    """The entropies of float16's fields, and whether the smallest lossless codec is below them."""
    found, smallest = results.fields, smallest_lossless(results)
    side = compared(smallest.share.value, found.share, "stays above", "reaches just", "is below")
    return Markdown(
        f"The sign of these values has {number(found.sign)} bits of entropy, the exponent "
        f"{number(found.exponent)} and the mantissa {number(found.mantissa, 4)} of its ten: "
        f"{number(100 * found.share)} % of raw is what a coder of single fields can reach. The "
        f"smallest codec here {side} that."
    )


def sample(results: LatentCodecsResults) -> Markdown:
    """What was compressed."""
    channels, height, width = results.shape
    said = (
        f"{results.frames:,} latent frames of {channels} × {height} × {width}, one view of each of "
        f"{results.episodes} games"
    )
    exact = results.exact_beside_recording
    if exact is not None:
        said += (
            f"; decoded as they are, they come to {number(exact.psnr_db.value)} dB of the "
            f"recording ({interval(exact.psnr_db)})"
        )
    return Markdown(said)

"""Claims on compressing stored latents further, and on what others do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from analysis import storage
from analysis.catalog import practices
from analysis.catalog.note import CompressionRow, DriftRow
from analysis.findings.draft import Draft, all_or_some, check, figure, with_measured
from analysis.findings.evidence import Evidence, NotMeasured
from analysis.kinds.claims.record import Figure, Verdict
from analysis.kinds.latent_codecs.choice import (
    NEAR_LOSSLESS_DB,
    lossy,
    near_lossless,
    smallest_lossless,
)
from analysis.kinds.latent_codecs.record import CodecResult, LatentCodecs
from analysis.ledger.estimate import Estimate

ZSTD: Final = "zstd:3"
DELTA: Final = "delta+zstd:3"
INT8: Final = "delta+int8+zstd:3"
"""Codecs of the note's first table, without its first row."""

LIKE: Final = 5.0
"""Percent of raw that shares of other latents may differ by and still be called alike."""

ABOUT: Final = 1.5
"""Times a saving or an error may be as large and still be about the same."""

MAGNITUDE: Final = 10.0
"""Times that an error given as "about" may be off by."""

UNUSABLE_DB: Final = 1.0
"""A loss of decoded PSNR from which a codec is called unusable."""

GROWS: Final = 2.0
"""Times the error of the last frame has to be that of the first to have grown."""

ALL_BUT_NOISE: Final = 0.95
"""Share of a field's bits that its entropy has to be for the field to be all but noise."""


def _percent(codec: CodecResult) -> Estimate:
    return codec.share.through(lambda value: 100 * value)


def _saved(codec: CodecResult) -> Estimate:
    return codec.share.through(lambda value: 100 * (1 - value))


def _share(row: CompressionRow, given: Evidence) -> Figure:
    """The share of raw that a row prints, from the rates that it prints."""
    raw = given.note.compression[0].mb_per_min
    share, inputs = 100 * float(row.mb_per_min / raw), f"{row.mb_per_min} over {raw} MB/min"
    return figure(f"share of raw, {row.method}", "%", row.percent_of_raw, share, inputs=inputs)


def _found(
    given: Evidence, claim: Draft, names: Sequence[str]
) -> tuple[LatentCodecs, list[CodecResult]]:
    """The run and these codecs in it.

    Raises:
        NotMeasured: there is no run, or one of them was not measured.
    """
    run = given.need(LatentCodecs)
    codecs = {codec.name: codec for codec in run.results.codecs}
    if not codecs.keys() >= set(names):
        raise NotMeasured
    claim.say(latents=run.parameters.autoencoder or "another autoencoder")
    return run, [codecs[name] for name in names]


@check
def generic_compressors(given: Evidence, claim: Draft) -> Verdict:
    rows = given.note.compression[1:3]
    claim.known = [_share(row, given) for row in rows]
    run, codecs = _found(given, claim, (ZSTD, DELTA))
    shares = [_percent(codec) for codec in codecs]
    claim.say(zstd=shares[0].value, delta=shares[1].value)
    for known, share in zip(claim.known, shares, strict=True):
        claim.add(with_measured(known, share, run))
    alike = [_alike(row, codec) for row, codec in zip(rows, codecs, strict=True)]
    return "holds" if all(alike) else "holds-only-if"


@check
def int8_differences(given: Evidence, claim: Draft) -> Verdict:
    row = given.note.compression[3]
    claim.known = [_share(row, given)]
    run, (codec,) = _found(given, claim, [INT8])
    error, printed = codec.mean_squared_error, row.mean_squared_error
    claim.add(with_measured(_share(row, given), _percent(codec), run))
    claim.add(figure("mean squared error", "", printed, measured=error, run=run))
    claim.say(frames=run.results.frames / run.results.views, error=error.value)
    claim.say(share=100 * codec.share.value)
    if _alike(row, codec) and error.value >= _about(printed or "") / MAGNITUDE:
        return "holds"
    return "holds-only-if" if _grows(codec) else "does-not-hold"


def _about(printed: str) -> float:
    """What "~100k" says."""
    return float(printed.strip("~").replace("k", "e3"))


def _alike(row: CompressionRow | DriftRow, codec: CodecResult) -> bool:
    """Whether a codec leaves as much of the latents measured here as of the note's."""
    return abs(_percent(codec).value - float(row.percent_of_raw)) <= LIKE


def _grows(codec: CodecResult) -> bool:
    return codec.last_frame_error > GROWS * codec.first_frame_error


@check
def compressed_rates(given: Evidence, claim: Draft) -> Verdict:
    rows = given.note.compression[1:]
    claim.known = [figure(row.method, "MB/min", row.mb_per_min) for row in rows]
    run, codecs = _found(given, claim, (ZSTD, DELTA, INT8))
    if not given.in_its_space(run.parameters.autoencoder):
        claim.add(*claim.known)
        return "not-testable-here"
    bits = storage.latent_bits_per_pixel(given.latent, *given.size)
    rate = storage.mb_per_min(bits, *given.size, given.note.setting.fps)
    for known, codec in zip(claim.known, codecs, strict=True):
        measured = codec.share.through(lambda share: rate * share)
        claim.add(with_measured(known, measured, run))
    alike = [_alike(row, codec) for row, codec in zip(rows, codecs, strict=True)]
    return "holds" if all(alike) else "holds-only-if"


@check
def nine_percent(given: Evidence, claim: Draft) -> bool:
    run, published = given.need(LatentCodecs), given.note.compression[2].percent_saved
    best = smallest_lossless(run.results)
    saved, name = _saved(best), "saved by the smallest lossless codec"
    claim.add(figure(name, "%", published, measured=saved, run=run))
    times = saved.value / float(published)
    claim.say(saved=saved.value, times=times, name=best.name)
    return times <= ABOUT


@check
def high_entropy(given: Evidence, claim: Draft) -> bool:
    run, codecs = _found(given, claim, (ZSTD, DELTA))
    fields, best = run.results.fields, smallest_lossless(run.results)
    claim.add(
        figure("entropy of the mantissa, of 10 bits", "bits", measured=fields.mantissa, run=run),
        figure("entropy of the exponent, of 5 bits", "bits", measured=fields.exponent, run=run),
    )
    for codec in codecs:
        claim.add(figure(f"saved by {codec.name}", "%", measured=_saved(codec), run=run))
    plain, delta = (_saved(codec).value for codec in codecs)
    noise, better = fields.mantissa >= ALL_BUT_NOISE * 10, _saved(best).value > delta
    claim.say(plain=plain, delta=delta, noise=noise, better=better)
    return delta - plain <= LIKE


@check
def delta_lossless(given: Evidence, claim: Draft) -> bool:
    run, printed = given.get(LatentCodecs), given.note.compression[2].lossless
    codec = next((c for c in run.results.codecs if c.name == DELTA), None) if run else None
    if codec is None:
        return _float16_subtraction_is_exact()
    error = codec.mean_squared_error
    claim.add(figure("lossless, or the mean squared error", "", printed, measured=error, run=run))
    return codec.lossless


def _float16_subtraction_is_exact() -> bool:
    """Whether (a - b) + b is a for values that latents have."""
    values = np.linspace(-4, 4, 101).astype(np.float16)
    first, second = np.meshgrid(values, values)
    return bool(np.array_equal((first - second) + second, first))


@check
def int8_unusable(given: Evidence, claim: Draft) -> Verdict:
    run, row = given.need(LatentCodecs), given.note.compression[-1]
    judged = [codec for codec in lossy(run.results) if codec.loss_db]
    if not judged:
        raise NotMeasured
    best = near_lossless(run.results) or min(judged, key=_lost)
    loss, share = _lost(best), _percent(best)
    within = f"at most {NEAR_LOSSLESS_DB}" if loss <= NEAR_LOSSLESS_DB else f"{loss:.2f}"
    name = f"share of raw at a loss of {within} dB"
    claim.add(figure(name, "%", row.percent_of_raw, measured=share, run=run))
    claim.say(loss=loss, name=best.name, share=share.value)
    return all_or_some([loss > UNUSABLE_DB, loss > NEAR_LOSSLESS_DB])


def _lost(codec: CodecResult) -> float:
    return codec.loss_db.value if codec.loss_db else 0.0


def _clipped(row: DriftRow) -> str:
    return f"delta+int8-channel:{row.clip_sigma}+zstd:3"


@check
def drift_table(given: Evidence, claim: Draft) -> Verdict:
    for row in given.note.drift:
        clip = f"{row.clip_sigma} σ"
        claim.known += [
            figure(f"{clip}: share of raw", "%", row.percent_of_raw),
            figure(f"{clip}: mean squared error", "", row.mse),
            figure(f"{clip}: largest error", "", row.maximum_error),
        ]
    run, codecs = _found(given, claim, [_clipped(row) for row in given.note.drift])
    values = [
        value
        for codec in codecs
        for value in (
            _percent(codec),
            codec.mean_squared_error,
            Estimate(value=codec.largest_error, n=codec.share.n),
        )
    ]
    for known, value in zip(claim.known, values, strict=True):
        claim.add(with_measured(known, value, run))
    shares = [(codec.share.value, codec.mean_squared_error.value) for codec in codecs]
    falls = all(after[0] < before[0] and after[1] < before[1] for before, after in pairwise(shares))
    pairs = list(zip(given.note.drift, codecs, strict=True))
    errors = [codec.mean_squared_error.value / float(row.mse) for row, codec in pairs]
    same = all(_alike(row, codec) for row, codec in pairs) and max(errors) <= ABOUT
    if falls and same and min(errors) >= 1 / ABOUT:
        return "holds"
    return "holds-only-if" if falls else "does-not-hold"


@check
def drift_accumulates(given: Evidence, claim: Draft) -> Verdict:
    run, (open_loop,) = _found(given, claim, [_clipped(given.note.drift[-1])])
    closed = near_lossless(run.results) or next(iter(lossy(run.results)), None)
    if closed is None:
        raise NotMeasured
    for codec in (open_loop, closed):
        errors = {"first": codec.first_frame_error, "last": codec.last_frame_error}
        for frame, error in errors.items():
            name = f"mean squared error, {frame} frame, {codec.name}"
            claim.add(figure(name, "", measured=error, run=run))
    claim.say(name=closed.name)
    if not _grows(open_loop):
        return "does-not-hold"
    return "holds" if _grows(closed) else "holds-only-if"


@check
def nobody_compresses(given: Evidence, claim: Draft) -> bool:
    kinds = [entry.compression for entry in practices()]
    light = [each.who for each in practices() if each.compression in ("lossless", "quantised")]
    tokens = [each.who for each in practices() if each.compression == "tokens"]
    claim.add(
        figure("in the catalogue: raw", "", None, kinds.count("none")),
        figure("compressed or quantised", "", None, len(light)),
        figure("tokens", "", None, len(tokens)),
    )
    claim.say(light=", ".join(light), others=bool(tokens), tokens=" and ".join(tokens))
    return not light

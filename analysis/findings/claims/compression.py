"""Claims on compressing stored latents further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from analysis.catalog import Note
from analysis.catalog.note import CompressionRow, DriftRow
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import (
    counted,
    figure,
    judged_claim,
    observed,
    quoted,
    unmeasured_claim,
    untestable_claim,
)
from analysis.kinds.claims.record import Claim, Figure
from analysis.kinds.latent_codecs.record import CodecResult, LatentCodecs
from analysis.ledger.estimate import Estimate

SECTION = "Compressing stored latents"

_GENERIC: Final = ("zstd:3", "delta+zstd:3")
_INT8: Final = "delta+int8+zstd:3"
"""Codecs of the note's first table, without its first row."""

_LIKE: Final = 5.0
"""Percent of raw that shares of other latents may differ by and still be called alike."""

_LITTLE_LOSS_DB: Final = 0.1

Codecs = Mapping[str, CodecResult]


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """The two tables, and what the text says around them."""
    run = evidence.latent_codecs
    codecs = {codec.name: codec for codec in run.results.codecs} if run else {}
    return [
        _generic(note, codecs, run),
        _int8(note, codecs, run),
        _rates(note),
        _nine_percent(note, codecs, run),
        _high_entropy(codecs, run),
        _delta_lossless(note, codecs, run),
        _unusable(note, codecs, run),
        _drift_table(note, codecs, run),
        _drift(note, codecs, run),
    ]


def _percent(codec: CodecResult) -> Estimate:
    return codec.share.through(lambda value: 100 * value)


def _share(row: CompressionRow, note: Note) -> Figure:
    """The share of raw that a row prints, from the rates that it prints."""
    raw = note.compression[0].mb_per_min
    return figure(
        f"share of raw, {row.method}",
        "%",
        row.percent_of_raw,
        100 * float(row.mb_per_min / raw),
        f"{row.mb_per_min} over {raw} MB/min",
    )


def _with(each: Figure, value: Estimate, run: LatentCodecs) -> Figure:
    return each.model_copy(update={"measured": value, "run": references.run_file(run)})


def _generic(note: Note, codecs: Codecs, run: LatentCodecs | None) -> Claim:
    plain, delta = rows = note.compression[1:3]
    id = "generic-compressors"
    statement = (
        f"zstd leaves {plain.percent_of_raw} % of float16 latents, and {delta.percent_of_raw} % of "
        "the differences between frames."
    )
    shares = [_share(row, note) for row in rows]
    found = [codecs[name] for name in _GENERIC if name in codecs]
    if run is None or len(found) < len(rows):
        return unmeasured_claim(id, SECTION, statement, "latent-codecs", shares)
    measured = [_percent(codec) for codec in found]
    alike = all(
        abs(value.value - float(row.percent_of_raw)) <= _LIKE
        for value, row in zip(measured, rows, strict=True)
    )
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds" if alike else "holds-only-if",
        ("" if alike else "the latents are like the note's: ")
        + f"the same methods leave {' and '.join(f'{value.value:.1f} %' for value in measured)} "
        "of the latents measured here, which are of another autoencoder",
        [references.CODECS, *references.runs(run)],
        [_with(share, value, run) for share, value in zip(shares, measured, strict=True)],
    )


def _int8(note: Note, codecs: Codecs, run: LatentCodecs | None) -> Claim:
    row = note.compression[3]
    id = "int8-differences"
    statement = (
        f"Differences in int8 under zstd leave {row.percent_of_raw} %, with a mean squared error "
        f"of {row.mean_squared_error}."
    )
    share = _share(row, note)
    codec = codecs.get(_INT8)
    if run is None or codec is None:
        return unmeasured_claim(id, SECTION, statement, "latent-codecs", [share])
    mean_frames = run.results.frames / run.results.views
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if",
        "one step serves the whole array, and differences are added up with no regard to what "
        "each has lost. That error is no property of eight bits: it grows with the range of the "
        f"values and the length of the episode, here over {mean_frames:.0f} frames of another "
        "autoencoder's latents",
        [references.CODECS, references.PICTURE_STEPS, *references.runs(run)],
        [
            _with(share, _percent(codec), run),
            observed(
                "mean squared error",
                "",
                codec.mean_squared_error,
                references.run_file(run),
                row.mean_squared_error,
            ),
        ],
    )


def _rates(note: Note) -> Claim:
    rows = note.compression[1:]
    return untestable_claim(
        "compressed-rates",
        SECTION,
        "On the note's own latents that is "
        f"{', '.join(f'{row.mb_per_min}' for row in rows)} MB a minute.",
        "the shard that they were taken of is not public, nor are the weights within reach that "
        "would make one like it; the shares are measured on other latents instead",
        "the weights of DC-AE-Lite: `latent-storage encode` on any recordings, then "
        "`latent-storage measure latent-codecs`",
        [references.CODECS],
        [quoted(row.method, "MB/min", row.mb_per_min) for row in rows],
    )


def _nine_percent(note: Note, codecs: Codecs, run: LatentCodecs | None) -> Claim:
    saved = 100 - min(row.percent_of_raw for row in note.compression if row.lossless != "no")
    id = "nine-percent"
    statement = f"Lossless compression saves only about {saved:.0f} %."
    exact = [codec for codec in codecs.values() if codec.lossless]
    if run is None or not exact:
        return unmeasured_claim(id, SECTION, statement, "latent-codecs")
    best = min(exact, key=lambda codec: codec.share.value)
    times = 100 * (1 - best.share.value) / float(saved)
    return judged_claim(
        id,
        SECTION,
        statement,
        "does-not-hold",
        "general compressors see bytes; coded as numbers that are predicted in time, and by how "
        f"much happens at a place, the latents measured here save {times:.1f} times as much "
        f"({best.name})",
        [references.LOSSLESS, *references.runs(run)],
        [
            observed(
                "saved by the smallest lossless codec",
                "%",
                best.share.through(lambda value: 100 * (1 - value)),
                references.run_file(run),
                saved,
            )
        ],
    )


def _high_entropy(codecs: Codecs, run: LatentCodecs | None) -> Claim:
    id = "high-entropy"
    statement = (
        "Differences between frames are still float16 of high entropy, which generic compressors "
        "can do little with."
    )
    found = [codecs[name] for name in _GENERIC if name in codecs]
    if run is None or len(found) < len(_GENERIC):
        return unmeasured_claim(id, SECTION, statement, "latent-codecs")
    plain, delta = (100 * (1 - codec.share.value) for codec in found)
    file, fields = references.run_file(run), run.results.fields
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds" if delta - plain <= _LIKE else "does-not-hold",
        f"subtracting the frame before changes what zstd saves from {plain:.1f} to {delta:.1f} %, "
        "for the mantissas are all but noise. Coders that take the numbers apart do better",
        [references.BOUNDS, *references.runs(run)],
        [
            observed("entropy of the mantissa, of 10 bits", "bits", counted(fields.mantissa), file),
            observed("entropy of the exponent, of 5 bits", "bits", counted(fields.exponent), file),
            *(
                observed(
                    f"saved by {codec.name}",
                    "%",
                    codec.share.through(lambda value: 100 * (1 - value)),
                    file,
                )
                for codec in found
            ),
        ],
    )


def _delta_lossless(note: Note, codecs: Codecs, run: LatentCodecs | None) -> Claim:
    codec = codecs.get(_GENERIC[1])
    figures = (
        [
            observed(
                "lossless, or the mean squared error",
                "",
                codec.mean_squared_error,
                references.run_file(run),
                note.compression[2].lossless,
            )
        ]
        if run and codec
        else []
    )
    return judged_claim(
        "delta-lossless",
        SECTION,
        "Subtracting float16 frames from each other is about lossless.",
        "does-not-hold",
        "float16 subtraction rounds, so (a - b) + b is not a; subtracting the 16-bit patterns as "
        "integers is lossless",
        [references.CODECS, *references.runs(run if figures else None)],
        figures,
    )


def _near_lossless(codecs: Codecs) -> list[CodecResult]:
    """Codecs of this project that take next to nothing from the decoded frames."""
    return [
        codec
        for codec in codecs.values()
        if codec.loss_db is not None
        and not codec.lossless
        and not codec.of_the_note
        and codec.loss_db.value <= _LITTLE_LOSS_DB
    ]


def _unusable(note: Note, codecs: Codecs, run: LatentCodecs | None) -> Claim:
    row = note.compression[-1]
    id = "int8-unusable"
    statement = (
        f"Quantising to int8 saves much ({100 - row.percent_of_raw:.0f} %) and is unusable: it has "
        "to cover the wide range of the differences."
    )
    good = _near_lossless(codecs)
    if run is None or not good:
        return unmeasured_claim(id, SECTION, statement, "latent-codecs")
    best = min(good, key=lambda codec: codec.share.value)
    return judged_claim(
        id,
        SECTION,
        statement,
        "does-not-hold",
        "the error is that of adding up in an open loop. In a closed one, with steps by what the "
        "decoder shows of each channel, a fraction of the bytes takes "
        f"{best.loss_db.value if best.loss_db else 0:.2f} dB from the decoded frames ({best.name})",
        [references.LOSSY, references.PICTURE_STEPS, *references.runs(run)],
        [
            observed(
                f"share of raw at a loss of at most {_LITTLE_LOSS_DB} dB",
                "%",
                _percent(best),
                references.run_file(run),
                row.percent_of_raw,
            )
        ],
    )


def _clipped(row: DriftRow) -> str:
    return f"delta+int8-channel:{row.clip_sigma}+zstd:3"


def _drift_table(note: Note, codecs: Codecs, run: LatentCodecs | None) -> Claim:
    first, last = note.drift[0], note.drift[-1]
    id = "drift-table"
    statement = (
        f"int8 differences with a scale a channel, clipped at {first.clip_sigma} to "
        f"{last.clip_sigma} σ, leave {first.percent_of_raw} to {last.percent_of_raw} % with a mean "
        f"squared error of {first.mse} to {last.mse}: the wider the clip, the smaller both."
    )
    found = [codecs.get(_clipped(row)) for row in note.drift]
    present = [codec for codec in found if codec is not None]
    if run is None or len(present) < len(found):
        quotes = [each for row in note.drift for each in _drift_quotes(row)]
        return unmeasured_claim(id, SECTION, statement, "latent-codecs", quotes)
    falls = all(
        later.share.value < earlier.share.value
        and later.mean_squared_error.value < earlier.mean_squared_error.value
        for earlier, later in pairwise(present)
    )
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if" if falls else "does-not-hold",
        "differences are added up in an open loop, where what a narrow clip cuts off stays in the "
        "sum: repeated so, the same order comes out here, the values being those of other latents"
        if falls
        else "repeated on the latents measured here, another order comes out",
        [references.CODECS, *references.runs(run)],
        [
            _with(each, value, run)
            for row, codec in zip(note.drift, present, strict=True)
            for each, value in zip(
                _drift_quotes(row),
                (
                    _percent(codec),
                    codec.mean_squared_error,
                    Estimate(value=codec.largest_error, n=codec.share.n),
                ),
                strict=True,
            )
        ],
    )


def _drift_quotes(row: DriftRow) -> Sequence[Figure]:
    clip = f"{row.clip_sigma} σ"
    return (
        quoted(f"{clip}: share of raw", "%", row.percent_of_raw),
        quoted(f"{clip}: mean squared error", "", row.mse),
        quoted(f"{clip}: largest error", "", row.maximum_error),
    )


def _drift(note: Note, codecs: Codecs, run: LatentCodecs | None) -> Claim:
    id = "drift-accumulates"
    statement = "A scale a channel helps, but errors still add up over thousands of frames."
    open_loop = codecs.get(_clipped(note.drift[-1]))
    closed = next(
        (
            codecs[name]
            for name in (run.parameters.recommended if run else ())
            if name in codecs and not codecs[name].lossless
        ),
        None,
    )
    if run is None or open_loop is None or closed is None:
        return unmeasured_claim(id, SECTION, statement, "latent-codecs")
    file = references.run_file(run)
    grows = open_loop.last_frame_error > open_loop.mean_squared_error.value
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if" if grows else "does-not-hold",
        "each difference is taken from the exact frame before. Taken from the frame as it comes "
        f"back, or with no sum at all, nothing adds up: {closed.name} has as little error in the "
        "last frame as in the first"
        if grows
        else "no growth over the frames was found",
        [references.PICTURE_STEPS, *references.runs(run)],
        [
            observed(f"mean squared error, {frame} frame, {codec.name}", "", counted(value), file)
            for codec in (open_loop, closed)
            for frame, value in (
                ("first", codec.first_frame_error),
                ("last", codec.last_frame_error),
            )
        ],
    )

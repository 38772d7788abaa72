"""Claims on compressing stored latents further."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from analysis.catalog import Note
from analysis.catalog.note import CompressionRow, DriftRow
from analysis.ledger.claims import Claim, Figure, Verdict
from analysis.ledger.estimate import Estimate
from analysis.ledger.latent_codecs import CodecResult, LatentCodecs
from analysis.measures.claims.figures import figure, judged_claim, quoted

SECTION = "Compressing stored latents"

_CODECS = ("zstd:3", "delta+zstd:3", "delta+int8+zstd:3")
"""The codecs of the note's first table, without its first row."""

_LIKE = 5.0
"""Percent of raw that shares of other latents may differ by and still be called alike."""

_LITTLE_LOSS_DB = 0.1

_NOT_YET = "not repeated yet"


def claims(note: Note, run: LatentCodecs | None) -> list[Claim]:
    """The two tables, and what the text says around them."""
    codecs = {codec.name: codec for codec in run.results.codecs} if run else {}
    evidence = str(Path("latent-codecs") / f"{run.run.id}.json") if run else ""
    raw = note.compression[0].mb_per_min
    return [
        *(
            _of_table(index, row, float(raw), codecs.get(name), evidence)
            for index, (row, name) in enumerate(
                zip(note.compression[1:], _CODECS, strict=True), start=1
            )
        ),
        *(
            _of_drift(row, codecs.get(f"delta+int8-channel:{row.clip_sigma}+zstd:3"), evidence)
            for row in note.drift
        ),
        _order_of_clips(note, codecs),
        judged_claim(
            "delta-lossless",
            SECTION,
            "Subtracting float16 frames from each other is about lossless.",
            "does-not-hold",
            "float16 subtraction rounds: (a - b) + b is not a; subtracting the 16-bit patterns as "
            "integers is lossless",
            _errors(codecs.get("delta+zstd:3"), note.compression[2].lossless, evidence),
        ),
        _nine_percent(note, list(codecs.values()), evidence),
        _unusable(note, list(codecs.values()), evidence),
        judged_claim(
            "nobody-compresses",
            SECTION,
            "Nobody in practice compresses encoded latents further.",
            "does-not-hold",
            "cloneofsimo/imagenet.int8 publishes SDXL latents as uint8, and the lossless challenge "
            "of commaai/commavq compresses its tokens 4-fold (both by their README)",
        ),
    ]


def _of_table(
    index: int, row: CompressionRow, raw: float, codec: CodecResult | None, evidence: str
) -> Claim:
    share = figure(
        "share of raw",
        "%",
        row.percent_of_raw,
        100 * float(row.mb_per_min) / raw,
        f"{row.mb_per_min} over {raw} MB/min",
    )
    verdict: Verdict = "not-measured-yet"
    reason = "the percentage follows from the rates beside it; the rates are " + _NOT_YET
    if codec is not None:
        measured = codec.share.through(lambda value: 100 * value)
        share = share.model_copy(update={"measured": measured, "evidence": evidence})
        alike = abs(measured.value - float(row.percent_of_raw)) <= _LIKE
        verdict = "holds" if alike else "holds-only-if"
        reason = (
            f"the same method leaves {measured.value:.1f} % of the latents measured here, "
            "which are of another autoencoder"
            + ("" if alike else ": the share depends on the latents")
        )
    return judged_claim(
        f"compression-{index}",
        SECTION,
        f"{row.method}: {row.percent_of_raw} % of raw.",
        verdict,
        reason,
        [quoted("rate", "MB/min", row.mb_per_min), share],
    )


def _of_drift(row: DriftRow, codec: CodecResult | None, evidence: str) -> Claim:
    figures = [
        quoted("share of raw", "%", row.percent_of_raw),
        quoted("mean squared error", "", row.mse),
        quoted("maximum error", "", row.maximum_error),
    ]
    verdict: Verdict = "not-measured-yet"
    reason = f"{_NOT_YET}; open-loop summation lets the error grow with the frames"
    if codec is not None:
        measured = (
            codec.share.through(lambda value: 100 * value),
            codec.mean_squared_error,
            Estimate(value=codec.largest_error, n=codec.share.n),
        )
        figures = [
            each.model_copy(update={"measured": found, "evidence": evidence})
            for each, found in zip(figures, measured, strict=True)
        ]
        drifts = codec.last_frame_error > codec.mean_squared_error.value
        verdict = "holds-only-if" if drifts else "does-not-hold"
        reason = (
            "only if the deltas are added up with no regard to what was lost, as here again: the "
            "error grows with the frames. Quantised against the frame as it comes back, the same "
            "eight bits keep the error of one frame"
        )
    return judged_claim(
        f"drift-{row.clip_sigma}-sigma",
        SECTION,
        f"int8 deltas a channel, clipped at {row.clip_sigma} σ: {row.percent_of_raw} % of "
        f"raw, with a mean squared error of {row.mse}.",
        verdict,
        reason,
        figures,
    )


def _order_of_clips(note: Note, codecs: dict[str, CodecResult]) -> Claim:
    statement = "The wider the clip, the smaller both the size and the error."
    found = [codecs.get(f"delta+int8-channel:{row.clip_sigma}+zstd:3") for row in note.drift]
    if any(codec is None for codec in found):
        return judged_claim("drift-order", SECTION, statement, "not-measured-yet", _NOT_YET)
    codecs_found = [codec for codec in found if codec is not None]
    falls = all(
        later.share.value < earlier.share.value
        and later.mean_squared_error.value < earlier.mean_squared_error.value
        for earlier, later in pairwise(codecs_found)
    )
    return judged_claim(
        "drift-order",
        SECTION,
        statement,
        "holds" if falls else "does-not-hold",
        "the same order comes out here: coarser steps are cheaper, and what a narrow clip cuts off "
        "stays in the sum"
        if falls
        else "another order comes out on the latents measured here",
    )


def _errors(codec: CodecResult | None, printed: str, evidence: str) -> Sequence[Figure]:
    if codec is None:
        return ()
    return (
        Figure(
            name="lossless, or the mean squared error",
            unit="",
            published=printed,
            recomputed=None,
            agrees=None,
            measured=codec.mean_squared_error,
            evidence=evidence,
        ),
    )


def _nine_percent(note: Note, codecs: Sequence[CodecResult], evidence: str) -> Claim:
    best_of_note = min(row.percent_of_raw for row in note.compression if row.lossless != "no")
    saved = 100 - best_of_note
    statement = f"Lossless compression saves only about {saved:.0f} %."
    exact = [codec for codec in codecs if codec.lossless]
    if not exact:
        return judged_claim("nine-percent", SECTION, statement, "not-measured-yet", _NOT_YET)
    best = min(exact, key=lambda codec: codec.share.value)
    times = 100 * (1 - best.share.value) / float(saved)
    return judged_claim(
        "nine-percent",
        SECTION,
        statement,
        "does-not-hold",
        "general compressors see bytes; coded as numbers that are predicted in time, and by how "
        f"much happens at a place, the latents measured here save {times:.1f} times as much "
        f"({best.name})",
        [
            Figure(
                name="saved by the smallest lossless codec",
                unit="%",
                published=f"{saved:f}",
                recomputed=None,
                agrees=None,
                measured=best.share.through(lambda value: 100 * (1 - value)),
                evidence=evidence,
            )
        ],
    )


def _unusable(note: Note, codecs: Sequence[CodecResult], evidence: str) -> Claim:
    statement = (
        "Quantising is no way out: it saves much and introduces unacceptable error, for it must "
        "cover a wide range of deltas."
    )
    good = [
        codec
        for codec in codecs
        if codec.loss_db is not None
        and not codec.lossless
        and not codec.of_the_note
        and codec.loss_db.value <= _LITTLE_LOSS_DB
    ]
    if not good:
        return judged_claim("int8-unusable", SECTION, statement, "not-measured-yet", _NOT_YET)
    best = min(good, key=lambda codec: codec.share.value)
    return judged_claim(
        "int8-unusable",
        SECTION,
        statement,
        "does-not-hold",
        "the error is that of adding up in an open loop. In a closed one, with steps by what the "
        "decoder shows of each channel, a fraction of the bytes takes "
        f"{best.loss_db.value if best.loss_db else 0:.2f} dB from the decoded frames ({best.name})",
        [
            Figure(
                name=f"share of raw at a loss of at most {_LITTLE_LOSS_DB} dB",
                unit="%",
                published=f"{note.compression[-1].percent_of_raw:f}",
                recomputed=None,
                agrees=None,
                measured=best.share.through(lambda value: 100 * value),
                evidence=evidence,
            ),
        ],
    )

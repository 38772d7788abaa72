"""Claims on compressing stored latents further."""

from __future__ import annotations

from analysis.catalog import Note
from analysis.ledger.claims import Claim
from analysis.measures.claims.figures import figure, judged_claim, quoted

SECTION = "Compressing stored latents"


def claims(note: Note) -> list[Claim]:
    """The two tables, and what the text says around them."""
    raw = note.compression[0].mb_per_min
    return [
        *(
            judged_claim(
                f"compression-{index}",
                SECTION,
                f"{row.method}: {row.percent_of_raw} % of raw.",
                "not-measured-yet",
                "the percentage follows from the rates beside it; the rates are not repeated yet",
                [
                    quoted("rate", "MB/min", row.mb_per_min),
                    figure(
                        "share of raw",
                        "%",
                        row.percent_of_raw,
                        float(100 * row.mb_per_min / raw),
                        f"{row.mb_per_min} over {raw} MB/min",
                    ),
                ],
            )
            for index, row in enumerate(note.compression[1:], start=1)
        ),
        *(
            judged_claim(
                f"drift-{row.clip_sigma}-sigma",
                SECTION,
                f"int8 deltas a channel, clipped at {row.clip_sigma} σ: {row.percent_of_raw} % of "
                f"raw, with a mean squared error of {row.mse}.",
                "not-measured-yet",
                "not repeated yet; open-loop summation lets the error grow with the frames",
                [
                    quoted("share of raw", "%", row.percent_of_raw),
                    quoted("mean squared error", "", row.mse),
                    quoted("maximum error", "", row.maximum_error),
                ],
            )
            for row in note.drift
        ),
        judged_claim(
            "delta-lossless",
            SECTION,
            "Subtracting float16 frames from each other is about lossless.",
            "does-not-hold",
            "float16 subtraction rounds: (a - b) + b is not a; subtracting the 16-bit patterns as "
            "integers is lossless",
        ),
        judged_claim(
            "nobody-compresses",
            SECTION,
            "Nobody in practice compresses encoded latents further.",
            "does-not-hold",
            "cloneofsimo/imagenet.int8 publishes SDXL latents as uint8, and the lossless challenge "
            "of commaai/commavq compresses its tokens 4-fold (both by their README)",
        ),
    ]

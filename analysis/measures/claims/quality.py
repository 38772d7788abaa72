"""Claims that a rate-distortion run answers: whether the tie in bytes is one in quality."""

from __future__ import annotations

from pathlib import Path

from analysis.catalog import Note, encoder_title
from analysis.ledger.claims import Claim, Figure
from analysis.ledger.rate_distortion import EqualQuality, RateDistortion
from analysis.measures.claims.figures import judged_claim

SECTION = "Equal quality"
FORMAT = "fp16"
OWN_PREFIX = "project/"


def claims(note: Note, run: RateDistortion | None) -> list[Claim]:
    """The near tie of the note, held to equal quality."""
    statement = (
        "The autoencoder and H.264 achieve nearly identical compression ratios: a near tie at 480p."
    )
    if run is None:
        return [
            judged_claim(
                "near-tie",
                SECTION,
                statement,
                "not-measured-yet",
                "the ratio compares bytes; what quality each has was not measured",
            )
        ]
    evidence = str(Path("rate-distortion") / f"{run.run.id}.json")
    found = [
        entry
        for entry in run.results.equal_quality
        if (entry.format, entry.metric) == (FORMAT, "psnr_db")
    ]
    curves = {curve.name: curve.codec for curve in run.results.curves}
    own = all(entry.autoencoder.startswith(OWN_PREFIX) for entry in found)
    figures = [_figure(entry, curves[entry.curve], note, evidence) for entry in found]
    return [
        judged_claim(
            "near-tie",
            SECTION,
            statement,
            "holds-only-if",
            "the video's quality is left out of account: the recorder's setting decides its bytes. "
            "At the quality that the decoded latents have, the video is far smaller for the "
            "autoencoders measured here"
            + (", which are small ones of this project and not DC-AE" if own else ""),
            [figure for figure in figures if figure is not None],
        )
    ]


def _figure(entry: EqualQuality, codec: str, note: Note, evidence: str) -> Figure | None:
    if entry.ratio is None:
        return None
    return Figure(
        name=f"R at equal PSNR, {entry.autoencoder} over {encoder_title(codec)}",
        unit="",
        published=f"{note.headline.ratio}",
        recomputed=None,
        agrees=None,
        measured=entry.ratio,
        evidence=evidence,
    )

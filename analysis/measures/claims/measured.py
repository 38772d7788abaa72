"""Claims that recorded shards answer: which b Doom has, and what R that gives."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from analysis import storage
from analysis.catalog import Note, autoencoder
from analysis.ledger.claims import Claim, Figure, Verdict
from analysis.ledger.estimate import Estimate
from analysis.ledger.shard_sizes import ShardSet, ShardSizes
from analysis.measures.claims.figures import judged_claim

SECTION = "Data set"


def claims(note: Note, run: ShardSizes | None) -> list[Claim]:
    """b and R of every set of recordings in the newest run, beside the published ones."""
    sets = () if run is None else run.results.recordings
    evidence = None if run is None else str(Path("shard-sizes") / f"{run.run.id}.json")
    latent = autoencoder(note.setting.autoencoder).latent()
    verdict: Verdict = "holds-only-if" if sets else "not-measured-yet"

    def figures(
        name: str,
        unit: str,
        published: Decimal,
        value: Callable[[ShardSet, tuple[int, int]], Estimate],
    ) -> list[Figure]:
        return [
            Figure(
                name=f"{name}, {entry.name} ({', '.join(entry.codecs)})",
                unit=unit,
                published=str(published),
                recomputed=None,
                agrees=None,
                measured=value(entry, size),
                evidence=evidence,
            )
            for entry, size in sets
        ]

    def ratio(entry: ShardSet, size: tuple[int, int]) -> Estimate:
        return entry.bits_per_pixel.under(storage.latent_bits_per_pixel(latent, *size))

    return [
        judged_claim(
            "doom-bits-per-pixel",
            SECTION,
            f"Doom at 480p has b ≈ {note.setting.bits_per_pixel} bits a pixel.",
            verdict,
            "b belongs to a codec and its quality setting as much as to the game: the same games "
            "differ between two recipes, and each setting moves b further"
            if sets
            else "no recording has been measured yet",
            [
                *figures(
                    "b",
                    "bits/pixel",
                    note.setting.bits_per_pixel,
                    lambda entry, _: entry.bits_per_pixel,
                ),
                *figures(
                    "MP4 rate",
                    "MB/min",
                    note.setting.mp4_mb_per_min,
                    lambda entry, _: entry.mb_per_min,
                ),
            ],
        ),
        judged_claim(
            "measured-ratio",
            SECTION,
            f"DC-AE latents of these games take {note.headline.ratio} of their MP4.",
            verdict,
            "R is the latent's bits a pixel over b, and so goes with the recipe"
            if sets
            else "no recording has been measured yet",
            figures("R, latents by the equation over measured b", "", note.headline.ratio, ratio),
        ),
    ]

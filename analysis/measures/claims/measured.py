"""Claims that recorded shards answer: which b Doom has, and what R that gives."""

from __future__ import annotations

from pathlib import Path

from analysis import storage
from analysis.catalog import Note, autoencoder
from analysis.ledger.claims import Claim, Figure
from analysis.ledger.shard_sizes import ShardSet, ShardSizes
from analysis.measures.claims.figures import judged_claim

SECTION = "Data set"


def claims(note: Note, run: ShardSizes | None) -> list[Claim]:
    """b and R of every set of recordings in the newest run, beside the published ones."""
    sets = [] if run is None else [s for s in run.results.sets if s.kind == "recording"]
    evidence = None if run is None else str(Path("shard-sizes") / f"{run.run.id}.json")
    latent = autoencoder(note.setting.autoencoder).latent()
    return [
        judged_claim(
            "doom-bits-per-pixel",
            SECTION,
            f"Doom at 480p has b ≈ {note.setting.bits_per_pixel} bits a pixel.",
            "holds-only-if" if sets else "not-measured-yet",
            "b belongs to a codec and its quality setting as much as to the game: the same games "
            "differ this much between two recipes, and each setting moves b further"
            if sets
            else "no recording has been measured yet",
            [
                Figure(
                    name=f"b, {_label(entry)}",
                    unit="bits/pixel",
                    published=str(note.setting.bits_per_pixel),
                    recomputed=None,
                    agrees=None,
                    measured=entry.bits_per_pixel,
                    evidence=evidence,
                )
                for entry in sets
            ],
        ),
        judged_claim(
            "measured-ratio",
            SECTION,
            f"DC-AE latents of these games take {note.headline.ratio} of their MP4.",
            "holds-only-if" if sets else "not-measured-yet",
            "R is the latent's bits a pixel over b, and so goes with the recipe"
            if sets
            else "no recording has been measured yet",
            [
                Figure(
                    name=f"R, latents by the equation over measured b, {_label(entry)}",
                    unit="",
                    published=str(note.headline.ratio),
                    recomputed=None,
                    agrees=None,
                    measured=entry.bits_per_pixel.under(
                        storage.latent_bits_per_pixel(latent, entry.height, entry.width)
                    ),
                    evidence=evidence,
                )
                for entry in sets
                if entry.height and entry.width
            ],
        ),
    ]


def _label(entry: ShardSet) -> str:
    codecs = ", ".join(entry.codecs)
    return f"{entry.name} ({codecs})"

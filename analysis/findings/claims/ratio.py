"""Claims on the storage ratio: both sizes, b, and their quotient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from analysis import storage
from analysis.catalog import Note, autoencoder, resolution
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import (
    counted,
    figure,
    implied,
    judged_claim,
    observed,
    quoted,
    recomputed_claim,
    unmeasured_claim,
)
from analysis.kinds.claims.record import Claim, Figure
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.shard_sizes.record import ShardSet, ShardSizes
from analysis.ledger.estimate import Estimate

SECTION = "Storage ratio"


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """The two sizes, b and R."""
    return [
        _latent_size(note, evidence.latent_codecs),
        judged_claim(
            "video-size",
            SECTION,
            "MP4 takes bHWFT/8 bytes.",
            "holds",
            "by definition: b is what makes it true. It has to be measured, for each codec, "
            "quality and content",
            [references.VIDEO_SIZE],
        ),
        _bits_per_pixel(note),
        _doom_bits_per_pixel(note, evidence.shard_sizes),
        _ratio(note),
        _empirical_ratio(note),
        _measured_ratio(note, evidence.shard_sizes),
        _size_cancels(note),
    ]


def _latent_size(note: Note, run: LatentCodecs | None) -> Claim:
    latent = autoencoder(note.setting.autoencoder).latent()
    size = resolution(note.setting.resolution).size
    name, recomputed = "bytes a frame", storage.latent_bytes(latent, *size, clips=1, clip_frames=1)
    bytes_a_frame = implied(name, "", recomputed)
    if run:
        measured = counted(run.results.bytes / run.results.frames)
        bytes_a_frame = observed(
            name, "", measured, references.run_file(run), recomputed=recomputed
        )
    return judged_claim(
        "latent-size-exact",
        SECTION,
        "What uncompressed latents take is known beforehand, exactly: c · H/s · W/s · p · F · T.",
        "holds-only-if",
        "s divides height and width and every clip is long against t: else the grid and the number "
        "of latent frames are rounded up. Headers of arrays and tar files come on top",
        [references.LATENT_SIZE, references.LATENT_FRAMES, *references.runs(run)],
        [bytes_a_frame],
    )


def _bits_per_pixel(note: Note) -> Claim:
    setting = note.setting
    size = resolution(setting.resolution)
    return recomputed_claim(
        "bits-per-pixel",
        SECTION,
        f"{setting.mp4_mb_per_min} MB a minute at {size.name} and {setting.fps} fps are about "
        f"{setting.bits_per_pixel} bits a pixel.",
        [
            figure(
                "b",
                "bits/pixel",
                setting.bits_per_pixel,
                storage.bits_per_pixel(float(setting.mp4_mb_per_min), *size.size, setting.fps),
                f"{setting.mp4_mb_per_min} MB/min over the pixels of a minute",
            )
        ],
        "b is that rate over the pixels shown, actions and tar framing included",
        [references.VIDEO_SIZE],
    )


def _recorded(
    run: ShardSizes,
    name: str,
    unit: str,
    published: Decimal,
    value: Callable[[ShardSet, tuple[int, int]], Estimate],
) -> list[Figure]:
    """A figure of each set of recordings."""
    return [
        observed(
            f"{name}, {entry.name} ({', '.join(entry.codecs)})",
            unit,
            value(entry, size),
            references.run_file(run),
            published,
        )
        for entry, size in run.results.recordings
    ]


def _doom_bits_per_pixel(note: Note, run: ShardSizes | None) -> Claim:
    setting = note.setting
    id = "doom-bits-per-pixel"
    statement = f"Doom at {setting.resolution} has b ≈ {setting.bits_per_pixel} bits a pixel."
    if run is None or not run.results.recordings:
        b = quoted("b", "bits/pixel", setting.bits_per_pixel)
        return unmeasured_claim(id, SECTION, statement, "shard-sizes", [b])
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if",
        "codec and quality are those of the note's recorder: b belongs to them as much as to the "
        "game. The same games differ between two recipes, and each setting moves b further",
        [references.RECIPES, references.SETTINGS, *references.runs(run)],
        [
            *_recorded(
                run,
                "b",
                "bits/pixel",
                setting.bits_per_pixel,
                lambda entry, _: entry.bits_per_pixel,
            ),
            *_recorded(
                run, "MP4 rate", "MB/min", setting.mp4_mb_per_min, lambda entry, _: entry.mb_per_min
            ),
        ],
    )


def _ratio(note: Note) -> Claim:
    latent = autoencoder(note.setting.autoencoder).latent()
    b, headline = float(note.setting.bits_per_pixel), note.headline
    return recomputed_claim(
        "ratio",
        SECTION,
        f"R = 8cp/(b s²) = {headline.ratio_numerator}/{headline.ratio_denominator} ≈ "
        f"{headline.ratio}.",
        [
            figure(
                "8cp", "", headline.ratio_numerator, 8 * latent.channels * latent.bytes_per_value
            ),
            figure("b s²", "", headline.ratio_denominator, b * latent.spatial**2),
            figure("R", "", headline.ratio, storage.storage_ratio(latent, b)),
        ],
        "the arithmetic is right at this b",
        [references.RATIO],
    )


def _empirical_ratio(note: Note) -> Claim:
    setting = note.setting
    rates = f"{setting.latent_mb_per_min}/{setting.mp4_mb_per_min}"
    return recomputed_claim(
        "empirical-ratio",
        SECTION,
        f"The formula is borne out by the measured {rates} = {note.headline.empirical_ratio}.",
        [
            figure(
                rates,
                "",
                note.headline.empirical_ratio,
                float(setting.latent_mb_per_min / setting.mp4_mb_per_min),
            )
        ],
        f"necessarily: b was computed from the same {setting.mp4_mb_per_min}, so the match is an "
        "identity and no evidence for the formula",
        [references.RATIO],
    )


def _measured_ratio(note: Note, run: ShardSizes | None) -> Claim:
    id, published = "measured-ratio", note.headline.ratio
    statement = f"DC-AE latents of these games take {published} of the bytes of their MP4."
    latent = autoencoder(note.setting.autoencoder).latent()
    if run is None or not run.results.recordings:
        return unmeasured_claim(id, SECTION, statement, "shard-sizes", [quoted("R", "", published)])

    def ratio(entry: ShardSet, size: tuple[int, int]) -> Estimate:
        return entry.bits_per_pixel.under(storage.latent_bits_per_pixel(latent, *size))

    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if",
        "the MP4 has the note's b: R is the latents' bits a pixel over b, and goes with the recipe",
        [references.RATIO, references.RECIPES, *references.runs(run)],
        _recorded(run, "R over measured b", "", published, ratio),
    )


def _size_cancels(note: Note) -> Claim:
    """The cancelled formula against the ratios that the note itself prints."""
    latent = autoencoder(note.setting.autoencoder).latent()
    figures: Sequence[Figure] = [
        figure(
            f"R at {row.name}, by the formula",
            "",
            row.ratio,
            storage.storage_ratio(latent, float(row.bits_per_pixel)),
            f"b = {row.bits_per_pixel}, no size",
        )
        for row in note.resolution
    ]
    off = [row.name for row, each in zip(note.resolution, figures, strict=True) if not each.agrees]
    return judged_claim(
        "size-cancels",
        SECTION,
        "Height, width, frame rate and duration cancel: R depends on the autoencoder and b alone.",
        "holds-only-if",
        "s divides height and width, clips are long against t, and b is the same at every size. "
        f"The formula misses the note's own table at {', '.join(off)}, where grids are rounded up",
        [references.RATIO, references.PADDING],
        figures,
    )

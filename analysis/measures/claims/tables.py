"""Claims made by the note's tables: autoencoders, resolutions, thresholds, projections."""

from __future__ import annotations

from dataclasses import replace

from analysis import storage
from analysis.catalog import Note, autoencoder, resolution
from analysis.catalog.note import ProjectionRow, ResolutionRow, ThresholdRow
from analysis.ledger.claims import Claim
from analysis.measures.claims.figures import figure, judged_claim, recomputed_claim
from analysis.storage import Latent

COMPARISON, RESOLUTION = "DC-AE against Cosmos", "Resolution"
THRESHOLD, PROJECTION = "Smallest temporal factor", "Projections"


def claims(note: Note) -> list[Claim]:
    """One claim a row, then what the text concludes from the tables."""
    return [
        *_comparison(note),
        *(_resolution_row(row, note) for row in note.resolution),
        *(_threshold_row(row, note) for row in note.threshold),
        judged_claim(
            "beyond-threshold",
            THRESHOLD,
            "Any temporal compression beyond these thresholds is pure savings.",
            "holds-only-if",
            "channels and spatial factor stay as they are; most published temporal autoencoders "
            "raise c or lower s and store as many bits a pixel as DC-AE (page autoencoders)",
        ),
        *(_projection_row(row, note) for row in note.projection),
    ]


def _setting(note: Note) -> tuple[Latent, int]:
    return autoencoder(note.setting.autoencoder).latent(), note.setting.fps


def _comparison(note: Note) -> list[Claim]:
    size = resolution(note.setting.resolution).size
    b = float(note.setting.bits_per_pixel)
    claims = []
    for row in note.comparison:
        latent = autoencoder(row.autoencoder).latent(row.bytes_per_value)
        per_pixel = storage.break_even_bits_per_pixel(latent)
        claims.append(
            recomputed_claim(
                f"comparison-{row.autoencoder}-{row.bytes_per_value * 8}-bit",
                COMPARISON,
                f"{row.name} at 480p: {row.compression}× against raw, R = {row.ratio}, "
                f"{row.mb_per_min} MB/min.",
                [
                    figure(
                        "compression",
                        "×",
                        row.compression,
                        storage.autoencoder_compression(latent),
                    ),
                    figure("R", "", row.ratio, storage.storage_ratio(latent, b)),
                    figure(
                        "rate",
                        "MB/min",
                        row.mb_per_min,
                        storage.mb_per_min(per_pixel, *size, note.setting.fps),
                    ),
                ],
                "follows from s, c, t and p",
                "s = 8, c = 16, t = 8 give half the published compression and twice the size: as "
                "many bits a pixel as DC-AE",
            )
        )
    return claims


def _resolution_row(row: ResolutionRow, note: Note) -> Claim:
    latent, fps = _setting(note)
    size = resolution(row.name).size
    b = float(row.bits_per_pixel)
    video_rate = storage.mb_per_min(b, *size, fps)
    figures = [figure("MP4 rate", "MB/min", row.mp4_mb_per_min, video_rate)]
    variants = (
        ("latents", latent, row.latent_mb_per_min, row.ratio),
        ("t = 4", replace(latent, temporal=4), row.t4_mb_per_min, row.t4_ratio),
        ("t = 8", replace(latent, temporal=8), row.t8_mb_per_min, row.t8_ratio),
        (
            "t = 8, fp8",
            replace(latent, temporal=8, bytes_per_value=1),
            row.t8_fp8_mb_per_min,
            row.t8_fp8_ratio,
        ),
    )
    for name, variant, rate, ratio in variants:
        per_pixel = storage.latent_bits_per_pixel(variant, *size)
        figures += [
            figure(f"{name}: rate", "MB/min", rate, storage.mb_per_min(per_pixel, *size, fps)),
            figure(f"{name}: R", "", ratio, storage.storage_ratio(variant, b, size)),
        ]
    return recomputed_claim(
        f"resolution-{row.name}",
        RESOLUTION,
        f"At {row.name}, with b = {row.bits_per_pixel}: R = {row.ratio} for float16 latents.",
        figures,
        "arithmetic at the published b"
        + ("" if row.name == note.setting.resolution else ", which is an estimate"),
    )


def _threshold_row(row: ThresholdRow, note: Note) -> Claim:
    latent, _ = _setting(note)
    published = next(entry for entry in note.resolution if entry.name == row.name)
    threshold = storage.temporal_threshold(
        latent, float(published.bits_per_pixel), resolution(row.name).size
    )
    return recomputed_claim(
        f"threshold-{row.name}",
        THRESHOLD,
        f"At {row.name} latents need t ≥ {row.temporal} to be smaller than MP4.",
        [figure("smallest t", "×", row.temporal, threshold.real)],
        f"R at t = 1; as t is a whole number, t = {threshold.whole}",
    )


def _projection_row(row: ProjectionRow, note: Note) -> Claim:
    latent, fps = _setting(note)
    size = resolution(row.name).size
    published = next(entry for entry in note.resolution if entry.name == row.name)
    minutes = 60 * note.setting.hours

    def total_bytes(bits_per_pixel: float) -> float:
        return storage.mb_per_min(bits_per_pixel, *size, fps) * minutes * 1e6

    smallest = replace(latent, temporal=8, bytes_per_value=1)
    return recomputed_claim(
        f"projection-{row.name}",
        PROJECTION,
        f"{note.setting.hours} hours at {row.name}: {row.mp4_tb} TB of MP4, {row.latent_tb} TB of "
        f"float16 latents, {row.t8_fp8_gb:f} GB at t = 8 in fp8.",
        [
            figure("MP4", "TB", row.mp4_tb, total_bytes(float(published.bits_per_pixel)) / 1e12),
            figure(
                "latents",
                "TB",
                row.latent_tb,
                total_bytes(storage.latent_bits_per_pixel(latent, *size)) / 1e12,
            ),
            figure(
                "t = 8, fp8",
                "GB",
                row.t8_fp8_gb,
                total_bytes(storage.latent_bits_per_pixel(smallest, *size)) / 1e9,
            ),
        ],
        "the rates of the resolution table over the stated hours",
    )

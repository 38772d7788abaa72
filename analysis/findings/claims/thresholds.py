"""Claims on the smallest temporal factor, and on what the whole data set would take."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from analysis import storage
from analysis.catalog import (
    BYTES_PER_VALUE,
    Autoencoder,
    Note,
    autoencoder,
    autoencoders,
    encoding_title,
    resolution,
)
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import (
    figure,
    implied,
    judged_claim,
    observed,
    recomputed_claim,
    unmeasured_claim,
)
from analysis.findings.claims.resolution import Measured, measured
from analysis.kinds.claims.record import Claim, Figure
from analysis.kinds.dual_decoder.record import DualDecoderResult, DualDecoderRun
from analysis.kinds.video_bitrate.record import BitrateRow, VideoBitrate
from analysis.ledger.estimate import Estimate

SECTION, PROJECTIONS = "Smallest temporal factor", "Projections"

_TYPICAL: Final = (4, 8)
_BEST_FACTOR: Final = 8


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """Thresholds and what the text says of them, then the projections."""
    return [
        _thresholds(note),
        _smaller_already(note, measured(evidence.video_bitrate)),
        _typical_factors(),
        _beyond(note, evidence.dual_decoder),
        _projections(note),
        _fits_in_memory(note),
    ]


def _temporal() -> list[Autoencoder]:
    return [entry for entry in autoencoders() if entry.temporal > 1]


def _thresholds(note: Note) -> Claim:
    latent = autoencoder(note.setting.autoencoder).latent()
    bits = {row.name: float(row.bits_per_pixel) for row in note.resolution}
    found = {
        row.name: storage.temporal_threshold(latent, bits[row.name], resolution(row.name).size)
        for row in note.threshold
    }
    whole = ", ".join(f"{threshold.whole} at {name}" for name, threshold in found.items())
    return recomputed_claim(
        "thresholds",
        SECTION,
        "Latents need t > 8cp/(b s²) to be smaller than MP4: "
        f"{', '.join(f'{row.temporal} at {row.name}' for row in note.threshold)}.",
        [
            figure(f"smallest t at {row.name}", "×", row.temporal, found[row.name].real)
            for row in note.threshold
        ],
        f"R at t = 1, by the note's b. What can be built is whole and strictly above: {whole}",
        [references.THRESHOLD, references.SMALLEST],
    )


def _smaller_already(note: Note, found: Measured | None) -> Claim:
    small = [row for row in note.resolution if row.ratio < 1]
    latent = autoencoder(note.setting.autoencoder).latent()
    id = "smaller-up-to-480p"
    statement = f"Up to {small[-1].name} latents are the smaller ones as they are."
    recomputed = [
        figure(
            f"R at {row.name}",
            "",
            row.ratio,
            storage.storage_ratio(latent, float(row.bits_per_pixel), resolution(row.name).size),
        )
        for row in small
    ]
    if found is None:
        return unmeasured_claim(
            id, SECTION, statement, "video-bitrate", recomputed, "so far it holds by the note's b"
        )
    reference = note.setting.resolution
    rows = _qualities(found.run, reference, found.rows.get(reference))
    ratios = [
        (
            encoding_title(row.codec, row.quality, row.preset),
            row.bits_per_pixel.under(storage.latent_bits_per_pixel(latent, *row.size)),
        )
        for row in rows
    ]
    larger = [title for title, ratio in ratios if ratio.value >= 1]
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if" if larger else "holds",
        f"the video is of high quality: at {reference} the latents are larger from {larger[0]} on"
        if larger
        else f"at {reference} they are smaller beside every measured quality",
        [references.SMALLEST, references.TIES, *references.runs(found.run)],
        [
            *recomputed,
            *(
                observed(f"R at {reference}, {title}", "", ratio, found.file)
                for title, ratio in ratios
            ),
        ],
    )


def _qualities(run: VideoBitrate, reference: str, native: BitrateRow | None) -> list[BitrateRow]:
    """The encoder of the recipe native at every quality, from the best down."""
    if native is None:
        return []
    alike = {
        row.quality: row
        for row in reversed(run.results.rows)
        if (row.resolution, row.upscaled, row.codec) == (reference, False, native.codec)
        and (row.preset, row.gop, row.pixel_format)
        == (native.preset, native.gop, native.pixel_format)
    }
    return [alike[quality] for quality in sorted(alike)]


def _typical_factors() -> Claim:
    entries = _temporal()
    typical = [entry for entry in entries if entry.temporal in _TYPICAL]
    others = ", ".join(
        f"{entry.name}: {entry.temporal}" for entry in entries if entry not in typical
    )
    return judged_claim(
        "typical-factors",
        SECTION,
        f"Video autoencoders have t = {' or '.join(map(str, _TYPICAL))} as a rule.",
        "holds" if 2 * len(typical) > len(entries) else "does-not-hold",
        f"{len(typical)} of the {len(entries)} temporal ones of the catalogue have"
        + (f" (the rest: {others})" if others else ""),
        [references.CATALOGUE, references.SHAPES],
        [
            implied(f"autoencoders with t = {factor}", "", float(_count(entries, factor)))
            for factor in sorted({entry.temporal for entry in entries})
        ],
    )


def _count(entries: list[Autoencoder], factor: int) -> int:
    return sum(entry.temporal == factor for entry in entries)


def _beyond(note: Note, run: DualDecoderRun | None) -> Claim:
    own = storage.break_even_bits_per_pixel(autoencoder(note.setting.autoencoder).latent())
    stored = [storage.break_even_bits_per_pixel(entry.latent()) for entry in _temporal()]
    fewer = sum(bits < own for bits in stored)
    figures = [
        implied("temporal autoencoders in the catalogue", "", len(stored)),
        implied("of these with fewer bits a pixel than DC-AE", "", fewer),
    ]
    lost = ""
    if run:
        losses = [_lost(dual, run) for dual in run.results.dual_decoders]
        figures += losses
        lost = (
            ". And it is paid for in quality: with as many channels, this project's small dual "
            "decoders lose "
            + ", ".join(f"{each.measured.value:.1f}" for each in losses if each.measured)
            + " dB on their windows at "
            + ", ".join(f"t = {dual.temporal_factor}" for dual in run.results.dual_decoders)
        )
    return judged_claim(
        "beyond-threshold",
        SECTION,
        "Any temporal compression beyond these thresholds is pure savings.",
        "holds-only-if",
        f"channels and spatial factor stay as they are: only {fewer} of {len(stored)} published "
        f"temporal autoencoders store fewer bits a pixel than DC-AE{lost}",
        [
            references.CATALOGUE,
            references.SHORT_CLIPS,
            *([references.DUAL_QUALITY] if run else []),
            *references.runs(run),
        ],
        figures,
    )


def _lost(dual: DualDecoderResult, run: DualDecoderRun) -> Figure:
    whole = dual.way("full").every_frame.psnr_db.value
    value = dual.way("per-frame").every_frame.psnr_db.value - whole
    return observed(
        f"PSNR that the full decoder loses, t = {dual.temporal_factor}",
        "dB",
        Estimate(value=value, n=run.results.episodes),
        references.run_file(run),
    )


def _total_bytes(bits_per_pixel: float, name: str, note: Note) -> float:
    """Of the note's hours at a resolution."""
    size = resolution(name).size
    return storage.video_bytes(
        bits_per_pixel, *size, note.setting.fps, seconds=3600 * note.setting.hours
    )


def _best(note: Note) -> storage.Latent:
    latent = autoencoder(note.setting.autoencoder).latent(BYTES_PER_VALUE["fp8"])
    return replace(latent, temporal=_BEST_FACTOR)


def _projections(note: Note) -> Claim:
    latent, best = autoencoder(note.setting.autoencoder).latent(), _best(note)
    bits = {row.name: float(row.bits_per_pixel) for row in note.resolution}
    figures: list[Figure] = []
    for row in note.projection:
        size = resolution(row.name).size
        stored, smallest = (
            _total_bytes(storage.latent_bits_per_pixel(shape, *size), row.name, note)
            for shape in (latent, best)
        )
        video = _total_bytes(bits[row.name], row.name, note)
        figures += [
            figure(f"{row.name}: MP4", "TB", row.mp4_tb, video / 1e12),
            figure(f"{row.name}: latents", "TB", row.latent_tb, stored / 1e12),
            figure(f"{row.name}: t = 8, fp8", "GB", row.t8_fp8_gb, smallest / 1e9),
        ]
    first, last = note.projection[0], note.projection[-1]
    at_480p = next(row for row in note.projection if row.name == note.setting.resolution)
    return recomputed_claim(
        "projections",
        PROJECTIONS,
        f"{note.setting.hours} hours would take {first.mp4_tb} TB of MP4 or {first.latent_tb} TB "
        f"of latents at {first.name}, and {last.mp4_tb} or {last.latent_tb} TB at {last.name}.",
        figures,
        "the rates of the resolution table over the stated hours. At "
        f"{note.setting.resolution} that is {at_480p.mp4_tb} TB of MP4, where the note measured "
        f"{note.setting.mp4_gb} GB",
        [references.VIDEO_SIZE, references.LATENT_SIZE, references.PROJECTIONS],
    )


def _fits_in_memory(note: Note) -> Claim:
    name = note.setting.resolution
    size = resolution(name).size
    published = next(row for row in note.projection if row.name == name)

    def gigabytes(shape: storage.Latent) -> float:
        return _total_bytes(storage.latent_bits_per_pixel(shape, *size), name, note) / 1e9

    as_long = sorted(
        (gigabytes(entry.latent(BYTES_PER_VALUE["fp8"])), entry.name)
        for entry in _temporal()
        if entry.temporal == _BEST_FACTOR
    )
    (fewest, smallest), (most, largest) = as_long[0], as_long[-1]
    return judged_claim(
        "fits-in-memory",
        PROJECTIONS,
        f"With t = {_BEST_FACTOR} and fp8 the data set falls to {published.t8_fp8_gb} GB, small "
        "enough to be held in memory for training.",
        "holds-only-if",
        f"an autoencoder has t = {_BEST_FACTOR} at the same s and c, and one byte a value is "
        f"enough. The catalogue's with that t take {fewest:.0f} ({smallest}) to {most:.0f} GB "
        f"({largest}) in fp8",
        [references.PROJECTIONS, references.CATALOGUE],
        [
            figure("t = 8, fp8", "GB", published.t8_fp8_gb, gigabytes(_best(note))),
            *(implied(f"fp8, {entry}", "GB", taken) for taken, entry in as_long),
        ],
    )

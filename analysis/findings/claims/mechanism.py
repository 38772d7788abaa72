"""Claims on why the savings vanish: two compressions that come out alike."""

from __future__ import annotations

from analysis import storage
from analysis.catalog import Note, autoencoder, encoder_title, recipe
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import (
    figure,
    judged_claim,
    observed,
    percent,
    recomputed_claim,
    unmeasured_claim,
)
from analysis.kinds.claims.record import Claim, Figure
from analysis.kinds.rate_distortion.record import EqualQuality, RateDistortion
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.kinds.video_bitrate.record import BitrateRow, VideoBitrate
from analysis.ledger.estimate import Estimate, ratio_of_sums

SECTION = "Why the savings vanish"

_FORMAT = "fp16"
_OWN_PREFIX = "project/"


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """The two compression factors, the tie between them, and the mechanisms."""
    return [
        _autoencoder_compression(note),
        _video_compression(note, evidence.shard_sizes),
        _near_tie(note, evidence.rate_distortion),
        _mechanisms(note, evidence.video_bitrate),
    ]


def _autoencoder_compression(note: Note) -> Claim:
    latent = autoencoder(note.setting.autoencoder).latent()
    headline = note.headline
    return recomputed_claim(
        "autoencoder-compression",
        SECTION,
        f"Against raw RGB the autoencoder compresses {headline.autoencoder_compression}×: "
        f"{headline.area_factor}× in area, less {headline.channel_expansion}× in channels.",
        [
            figure("area", "×", headline.area_factor, latent.spatial**2),
            figure("channels", "×", headline.channel_expansion, latent.channels / 3),
            figure(
                "compression",
                "×",
                headline.autoencoder_compression,
                storage.autoencoder_compression(latent),
            ),
        ],
        "3s²/(cp): float16 takes two bytes where a colour takes one",
        [references.COMPRESSION],
    )


def _video_compression(note: Note, run: ShardSizes | None) -> Claim:
    b, printed = float(note.setting.bits_per_pixel), note.headline.video_compression
    measured = [
        observed(
            f"compression, {entry.name} ({', '.join(entry.codecs)})",
            "×",
            entry.bits_per_pixel.through(storage.video_compression),
            references.run_file(run),
            printed,
        )
        for entry, _ in (run.results.recordings if run else ())
        if run
    ]
    return judged_claim(
        "video-compression",
        SECTION,
        f"H.264 compresses the same frames about {printed}-fold.",
        "holds-only-if",
        "b is the note's, from which it follows by 24/b. But that b is of MPEG-4 Part 2 at a fixed "
        "quantiser, and any codec has a factor for each quality",
        [references.COMPRESSION, references.RECIPES, *references.runs(run if measured else None)],
        [figure("compression", "×", printed, storage.video_compression(b)), *measured],
    )


def _near_tie(note: Note, run: RateDistortion | None) -> Claim:
    id = "near-tie"
    statement = (
        f"The autoencoder and H.264 compress almost alike: a near tie at {note.setting.resolution}."
    )
    if run is None:
        reason = "the ratio compares bytes; what quality each has is not known"
        return unmeasured_claim(id, SECTION, statement, "rate-distortion", reason=reason)
    found = [
        entry
        for entry in run.results.equal_quality
        if (entry.format, entry.metric) == (_FORMAT, "psnr_db")
    ]
    curves = {curve.name: curve.codec for curve in run.results.curves}
    own = all(entry.autoencoder.startswith(_OWN_PREFIX) for entry in found)
    file = references.run_file(run)
    figures = [_equal_quality(entry, curves[entry.curve], note, file) for entry in found]
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if",
        "the video's quality is left out of account: the recorder's setting decides its bytes. At "
        "the quality that the decoded latents have, the video is far smaller for the autoencoders "
        "measured here" + (", which are small ones of this project and not DC-AE" if own else ""),
        [references.EQUAL_QUALITY, *references.runs(run)],
        [each for each in figures if each is not None],
    )


def _equal_quality(entry: EqualQuality, codec: str, note: Note, file: str) -> Figure | None:
    if entry.ratio is None:
        return None
    name = f"R at equal PSNR, {entry.autoencoder} over {encoder_title(codec)}"
    return observed(name, "", entry.ratio, file, note.headline.ratio)


def _mechanisms(note: Note, run: VideoBitrate | None) -> Claim:
    id = "mechanisms"
    statement = (
        "H.264 removes what repeats in space and in time and entropy-codes the rest; the "
        "autoencoder is a learned transform of space alone."
    )
    short = _bits_without_time(run, note.setting.resolution) if run else None
    so_far = "so the standard and the architecture say"
    evidence = (references.H264, references.SHAPES)
    if run is None or short is None:
        return judged_claim(id, SECTION, statement, "holds", so_far, evidence)
    name, measured = short
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds",
        f"{so_far}; here more key frames, which forgo prediction over time, cost "
        f"{percent(measured.value - 1)} more bits",
        [*evidence, references.SETTINGS, *references.runs(run)],
        [observed(name, "", measured, references.run_file(run))],
    )


def _bits_without_time(run: VideoBitrate, resolution: str) -> tuple[str, Estimate] | None:
    """Bits with frequent key frames over those with rare ones, all else equal, game by game."""
    native = recipe("native")
    rows = sorted(
        (
            row
            for row in run.results.rows
            if (row.resolution, row.upscaled) == (resolution, False)
            and (row.codec, row.quality) == (native.codec, native.quality)
        ),
        key=lambda row: row.gop,
    )
    for often in rows:
        for rarely in reversed(rows):
            if often.gop < rarely.gop and _setting(often) == _setting(rarely):
                sizes = {clip.clip: clip.bytes for clip in rarely.clips}
                ratio = ratio_of_sums(
                    [clip.bytes for clip in often.clips],
                    [sizes[clip.clip] for clip in often.clips],
                )
                name = f"bits, key frame every {often.gop} frames over every {rarely.gop}"
                return name, ratio
    return None


def _setting(row: BitrateRow) -> tuple[str | None, str]:
    return row.preset, row.pixel_format

"""Claims that a video-bitrate run answers: how b goes with the resolution, and R with it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from analysis import storage
from analysis.catalog import Note, autoencoder, encoding_title, recipe, resolution
from analysis.catalog.note import ResolutionRow
from analysis.ledger.claims import Claim, Figure
from analysis.ledger.estimate import Estimate
from analysis.ledger.video_bitrate import BitrateRow, VideoBitrate
from analysis.measures.claims.figures import judged_claim, quoted

SECTION = "Resolution, measured"


def claims(note: Note, run: VideoBitrate | None) -> list[Claim]:
    """One claim a row of the note's resolution table, then what the text concludes from them."""
    rows = {} if run is None else _recorded(run)
    evidence = None if run is None else str(Path("video-bitrate") / f"{run.run.id}.json")
    estimated = [row for row in note.resolution if row.name != note.setting.resolution]
    return [
        *(_estimate(row, note, rows.get(row.name), evidence) for row in estimated),
        _falls(note, rows, evidence),
        _larger_from_720p(note, rows, evidence),
    ]


def _recorded(run: VideoBitrate) -> dict[str, BitrateRow]:
    """The rows of the recipe native by resolution, natively drawn."""
    native = recipe("native")
    return {
        row.resolution: row
        for row in reversed(run.results.rows)
        if (row.codec, row.quality, row.upscaled) == (native.codec, native.quality, False)
        and row.relative_to_480p is not None
    }


def _title(row: BitrateRow) -> str:
    return encoding_title(row.codec, row.quality, row.preset)


def _measured(
    name: str, unit: str, published: str, value: Estimate, evidence: str | None
) -> Figure:
    return Figure(
        name=name,
        unit=unit,
        published=published,
        recomputed=None,
        agrees=None,
        measured=value,
        evidence=evidence,
    )


def _estimate(
    row: ResolutionRow, note: Note, measured: BitrateRow | None, evidence: str | None
) -> Claim:
    """An estimated b holds when the measured shape, from the note's own b at 480p, bears it out."""
    base = float(note.setting.bits_per_pixel)
    statement = (
        f"At {row.name} b is about {row.bits_per_pixel}, when it is {note.setting.bits_per_pixel} "
        f"at {note.setting.resolution}, and so R = {row.ratio}."
    )
    id = f"estimate-{row.name}"
    if measured is None or measured.relative_to_480p is None:
        return judged_claim(
            id,
            SECTION,
            statement,
            "not-measured-yet",
            "an estimate of the note; this resolution has not been measured",
            [quoted("b", "bits/pixel", row.bits_per_pixel)],
        )
    latent = autoencoder(note.setting.autoencoder).latent()
    size = resolution(row.name).size
    carried = measured.relative_to_480p.through(lambda relative: relative * base)
    bits = storage.latent_bits_per_pixel(latent, *size)
    published_t = storage.temporal_threshold(latent, float(row.bits_per_pixel), size).whole
    measured_t = storage.temporal_threshold(latent, carried.value, size).whole
    holds = _within(float(row.bits_per_pixel), carried)
    off = carried.value / float(row.bits_per_pixel) - 1
    where = f"{100 * abs(off):.0f} % {'higher' if off > 0 else 'lower'}"
    same_t = (
        f"the smallest whole t stays {published_t}"
        if published_t == measured_t
        else f"the smallest whole t is {measured_t}, not {published_t}"
    )
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds" if holds else "does-not-hold",
        f"carried from the note's b at 480p by the measured shape of {_title(measured)}, b is "
        f"{'as published, within its interval' if holds else where}; {same_t}",
        [
            _measured("b, shape carried", "bits/pixel", f"{row.bits_per_pixel}", carried, evidence),
            _measured("R, shape carried", "", f"{row.ratio}", carried.under(bits), evidence),
            _measured(
                f"b, {_title(measured)}",
                "bits/pixel",
                f"{row.bits_per_pixel}",
                measured.bits_per_pixel,
                evidence,
            ),
            _measured(
                f"R, {_title(measured)}",
                "",
                f"{row.ratio}",
                measured.bits_per_pixel.under(bits),
                evidence,
            ),
        ],
    )


def _within(value: float, estimate: Estimate) -> bool:
    return (
        estimate.low is not None
        and estimate.high is not None
        and (estimate.low <= value <= estimate.high)
    )


def _falls(note: Note, rows: dict[str, BitrateRow], evidence: str | None) -> Claim:
    statement = "H.264 needs fewer bits a pixel at higher resolutions: 0.80 at 240p to 0.17 at 4K."
    id = "b-falls-with-resolution"
    ordered = [rows[row.name] for row in note.resolution if row.name in rows]
    if len(ordered) < 2:
        return judged_claim(
            id,
            SECTION,
            statement,
            "not-measured-yet",
            "one of the seven values was measured, on upscaled frames and another codec",
            [
                quoted(f"b at {row.name}", "bits/pixel", row.bits_per_pixel)
                for row in note.resolution
            ],
        )
    relative = [row.relative_to_480p.value for row in ordered if row.relative_to_480p]
    falls = all(after < before for before, after in pairwise(relative))
    published = {row.name: f"{row.bits_per_pixel}" for row in note.resolution}
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds" if falls else "does-not-hold",
        f"on the same games drawn at each size, {_title(ordered[0])} "
        + ("falls from each to the next" if falls else "does not fall throughout"),
        [
            _measured(
                f"b at {row.resolution}",
                "bits/pixel",
                published[row.resolution],
                row.bits_per_pixel,
                evidence,
            )
            for row in ordered
        ],
    )


def _larger_from_720p(note: Note, rows: dict[str, BitrateRow], evidence: str | None) -> Claim:
    statement = "At 720p and above float16 latents are larger than the MP4, at 4K nearly 3 times."
    id = "latents-larger-from-720p"
    above = [row for row in note.resolution if row.ratio >= 1]
    if not all(row.name in rows for row in above):
        return judged_claim(
            id,
            SECTION,
            statement,
            "not-measured-yet",
            "it follows from the estimated b alone",
            [quoted(f"R at {row.name}", "", row.ratio) for row in above],
        )
    latent = autoencoder(note.setting.autoencoder).latent()

    def ratio(row: ResolutionRow) -> Estimate:
        bits = storage.latent_bits_per_pixel(latent, *resolution(row.name).size)
        return rows[row.name].bits_per_pixel.under(bits)

    larger = [row.name for row in above if ratio(row).value > 1]
    title = _title(rows[above[0].name])
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if",
        f"the video is encoded that small: for {title} the latents are larger at "
        f"{', '.join(larger) if larger else 'none of these sizes'}, and a lower quality moves the "
        "tie to smaller frames (page resolution)",
        [_measured(f"R at {row.name}", "", f"{row.ratio}", ratio(row), evidence) for row in above],
    )

"""Claims on the resolution: the note's table, b beside what was measured, and where the tie is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from analysis import storage
from analysis.catalog import Note, autoencoder, encoding_title, recipe, resolution
from analysis.catalog.note import ResolutionRow
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import (
    figure,
    implied,
    judged_claim,
    observed,
    percent,
    quoted,
    recomputed_claim,
    unmeasured_claim,
)
from analysis.kinds.claims.record import Claim, Figure
from analysis.kinds.video_bitrate.record import BitrateRow, VideoBitrate
from analysis.ledger.estimate import Estimate
from analysis.storage import Latent

SECTION = "Resolution"


@dataclass(frozen=True)
class Measured:
    """The recipe native by resolution, drawn at that size, and the run it is from."""

    rows: dict[str, BitrateRow]
    run: VideoBitrate

    @property
    def file(self) -> str:
        """Of the run, below the ledger."""
        return references.run_file(self.run)

    @property
    def title(self) -> str:
        """The encoder and its quality."""
        row = next(iter(self.rows.values()))
        return encoding_title(row.codec, row.quality, row.preset)


def measured(run: VideoBitrate | None) -> Measured | None:
    """Nothing where a run has no such rows."""
    if run is None:
        return None
    native = recipe("native")
    rows = {
        row.resolution: row
        for row in reversed(run.results.rows)
        if (row.codec, row.quality, row.upscaled) == (native.codec, native.quality, False)
        and row.relative_to_480p is not None
    }
    return Measured(rows, run) if rows else None


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """The table, the estimates in it, and what the text concludes."""
    found = measured(evidence.video_bitrate)
    return [
        _table(note),
        _estimates(note, found),
        _falls(note, found),
        _scales_exactly(note),
        _larger_latents(note, found),
    ]


def _table(note: Note) -> Claim:
    smallest, largest = note.resolution[0], note.resolution[-1]
    return recomputed_claim(
        "resolution-table",
        SECTION,
        f"By its b at {len(note.resolution)} resolutions, R goes from {smallest.ratio} at "
        f"{smallest.name} to {largest.ratio} at {largest.name}; t = 8 with fp8 lowers it to "
        f"{smallest.t8_fp8_ratio} and {largest.t8_fp8_ratio}.",
        [figure for row in note.resolution for figure in _table_row(row, note)],
        "every figure of the table follows from its b, with the grid rounded up; all but one b are "
        "estimates (next claim)",
        [references.LATENT_SIZE, references.NOTE_B],
    )


def _table_row(row: ResolutionRow, note: Note) -> list[Figure]:
    latent = autoencoder(note.setting.autoencoder).latent()
    size, fps = resolution(row.name).size, note.setting.fps
    b = float(row.bits_per_pixel)
    video_rate = storage.mb_per_min(b, *size, fps)
    figures = [figure(f"{row.name}: MP4", "MB/min", row.mp4_mb_per_min, video_rate)]
    for name, variant, rate, ratio in (
        ("latents", latent, row.latent_mb_per_min, row.ratio),
        ("t = 4", replace(latent, temporal=4), row.t4_mb_per_min, row.t4_ratio),
        ("t = 8", replace(latent, temporal=8), row.t8_mb_per_min, row.t8_ratio),
        (
            "t = 8, fp8",
            replace(latent, temporal=8, bytes_per_value=1),
            row.t8_fp8_mb_per_min,
            row.t8_fp8_ratio,
        ),
    ):
        per_pixel = storage.latent_bits_per_pixel(variant, *size)
        figures += [
            figure(
                f"{row.name}: {name}", "MB/min", rate, storage.mb_per_min(per_pixel, *size, fps)
            ),
            figure(f"{row.name}: {name}, R", "", ratio, storage.storage_ratio(variant, b, size)),
        ]
    return figures


@dataclass(frozen=True)
class _Carried:
    """b at a resolution, from the note's b at 480p by the measured shape."""

    row: ResolutionRow
    b: Estimate
    measured: BitrateRow

    @property
    def holds(self) -> bool:
        """Whether the published b lies in the interval."""
        low, high = self.b.low, self.b.high
        published = float(self.row.bits_per_pixel)
        return low is not None and high is not None and low <= published <= high

    @property
    def off(self) -> float:
        """By how much it is above the published b."""
        return self.b.value / float(self.row.bits_per_pixel) - 1


def _estimates(note: Note, found: Measured | None) -> Claim:
    """Whether the measured shape, from the note's own b at 480p, bears the other b out."""
    base = note.setting.bits_per_pixel
    guessed = [row for row in note.resolution if row.name != note.setting.resolution]
    id = "estimated-b"
    statement = (
        f"At other sizes b is about "
        f"{', '.join(f'{row.bits_per_pixel} ({row.name})' for row in guessed)}, when it is {base} "
        f"at {note.setting.resolution}."
    )
    carried = [
        _Carried(row, relative.through(lambda share: share * float(base)), there)
        for row in guessed
        if found and (there := found.rows.get(row.name)) and (relative := there.relative_to_480p)
    ]
    if found is None or len(carried) < len(guessed):
        quotes = [quoted(f"b at {row.name}", "bits/pixel", row.bits_per_pixel) for row in guessed]
        return unmeasured_claim(id, SECTION, statement, "video-bitrate", quotes)
    latent = autoencoder(note.setting.autoencoder).latent()
    holding = [each.row.name for each in carried if each.holds]
    missed = [
        f"{100 * each.off:+.0f} % at {each.row.name}".replace("-", "−")
        for each in carried
        if not each.holds
    ]
    reason = f"carried from {base} by the measured shape of {found.title}, " + (
        "every one lies within its interval"
        if not missed
        else f"b comes out beside them: by {', '.join(missed)}"
        + (f"; {', '.join(holding)} within the interval" if holding else "")
    )
    moved = _moved_factors(latent, carried)
    return judged_claim(
        id,
        SECTION,
        statement,
        "does-not-hold" if missed else "holds",
        f"{reason}. The smallest whole t {moved}",
        [references.NOTE_B, references.MEASURED_B, *references.runs(found.run)],
        [figure for each in carried for figure in _carried_figures(each, latent, found)],
    )


def _moved_factors(latent: Latent, carried: list[_Carried]) -> str:
    moved = []
    for each in carried:
        size = resolution(each.row.name).size
        published = storage.temporal_threshold(latent, float(each.row.bits_per_pixel), size).whole
        measured = storage.temporal_threshold(latent, each.b.value, size).whole
        if measured != published:
            moved.append(f"from {published} to {measured} at {each.row.name}")
    return f"changes {', '.join(moved)}" if moved else "stays the same everywhere"


def _carried_figures(each: _Carried, latent: Latent, found: Measured) -> list[Figure]:
    name, row = each.row.name, each.measured
    bits = storage.latent_bits_per_pixel(latent, *resolution(name).size)
    b, ratio = each.row.bits_per_pixel, each.row.ratio
    return [
        observed(f"{name}: b, shape carried", "bits/pixel", each.b, found.file, b),
        observed(f"{name}: R, shape carried", "", each.b.under(bits), found.file, ratio),
        observed(f"{name}: b, {found.title}", "bits/pixel", row.bits_per_pixel, found.file, b),
        observed(
            f"{name}: R, {found.title}", "", row.bits_per_pixel.under(bits), found.file, ratio
        ),
    ]


def _falls(note: Note, found: Measured | None) -> Claim:
    first, last = note.resolution[0], note.resolution[-1]
    id = "b-falls-with-resolution"
    statement = (
        f"Video needs fewer bits a pixel at higher resolutions, {first.bits_per_pixel} at "
        f"{first.name} and {last.bits_per_pixel} at {last.name}: neighbouring pixels resemble each "
        "other more."
    )
    ordered = [found.rows[row.name] for row in note.resolution if found and row.name in found.rows]
    if found is None or len(ordered) < 2:
        quotes = [
            quoted(f"b at {row.name}", "bits/pixel", row.bits_per_pixel) for row in note.resolution
        ]
        return unmeasured_claim(id, SECTION, statement, "video-bitrate", quotes)
    relative = [row.relative_to_480p.value for row in ordered if row.relative_to_480p]
    falls = all(after < before for before, after in pairwise(relative))
    published = {row.name: row.bits_per_pixel for row in note.resolution}
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds" if falls else "does-not-hold",
        f"on the same games drawn at each size, b of {found.title} "
        + ("falls from each to the next" if falls else "does not fall throughout"),
        [references.MEASURED_B, *references.runs(found.run)],
        [
            observed(
                f"b at {row.resolution}",
                "bits/pixel",
                row.bits_per_pixel,
                found.file,
                published[row.resolution],
            )
            for row in ordered
        ],
    )


def _scales_exactly(note: Note) -> Claim:
    latent = autoencoder(note.setting.autoencoder).latent()
    exact = storage.break_even_bits_per_pixel(latent)
    added = {
        row.name: storage.latent_bits_per_pixel(latent, *resolution(row.name).size) / exact - 1
        for row in note.resolution
    }
    worst = max(added, key=added.__getitem__)
    return judged_claim(
        "latent-scales-exactly",
        SECTION,
        "The size of latents goes exactly with H/s · W/s, whatever the frames show.",
        "holds-only-if",
        "s divides both sides: rounding the grid up stores up to "
        f"{percent(added[worst], 1)} more, at {worst}. Whatever they show is right for "
        "uncompressed latents; under a codec their size depends on it as video's does",
        [references.LATENT_SIZE, references.PADDING, references.LOSSLESS],
        [
            implied(f"added by rounding up, {name}", "%", 100 * share)
            for name, share in added.items()
        ],
    )


def _larger_latents(note: Note, found: Measured | None) -> Claim:
    above = [row for row in note.resolution if row.ratio >= 1]
    id = "latents-larger-from-720p"
    statement = (
        f"From {above[0].name} on float16 latents are larger than the MP4, at {above[-1].name} "
        f"{above[-1].ratio} times."
    )
    if found is None or not all(row.name in found.rows for row in above):
        quotes = [quoted(f"R at {row.name}", "", row.ratio) for row in above]
        reason = "it follows from the estimated b alone"
        return unmeasured_claim(id, SECTION, statement, "video-bitrate", quotes, reason)
    latent = autoencoder(note.setting.autoencoder).latent()
    ratios = {
        row.name: found.rows[row.name].bits_per_pixel.under(
            storage.latent_bits_per_pixel(latent, *resolution(row.name).size)
        )
        for row in above
    }
    larger = [name for name, ratio in ratios.items() if ratio.value > 1]
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds-only-if",
        f"the video is encoded that small: beside {found.title} the latents are larger at "
        f"{', '.join(larger) if larger else 'none of these sizes'}, and a lower quality moves the "
        "tie to smaller frames",
        [references.TIES, *references.runs(found.run)],
        [
            observed(f"R at {row.name}", "", ratios[row.name], found.file, row.ratio)
            for row in above
        ],
    )

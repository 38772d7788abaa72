"""Claims on the data set: what it holds, how long it is and what it takes."""

from __future__ import annotations

from decimal import Decimal

from analysis import storage
from analysis.catalog import Note, autoencoder, resolution
from analysis.findings.claims import references
from analysis.findings.claims.evidence import Evidence
from analysis.findings.claims.figures import (
    counted,
    figure,
    judged_claim,
    observed,
    percent,
    quoted,
    recomputed_claim,
    unmeasured_claim,
    untestable_claim,
)
from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.claims.record import Claim, Figure
from analysis.kinds.shard_sizes.record import ShardSet, ShardSizes
from analysis.ledger.estimate import Estimate

SECTION = "Data set"
GIB = 2**30

_NOTE_RECIPE = "note"
"""The recipe that records as the note's authors did."""


def claims(note: Note, evidence: Evidence) -> list[Claim]:
    """What the note says its data set is and takes."""
    return [
        _latent_shape(note, evidence.autoencoder_zoo),
        judged_claim(
            "recordings-are-h264",
            SECTION,
            "The recordings are MP4 files of H.264.",
            "does-not-hold",
            "the recorder writes MPEG-4 Part 2 with its quantiser at the floor, as the fourcc "
            "mp4v in its code says; `latent-storage scan` names the codec of any shard",
            [references.RECORDER, references.RECIPES],
        ),
        _arrays(note, evidence.shard_sizes),
        _length(note),
        untestable_claim(
            "mp4-total",
            SECTION,
            f"All recordings together take {note.setting.mp4_gb} GB.",
            "the recordings are not public, and no other figure of the note adds up to this one",
            "the recordings themselves: `latent-storage scan` adds them up",
            [references.LATER_COUNT],
            figures=[quoted("all recordings", "GB", note.setting.mp4_gb)],
        ),
        _mp4_rate(note),
        _latent_rate(note, evidence),
        _latent_total(note),
        _smaller_by(note),
        _units(note, evidence.shard_sizes),
    ]


def _latent_shape(note: Note, zoo: AutoencoderZoo | None) -> Claim:
    entry = autoencoder(note.setting.autoencoder)
    size = resolution(note.setting.resolution)
    latent = entry.latent()
    grid = storage.latent_grid(latent, *size.size)
    published = note.comparison[0].latent_shape
    found = zoo and zoo.results.find(entry.id)
    measured: tuple[float | None, ...] = (None,) * len(published)
    if zoo and found and (zoo.parameters.height, zoo.parameters.width) == size.size:
        measured = (found.channels, found.rows, found.columns)
    figures = [
        figure(name, "", printed, value).model_copy(
            update={"measured": counted(seen), "run": references.run_file(zoo)}
            if zoo and seen is not None
            else {}
        )
        for name, printed, value, seen in zip(
            ("channels", "rows", "columns"),
            published,
            (latent.channels, *grid),
            measured,
            strict=True,
        )
    ]
    return recomputed_claim(
        "latent-shape",
        SECTION,
        f"{entry.name} makes {'×'.join(f'{side:f}' for side in published)} values of a frame of "
        f"{size.width}×{size.height} pixels.",
        figures,
        f"{latent.spatial} divides both sides of the frame, and the architecture built from its "
        "published configuration gives that shape",
        [references.LATENT_SIZE, references.COUNTED, *references.runs(zoo)],
    )


def _arrays(note: Note, run: ShardSizes | None) -> Claim:
    setting, final = note.setting, note.final
    id = "shards-hold-arrays"
    statement = (
        f"Recording shards hold video at {setting.fps} frames a second, and beside it actions and "
        "rewards, which the MP4 rate counts."
    )
    a_minute = (final.action_bytes_per_frame + final.reward_bytes_per_frame) * setting.fps * 60
    share = 100 * a_minute / 1e6 / float(setting.mp4_mb_per_min)
    sets = run.results.recordings if run else ()
    if run is None or not sets:
        return unmeasured_claim(id, SECTION, statement, "shard-sizes")
    file = references.run_file(run)
    figures = [
        figure
        for entry, _ in sets
        for figure in (
            observed(
                f"frames a second, {entry.name}",
                "",
                counted(entry.fps or 0),
                file,
                Decimal(setting.fps),
            ),
            observed(
                f"arrays, share of the shards, {entry.name}",
                "%",
                counted(100 * _array_bytes(entry) / entry.bytes),
                file,
                recomputed=share,
            ),
        )
    ]
    holds = all(entry.fps == setting.fps and _array_bytes(entry) for entry, _ in sets)
    return judged_claim(
        id,
        SECTION,
        statement,
        "holds" if holds else "does-not-hold",
        "shards in the same layout, scanned: the arrays are a fraction of a percent, so that b "
        "hardly notices that they are in the rate it was taken from",
        [references.COMPONENTS, *references.runs(run)],
        figures,
    )


def _array_bytes(entry: ShardSet) -> int:
    return sum(
        size for name, size in entry.components.items() if name.startswith(("actions", "rewards"))
    )


def _length(note: Note) -> Claim:
    setting, final = note.setting, note.final
    hours = final.frames / setting.fps / 3600
    return judged_claim(
        "episodes-and-hours",
        SECTION,
        f"There are about {setting.episodes} episodes, some {setting.hours} hours of both players.",
        "holds",
        f"about: counted later they were {percent(1 - final.episodes / setting.episodes, 1)} and "
        f"{percent(1 - hours / setting.hours, 1)} fewer",
        [references.LATER_COUNT],
        [
            figure("episodes", "", Decimal(setting.episodes), final.episodes, "as counted later"),
            figure(
                "hours", "", Decimal(setting.hours), hours, f"{final.frames} frames counted later"
            ),
        ],
    )


def _mp4_rate(note: Note) -> Claim:
    setting, final = note.setting, note.final
    later_minutes = final.frames / setting.fps / 60
    gigabytes, hours = float(setting.mp4_gb), setting.hours
    return recomputed_claim(
        "mp4-mb-per-min",
        SECTION,
        f"{setting.mp4_gb} GB of recordings in about {hours} hours are about "
        f"{setting.mp4_mb_per_min:.0f} MB a minute.",
        [
            figure(
                "MP4 rate",
                "MB/min",
                setting.mp4_mb_per_min,
                gigabytes * 1e3 / (60 * hours),
                f"{setting.mp4_gb} GB over {hours} h",
            ),
            figure(
                "MP4 rate, frames counted later",
                "MB/min",
                setting.mp4_mb_per_min,
                gigabytes * 1e3 / later_minutes,
                f"{setting.mp4_gb} GB over {final.frames} frames",
            ),
        ],
        "total over duration",
        [references.VIDEO_SIZE, references.LATER_COUNT],
        "the total over the duration is less than the rate printed beside it, by the note's hours "
        "and by those counted later",
    )


def _latent_rate(note: Note, evidence: Evidence) -> Claim:
    setting, run = note.setting, evidence.latent_codecs
    size = resolution(setting.resolution)
    latent = autoencoder(setting.autoencoder).latent()
    per_pixel = storage.latent_bits_per_pixel(latent, *size.size)
    rate = figure(
        "latent rate",
        "MB/min",
        setting.latent_mb_per_min,
        storage.mb_per_min(per_pixel, *size.size, setting.fps),
    )
    if run:
        measured = Estimate(value=run.results.raw_mb_per_min, n=run.results.episodes)
        rate = rate.model_copy(update={"measured": measured, "run": references.run_file(run)})
    return recomputed_claim(
        "latent-mb-per-min",
        SECTION,
        f"Float16 latents as they are take {setting.latent_mb_per_min} MB a minute.",
        [rate],
        "it follows from the shape; latents of that shape, stored by this project's small "
        "autoencoder, take as much",
        [references.LATENT_SIZE, *references.runs(run)],
    )


def _latent_frame_bytes(note: Note) -> float:
    """Of one latent frame with its action and reward."""
    latent = autoencoder(note.setting.autoencoder).latent()
    size = resolution(note.setting.resolution).size
    arrays = note.final.action_bytes_per_frame + note.final.reward_bytes_per_frame
    return storage.latent_bytes(latent, *size, clips=1, clip_frames=1) + arrays


def _latent_total(note: Note) -> Claim:
    setting, final = note.setting, note.final
    latent = autoencoder(setting.autoencoder).latent()
    size = resolution(setting.resolution).size
    rate = storage.mb_per_min(storage.latent_bits_per_pixel(latent, *size), *size, setting.fps)
    frame_bytes = _latent_frame_bytes(note)
    hours = final.frames / setting.fps / 3600
    return judged_claim(
        "latent-total",
        SECTION,
        f"The latents of the whole data set come to about {setting.latent_gb} GB.",
        "holds-only-if",
        f"the data set is as long as counted later ({hours:.1f} h), actions and rewards included; "
        f"at {setting.hours} h it is more",
        [references.LATENT_SIZE, references.LATER_COUNT],
        [
            figure(
                f"latents, {setting.hours} h",
                "GB",
                setting.latent_gb,
                rate * 60 * setting.hours / 1e3,
                f"latent rate over {setting.hours} h",
            ),
            figure(
                "latents, counted frames",
                "GB",
                setting.latent_gb,
                final.frames * frame_bytes / 1e9,
                f"{final.frames} frames of {frame_bytes:.0f} bytes",
            ),
        ],
    )


def _smaller_by(note: Note) -> Claim:
    setting = note.setting
    printed = note.headline.latent_smaller_percent
    totals = 100 * (1 - float(setting.latent_gb / setting.mp4_gb))
    rates = 100 * (1 - float(setting.latent_mb_per_min / setting.mp4_mb_per_min))
    rounded = [f"{rate:.0f}" for rate in (setting.latent_mb_per_min, setting.mp4_mb_per_min)]
    return recomputed_claim(
        "latent-smaller-by",
        SECTION,
        f"The latents are only about {printed} % smaller than the recordings.",
        [
            figure(
                "smaller by, from the totals",
                "%",
                printed,
                totals,
                f"{setting.latent_gb} against {setting.mp4_gb} GB",
            ),
            figure(
                "smaller by, from the rates",
                "%",
                printed,
                rates,
                f"{setting.latent_mb_per_min} against {setting.mp4_mb_per_min} MB/min",
            ),
        ],
        "totals and rates agree",
        [references.RATIO],
        f"{printed} % is {rounded[0]} over {rounded[1]}, both rounded first; the totals in the "
        "same table give less",
    )


def _units(note: Note, run: ShardSizes | None) -> Claim:
    setting, final = note.setting, note.final
    latent_bytes = final.frames * _latent_frame_bytes(note)
    mp4_bytes = float(final.mp4_gib) * GIB
    rate = figure(
        f"MP4 rate, {final.mp4_gib} GiB",
        "MB/min",
        setting.mp4_mb_per_min,
        mp4_bytes / 1e6 / (final.frames / setting.fps / 60),
        f"{final.mp4_gib} GiB over the counted frames",
    )
    return judged_claim(
        "units",
        SECTION,
        "The totals are in GB.",
        "holds-only-if",
        f"GB may also mean GiB: the {setting.latent_gb} of the latents is GB, but the "
        f"{final.latent_gib} published later for the same latents is GiB, and so the "
        f"{final.mp4_gib} beside it is GiB as well. Like for like R is smaller than published, and "
        "the MP4 rate is what the recorder's recipe gives here",
        [references.LATER_COUNT, references.RECIPES, *references.runs(run)],
        [
            figure(
                "latents, counted frames",
                "GiB",
                final.latent_gib,
                latent_bytes / GIB,
                f"{final.frames} frames of {_latent_frame_bytes(note):.0f} bytes",
            ),
            _beside(rate, run),
            figure(
                "R, both in GB",
                "",
                note.headline.empirical_ratio,
                latent_bytes / mp4_bytes,
                f"counted frames over {final.mp4_gib} GiB",
            ),
        ],
    )


def _beside(rate: Figure, run: ShardSizes | None) -> Figure:
    """The rate with that of games recorded here by the note's recipe."""
    for entry in run.results.sets if run else ():
        if run and entry.recipe == _NOTE_RECIPE:
            file = references.run_file(run)
            return rate.model_copy(update={"measured": entry.mb_per_min, "run": file})
    return rate

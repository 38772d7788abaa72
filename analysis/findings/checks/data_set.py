"""Claims on the data set: what it holds, how long it is and what it takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from analysis import storage
from analysis.catalog import encoder_title, recipe
from analysis.findings.draft import Draft, all_or_some, borne_out, check, figure
from analysis.findings.evidence import Evidence, NotMeasured
from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.claims.record import Verdict
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.shard_sizes.record import ShardSet, ShardSizes
from analysis.ledger.estimate import Estimate

GIB: Final = 2**30
NOTE_RECIPE: Final = "note"
"""The recipe that records as the note's authors did."""

ABOUT: Final = 0.05
"""Share that a figure given as "about" may be off by."""

LAST_DIGIT: Final = 1.0
"""What a total, printed in whole units, may be off by, however it was rounded."""

HARDLY: Final = 1.0
"""Percent of all bytes that b hardly shows."""


@check
def latent_shape(given: Evidence, claim: Draft) -> Verdict:
    latent, zoo = given.latent, given.get(AutoencoderZoo)
    built = zoo.results.find(given.autoencoder.id) if zoo else None
    if zoo and (zoo.parameters.height, zoo.parameters.width) != given.size:
        built = None
    counts = (built.channels, built.rows, built.columns) if built else (None, None, None)
    shape = (latent.channels, *storage.latent_grid(latent, *given.size))
    published = given.note.comparison[0].latent_shape
    names = ("channels", "rows", "columns")
    for name, printed, side, count in zip(names, published, shape, counts, strict=True):
        claim.add(figure(name, "", printed, side, measured=count, run=zoo))
    claim.say(
        spatial=latent.spatial,
        padded=any(side % latent.spatial for side in given.size),
        built=bool(built),
        counted="×".join(map(str, counts)),
    )
    return claim.recomputed()


@check
def recordings_are_h264(given: Evidence, claim: Draft) -> bool:
    made = recipe(NOTE_RECIPE)
    claim.say(encoder=encoder_title(made.codec), quality=made.quality)
    return made.codec == "h264"


@check
def shards_hold_arrays(given: Evidence, claim: Draft) -> bool:
    setting, later, run = given.note.setting, given.note.final, given.need(ShardSizes)
    sets = [entry for entry, _ in run.results.recordings]
    if not sets:
        raise NotMeasured
    per_minute = (later.action_bytes_per_frame + later.reward_bytes_per_frame) * setting.fps * 60
    expected = 100 * per_minute / 1e6 / float(setting.mp4_mb_per_min)
    arrays = {entry.name: 100 * _array_bytes(entry) / entry.bytes for entry in sets}
    for entry in sets:
        name, fps = entry.name, Decimal(setting.fps)
        claim.add(figure(f"frames per second, {name}", "", fps, measured=entry.fps or 0, run=run))
        name, share = f"arrays, share of the shards, {name}", arrays[name]
        claim.add(figure(name, "%", None, expected, measured=share, run=run))
    largest = max(arrays.values())
    claim.say(largest=largest, little=largest < HARDLY)
    return all(entry.fps == setting.fps and arrays[entry.name] for entry in sets)


def _array_bytes(entry: ShardSet) -> int:
    arrays = (n for name, n in entry.components.items() if name.startswith(("actions", "rewards")))
    return sum(arrays)


@check
def episodes_and_hours(given: Evidence, claim: Draft) -> bool:
    setting, later = given.note.setting, given.note.final
    hours = later.frames / setting.fps / 3600
    counted = f"{later.frames} frames counted later"
    episodes = Decimal(setting.episodes)
    claim.add(figure("episodes", "", episodes, later.episodes, inputs="as counted later"))
    claim.add(figure("hours", "", Decimal(setting.hours), hours, inputs=counted))
    fewer = [1 - later.episodes / setting.episodes, 1 - hours / setting.hours]
    words = [f"{100 * abs(share):.1f} % {'fewer' if share >= 0 else 'more'}" for share in fewer]
    claim.say(episodes=words[0], hours=words[1])
    return max(map(abs, fewer)) <= ABOUT


@check
def mp4_total(given: Evidence, claim: Draft) -> Verdict:
    claim.add(figure("all recordings", "GB", given.note.setting.mp4_gb))
    return "not-testable-here"


@check
def mp4_mb_per_min(given: Evidence, claim: Draft) -> Verdict:
    setting, later = given.note.setting, given.note.final
    total, printed = float(setting.mp4_gb) * 1e3, setting.mp4_mb_per_min
    for name, over, minutes in (
        ("MP4 rate", f"{setting.hours} h", 60 * setting.hours),
        (
            "MP4 rate, frames counted later",
            f"{later.frames} frames",
            later.frames / setting.fps / 60,
        ),
    ):
        inputs = f"{setting.mp4_gb} GB over {over}"
        claim.add(figure(name, "MB/min", printed, total / minutes, inputs=inputs))
    claim.say(less=all((each.recomputed or 0) < printed for each in claim.figures))
    return claim.recomputed()


@check
def latent_mb_per_min(given: Evidence, claim: Draft) -> Verdict:
    printed, run = given.note.setting.latent_mb_per_min, given.get(LatentCodecs)
    rate, stored, variant = _latent_rate(given), None, "unknown"
    if run:
        stored = Estimate(value=run.results.raw_mb_per_min, n=run.results.episodes)
        variant = "as-much" if borne_out(printed, stored) else "other"
        claim.say(rate=stored.value)
    claim.add(figure("latent rate", "MB/min", printed, rate, measured=stored, run=run))
    claim.say(stored=variant)
    return claim.recomputed()


def _latent_rate(given: Evidence) -> float:
    per_pixel = storage.latent_bits_per_pixel(given.latent, *given.size)
    return storage.mb_per_min(per_pixel, *given.size, given.note.setting.fps)


def _latent_frame_bytes(given: Evidence) -> float:
    """Of one latent frame with its action and reward."""
    later = given.note.final
    arrays = later.action_bytes_per_frame + later.reward_bytes_per_frame
    return storage.latent_bytes(given.latent, *given.size, clips=1, clip_frames=1) + arrays


def _comes_to(published: Decimal, total: float) -> bool:
    return abs(total - float(published)) <= LAST_DIGIT


@check
def latent_total(given: Evidence, claim: Draft) -> Verdict:
    setting, frames = given.note.setting, given.note.final.frames
    printed, frame_bytes = setting.latent_gb, _latent_frame_bytes(given)
    stated = _latent_rate(given) * 60 * setting.hours / 1e3
    counted = frames * frame_bytes / 1e9
    inputs = f"latent rate over {setting.hours} h"
    claim.add(figure(f"latents, {setting.hours} h", "GB", printed, stated, inputs=inputs))
    inputs = f"{frames} frames of {frame_bytes:.0f} bytes"
    claim.add(figure("latents, counted frames", "GB", printed, counted, inputs=inputs))
    claim.say(hours=frames / setting.fps / 3600, more=stated > printed)
    if _comes_to(printed, stated):
        return "holds"
    return "holds-only-if" if _comes_to(printed, counted) else "arithmetic-slip"


@check
def latent_smaller_by(given: Evidence, claim: Draft) -> Verdict:
    setting, printed = given.note.setting, given.note.headline.latent_smaller_percent
    rates = setting.latent_mb_per_min, setting.mp4_mb_per_min
    for name, (latents, mp4), unit in (
        ("totals", (setting.latent_gb, setting.mp4_gb), "GB"),
        ("rates", rates, "MB/min"),
    ):
        percent, inputs = 100 * (1 - float(latents / mp4)), f"{latents} against {mp4} {unit}"
        claim.add(figure(f"smaller by, from the {name}", "%", printed, percent, inputs=inputs))
    rounded = [round(rate) for rate in rates]
    claim.say(
        latents=rounded[0],
        mp4=rounded[1],
        rounded=round(100 * (1 - rounded[0] / rounded[1])) == printed,
        less=(claim.figures[0].recomputed or 0) < printed,
    )
    return claim.recomputed()


@check
def units(given: Evidence, claim: Draft) -> Verdict:
    setting, later, run = given.note.setting, given.note.final, given.get(ShardSizes)
    frame_bytes, mp4_bytes = _latent_frame_bytes(given), float(later.mp4_gib) * GIB
    latent_bytes = later.frames * frame_bytes
    rate = mp4_bytes / 1e6 / (later.frames / setting.fps / 60)
    ratio, published = latent_bytes / mp4_bytes, given.note.headline.empirical_ratio
    sets = run.results.sets if run else ()
    recorded = next((each.mb_per_min for each in sets if each.recipe == NOTE_RECIPE), None)
    inputs = f"{later.frames} frames of {frame_bytes:.0f} bytes"
    in_gib = figure(
        "latents, counted frames", "GiB", later.latent_gib, latent_bytes / GIB, inputs=inputs
    )
    claim.add(in_gib)
    claim.add(
        figure(
            f"MP4 rate, {later.mp4_gib} GiB",
            "MB/min",
            setting.mp4_mb_per_min,
            rate,
            inputs=f"{later.mp4_gib} GiB over the counted frames",
            measured=recorded,
            run=run,
        )
    )
    inputs = f"counted frames over {later.mp4_gib} GiB"
    claim.add(figure("R, both in GB", "", published, ratio, inputs=inputs))
    variant = "unknown"
    if recorded:
        variant = "same" if borne_out(Decimal(f"{rate:.1f}"), recorded) else "other"
    claim.say(smaller=ratio < published, rate=variant, ratio=ratio)
    first, second = (
        _comes_to(printed, latent_bytes / 1e9) for printed in (setting.latent_gb, later.latent_gib)
    )
    return all_or_some([first, second]) if second or in_gib.agrees else "does-not-hold"

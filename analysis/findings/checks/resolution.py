"""Claims on the resolution: the note's table, b against what was measured, where the tie is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from analysis import storage
from analysis.catalog import encoding_title, resolution
from analysis.findings.draft import Draft, all_or_some, borne_out, check, figure
from analysis.findings.evidence import Evidence, NotMeasured
from analysis.kinds.claims.record import Verdict
from analysis.kinds.video_bitrate.measured_encodings import (
    MeasuredEncoding,
    across_resolutions,
    find_recorded,
)
from analysis.kinds.video_bitrate.record import BitrateRow, VideoBitrate


def _recorded(given: Evidence) -> tuple[VideoBitrate, MeasuredEncoding]:
    """The run, and the recorder's encoding in it at every resolution.

    Raises:
        NotMeasured: there is none.
    """
    run = given.need(VideoBitrate)
    encoding = find_recorded(across_resolutions(run.results))
    if encoding is None:
        raise NotMeasured
    return run, encoding


def _b(given: Evidence) -> dict[str, float]:
    """The note's b by resolution."""
    return {row.name: float(row.bits_per_pixel) for row in given.note.resolution}


@check
def resolution_table(given: Evidence, claim: Draft) -> Verdict:
    latent, fps = given.latent, given.note.setting.fps
    t4, t8 = replace(latent, temporal=4), replace(latent, temporal=8)
    t8_fp8 = replace(t8, bytes_per_value=1)
    for row in given.note.resolution:
        b, size = float(row.bits_per_pixel), resolution(row.name).size
        video = storage.mb_per_min(b, *size, fps)
        claim.add(figure(f"{row.name}: MP4", "MB/min", row.mp4_mb_per_min, video))
        for name, shape, printed, printed_ratio in (
            ("latents", latent, row.latent_mb_per_min, row.ratio),
            ("t = 4", t4, row.t4_mb_per_min, row.t4_ratio),
            ("t = 8", t8, row.t8_mb_per_min, row.t8_ratio),
            ("t = 8, fp8", t8_fp8, row.t8_fp8_mb_per_min, row.t8_fp8_ratio),
        ):
            rate = storage.mb_per_min(storage.latent_bits_per_pixel(shape, *size), *size, fps)
            ratio = storage.storage_ratio(shape, b, size)
            claim.add(figure(f"{row.name}: {name}", "MB/min", printed, rate))
            claim.add(figure(f"{row.name}: {name}, R", "", printed_ratio, ratio))
    return claim.recomputed()


@check
def estimated_b(given: Evidence, claim: Draft) -> bool:
    """Whether the measured shape, from the note's own b at 480p, bears the other b out."""
    guessed = [row for row in given.note.resolution if row.name != given.resolution.name]
    claim.known = [figure(f"b at {row.name}", "bits/pixel", row.bits_per_pixel) for row in guessed]
    run, encoding = _recorded(given)
    missed, holding, moved = [], [], []
    for row in guessed:
        name, there, size = row.name, encoding.rows.get(row.name), resolution(row.name).size
        if there is None or there.relative_to_480p is None:
            raise NotMeasured
        carried = there.relative_to_480p.through(lambda share: share * given.bits_per_pixel)
        bits = storage.latent_bits_per_pixel(given.latent, *size)
        for how, b in (("shape carried", carried), (encoding.title, there.bits_per_pixel)):
            title, r = f"{name}: b, {how}", f"{name}: R, {how}"
            claim.add(figure(title, "bits/pixel", row.bits_per_pixel, measured=b, run=run))
            claim.add(figure(r, "", row.ratio, measured=b.under(bits), run=run))
        published = float(row.bits_per_pixel)
        if borne_out(row.bits_per_pixel, carried):
            holding.append(name)
        else:
            percent = f"{100 * (carried.value / published - 1):+.0f} %".replace("-", "−")
            missed.append(f"{percent} at {name}")
        before, after = (
            storage.temporal_threshold(given.latent, b, size).whole
            for b in (published, carried.value)
        )
        if before != after:
            moved.append(f"from {before} to {after} at {name}")
    claim.say(encoding=encoding.title, missed=", ".join(missed))
    claim.say(within=bool(holding), holding=", ".join(holding))
    claim.say(moves=bool(moved), moved=", ".join(moved))
    return not missed


@check
def b_falls_with_resolution(given: Evidence, claim: Draft) -> bool:
    published = {row.name: row.bits_per_pixel for row in given.note.resolution}
    titles = {name: f"b at {name}" for name in published}
    claim.known = [figure(titles[name], "bits/pixel", b) for name, b in published.items()]
    run, encoding = _recorded(given)
    rows = {name: encoding.rows[name] for name in published if name in encoding.rows}
    relative = [row.relative_to_480p.value for row in rows.values() if row.relative_to_480p]
    if len(relative) < 2:
        raise NotMeasured
    for name, row in rows.items():
        b = row.bits_per_pixel
        claim.add(figure(titles[name], "bits/pixel", published[name], measured=b, run=run))
    claim.say(encoding=encoding.title)
    return all(after < before for before, after in pairwise(relative))


@check
def latent_scales_exactly(given: Evidence, claim: Draft) -> Verdict:
    exact = storage.break_even_bits_per_pixel(given.latent)
    added = {}
    for row in given.note.resolution:
        bits = storage.latent_bits_per_pixel(given.latent, *resolution(row.name).size)
        added[row.name] = 100 * (bits / exact - 1)
        claim.add(figure(f"added by rounding up, {row.name}", "%", None, added[row.name]))
    worst = max(added, key=added.__getitem__)
    claim.say(added=added[worst], worst=worst)
    return "holds-only-if" if added[worst] > 0 else "holds"


@check
def latents_larger_from_720p(given: Evidence, claim: Draft) -> Verdict:
    above = [row for row in given.note.resolution if row.ratio >= 1]
    claim.known = [figure(f"R at {row.name}", "", row.ratio) for row in above]
    run, encoding = _recorded(given)
    if not all(row.name in encoding.rows for row in above):
        raise NotMeasured
    ratios = {row.name: encoding.ratio(row.name, given.latent) for row in above}
    for row in above:
        ratio = ratios[row.name]
        claim.add(figure(f"R at {row.name}", "", row.ratio, measured=ratio, run=run))
    family = [each for each in across_resolutions(run.results) if each.codec == encoding.codec]
    own = encoding.tie(given.latent)
    lower = [each.tie(given.latent) for each in family if each.quality > encoding.quality]
    claim.say(
        encoding=encoding.title,
        larger=", ".join(name for name, ratio in ratios.items() if ratio.value > 1),
        moves=bool(own) and any(tie and own and tie.pixels < own.pixels for tie in lower),
    )
    return all_or_some([ratio.value > 1 for ratio in ratios.values()])


@check
def thresholds(given: Evidence, claim: Draft) -> Verdict:
    whole = []
    for row in given.note.threshold:
        size = resolution(row.name).size
        found = storage.temporal_threshold(given.latent, _b(given)[row.name], size)
        claim.add(figure(f"smallest t at {row.name}", "×", row.temporal, found.real))
        whole.append(f"{found.whole} at {row.name}")
    claim.say(whole=", ".join(whole))
    return claim.recomputed()


@check
def smaller_up_to_480p(given: Evidence, claim: Draft) -> Verdict:
    for row in given.note.resolution:
        size = resolution(row.name).size
        ratio = storage.storage_ratio(given.latent, float(row.bits_per_pixel), size)
        if row.ratio < 1:
            claim.add(figure(f"R at {row.name}", "", row.ratio, ratio))
    run, encoding = _recorded(given)
    name = given.resolution.name
    ratios: dict[str, float] = {}
    for encoded in _qualities(run, encoding.rows[name]):
        title = encoding_title(encoded.codec, encoded.quality, encoded.preset)
        bits = storage.latent_bits_per_pixel(given.latent, *encoded.size)
        measured = encoded.bits_per_pixel.under(bits)
        claim.add(figure(f"R at {name}, {title}", "", measured=measured, run=run))
        ratios[title] = measured.value
    claim.say(larger=next((title for title, ratio in ratios.items() if ratio >= 1), ""))
    return all_or_some([ratio < 1 for ratio in ratios.values()])


def _qualities(run: VideoBitrate, native: BitrateRow) -> list[BitrateRow]:
    """The encoder of the recipe native at every quality, from the best down."""

    def setting(row: BitrateRow) -> tuple[object, ...]:
        return row.resolution, row.upscaled, row.codec, row.preset, row.gop, row.pixel_format

    rows = (row for row in reversed(run.results.rows) if setting(row) == setting(native))
    alike = {row.quality: row for row in rows}
    return [alike[quality] for quality in sorted(alike)]

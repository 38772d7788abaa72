"""Claims on the storage ratio: both sizes, b, their quotient, and why the savings vanish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from analysis import storage
from analysis.catalog import encoder_title, recipe, resolution
from analysis.findings.answer import NEAR, how_large_the_video_is
from analysis.findings.checks.data_set import NOTE_RECIPE
from analysis.findings.draft import Draft, all_or_some, borne_out, check, figure
from analysis.findings.evidence import Evidence, NotMeasured
from analysis.kinds.claims.record import Figure, Verdict
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.rate_distortion.record import RateDistortion
from analysis.kinds.shard_sizes.record import ShardSet, ShardSizes
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.ledger.estimate import Estimate, ratio_of_sums


def _padded(given: Evidence) -> list[str]:
    """The note's resolutions whose sides the spatial factor does not divide."""
    names = (row.name for row in given.note.resolution)
    return [n for n in names if any(side % given.latent.spatial for side in resolution(n).size)]


@check
def latent_size_exact(given: Evidence, claim: Draft) -> Verdict:
    latent, run = given.latent, given.get(LatentCodecs)
    per_frame = storage.latent_bytes(latent, *given.size, clips=1, clip_frames=1)
    shape = (latent.channels, *storage.latent_grid(latent, *given.size))
    stored = None
    if run and run.results.shape == shape:
        stored = run.results.bytes / run.results.frames
    claim.add(figure("bytes per frame", "", None, per_frame, measured=stored, run=run))
    claim.say(names=", ".join(_padded(given)))
    if stored not in (None, per_frame):
        return "does-not-hold"
    return "holds-only-if" if _padded(given) else "holds"


@check
def size_cancels(given: Evidence, claim: Draft) -> Verdict:
    for row in given.note.resolution:
        ratio = storage.storage_ratio(given.latent, float(row.bits_per_pixel))
        name, inputs = f"R at {row.name}, by the formula", f"b = {row.bits_per_pixel}, no size"
        claim.add(figure(name, "", row.ratio, ratio, inputs=inputs))
    rows = zip(given.note.resolution, claim.figures, strict=True)
    claim.say(names=", ".join(row.name for row, each in rows if not each.agrees))
    return all_or_some([bool(each.agrees) for each in claim.figures])


@check
def bits_per_pixel(given: Evidence, claim: Draft) -> Verdict:
    setting = given.note.setting
    b = storage.bits_per_pixel(float(setting.mp4_mb_per_min), *given.size, setting.fps)
    inputs = f"{setting.mp4_mb_per_min} MB/min over the pixels of a minute"
    claim.add(figure("b", "bits/pixel", setting.bits_per_pixel, b, inputs=inputs))
    return claim.recomputed()


def _recorded(
    run: ShardSizes,
    name: str,
    unit: str,
    published: Decimal,
    value: Callable[[ShardSet, tuple[int, int]], Estimate],
) -> list[Figure]:
    """A figure of each set of recordings.

    Raises:
        NotMeasured: the run has none.
    """
    if not run.results.recordings:
        raise NotMeasured
    return [
        figure(
            f"{name}, {entry.name} ({', '.join(entry.codecs)})",
            unit,
            published,
            measured=value(entry, size),
            run=run,
        )
        for entry, size in run.results.recordings
    ]


def _judged(figures: Sequence[Figure], published: Decimal, claim: Draft) -> Verdict:
    """By which of the measured figures bear out the published one."""
    measured = [each.measured for each in figures if each.measured]
    claim.say(measured=" and ".join(f"{each.value:.2f}" for each in measured))
    return all_or_some([borne_out(published, each) for each in measured])


@check
def doom_bits_per_pixel(given: Evidence, claim: Draft) -> Verdict:
    published, rate = given.note.setting.bits_per_pixel, given.note.setting.mp4_mb_per_min
    claim.known = [figure("b", "bits/pixel", published)]
    run = given.need(ShardSizes)
    b = _recorded(run, "b", "bits/pixel", published, lambda entry, _: entry.bits_per_pixel)
    claim.add(*b, *_recorded(run, "MP4 rate", "MB/min", rate, lambda entry, _: entry.mb_per_min))
    return _judged(b, published, claim)


@check
def measured_ratio(given: Evidence, claim: Draft) -> Verdict:
    published = given.note.headline.ratio
    claim.known = [figure("R", "", published)]

    def ratio(entry: ShardSet, size: tuple[int, int]) -> Estimate:
        return entry.bits_per_pixel.under(storage.latent_bits_per_pixel(given.latent, *size))

    claim.add(*_recorded(given.need(ShardSizes), "R over measured b", "", published, ratio))
    return _judged(claim.figures, published, claim)


@check
def ratio(given: Evidence, claim: Draft) -> Verdict:
    latent, b, printed = given.latent, given.bits_per_pixel, given.note.headline
    bits = 8 * latent.channels * latent.bytes_per_value
    claim.add(
        figure("8cp", "", printed.ratio_numerator, bits),
        figure("b s²", "", printed.ratio_denominator, b * latent.spatial**2),
        figure("R", "", printed.ratio, storage.storage_ratio(latent, b)),
    )
    return claim.recomputed()


@check
def empirical_ratio(given: Evidence, claim: Draft) -> Verdict:
    latents, mp4 = given.note.setting.latent_mb_per_min, given.note.setting.mp4_mb_per_min
    printed = given.note.headline.empirical_ratio
    claim.add(figure(f"{latents}/{mp4}", "", printed, float(latents / mp4)))
    return claim.recomputed()


@check
def autoencoder_compression(given: Evidence, claim: Draft) -> Verdict:
    latent, printed = given.latent, given.note.headline
    compression = storage.autoencoder_compression(latent)
    claim.add(
        figure("area", "×", printed.area_factor, latent.spatial**2),
        figure("channels", "×", printed.channel_expansion, latent.channels / 3),
        figure("compression", "×", printed.autoencoder_compression, compression),
    )
    return claim.recomputed()


@check
def video_compression(given: Evidence, claim: Draft) -> Verdict:
    printed, made = given.note.headline.video_compression, recipe(NOTE_RECIPE)
    compression = storage.video_compression
    claim.add(figure("compression", "×", printed, compression(given.bits_per_pixel)))
    claim.say(encoder=encoder_title(made.codec))
    verdict, run = claim.recomputed(), given.get(ShardSizes)

    def measured(entry: ShardSet, _: tuple[int, int]) -> Estimate:
        return entry.bits_per_pixel.through(compression)

    if run and run.results.recordings:
        claim.add(*_recorded(run, "compression", "×", printed, measured))
    return "holds-only-if" if verdict == "holds" and made.codec != "h264" else verdict


@check
def near_tie(given: Evidence, claim: Draft) -> Verdict:
    run, published = given.need(RateDistortion), given.note.headline.ratio
    codecs = {curve.name: encoder_title(curve.codec) for curve in run.results.curves}
    found = [
        (entry.autoencoder, codecs[entry.curve], entry.ratio)
        for entry in run.results.equal_quality
        if (entry.format, entry.metric) == ("fp16", "psnr_db") and entry.ratio
    ]
    if not found:
        raise NotMeasured
    for name, codec, ratio in found:
        title = f"R at equal PSNR, {name} over {codec}"
        claim.add(figure(title, "", published, measured=ratio, run=run))
    ratios = sorted((ratio.value for *_, ratio in found), reverse=True)
    video = " or ".join(dict.fromkeys(map(how_large_the_video_is, ratios)))
    names = dict.fromkeys(name for name, *_ in found)
    others = not any(map(given.in_its_space, names))
    claim.say(video=video, names=" and ".join(names), others=others)
    return "holds" if all(1 / NEAR <= ratio <= NEAR for ratio in ratios) else "holds-only-if"


@check
def mechanisms(given: Evidence, claim: Draft) -> Verdict:
    run, space_alone = given.get(VideoBitrate), given.latent.temporal == 1
    found = _bits_without_time(run, given.resolution.name) if run else None
    if found is None:
        claim.say(cost="unknown")
        return all_or_some([space_alone])
    name, ratio = found
    claim.add(figure(name, "", measured=ratio, run=run))
    costs = ratio.value > 1
    claim.say(cost="more" if costs else "none", percent=100 * abs(ratio.value - 1))
    return all_or_some([space_alone, costs])


def _bits_without_time(run: VideoBitrate, size: str) -> tuple[str, Estimate] | None:
    """Bits with frequent key frames over those with rare ones, all else equal, game by game."""
    native = recipe("native")
    wanted = size, False, native.codec, native.quality
    rows = [
        row
        for row in sorted(run.results.rows, key=lambda row: row.gop)
        if (row.resolution, row.upscaled, row.codec, row.quality) == wanted
    ]
    for often in rows:
        for rarely in reversed(rows):
            alike = (often.preset, often.pixel_format) == (rarely.preset, rarely.pixel_format)
            if often.gop < rarely.gop and alike:
                sizes = {clip.clip: clip.bytes for clip in rarely.clips}
                ratio = ratio_of_sums(
                    [clip.bytes for clip in often.clips],
                    [sizes[clip.clip] for clip in often.clips],
                )
                name = f"bits, key frame every {often.gop} frames over every {rarely.gop}"
                return name, ratio
    return None

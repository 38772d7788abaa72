"""Codec curves out of a video-bitrate run, and what a codec takes at a given quality."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final, get_args

import bjontegaard
import numpy as np
from scipy.interpolate import Akima1DInterpolator

from analysis.ledger.estimate import Estimate, ratio_of_sums
from analysis.ledger.rate_distortion import (
    BdRate,
    ClipPoint,
    Curve,
    CurvePoint,
    EqualQuality,
    LatentPoint,
    Metric,
    Reach,
)
from analysis.ledger.video_bitrate import BitrateClip, BitrateRow, VideoBitrate
from analysis.video.codecs import CODECS

METRICS: Final[tuple[Metric, ...]] = get_args(Metric)

FEWEST_POINTS: Final = 4
"""Of a curve, as for a BD-rate (ITU-T VCEG-M33)."""

INTERPOLATION: Final = (
    "Akima, the logarithm of the bits over the quality, game by game; BD-rate by bjontegaard"
)


def codec_curves(run: VideoBitrate, resolution: str) -> tuple[Curve, ...]:
    """Each codec at its own settings, where the run has enough of its qualities."""
    clips = {clip.name: clip for clip in run.results.clips}
    found = []
    for codec in CODECS.values():
        rows = [
            row
            for row in run.results.rows
            if (row.codec, row.resolution, row.upscaled) == (codec.name, resolution, False)
            and (row.preset, row.gop) == (codec.preset, codec.gop)
            and row.pixel_format == codec.pixel_formats[0]
        ]
        if len(rows) >= FEWEST_POINTS:
            rows.sort(key=lambda row: row.quality)
            points = tuple(_curve_point(row, clips) for row in rows)
            found.append(
                Curve(
                    name=" ".join(filter(None, (codec.name, codec.preset))),
                    codec=codec.name,
                    encoder=codec.encoder,
                    preset=codec.preset,
                    quality_scale=codec.quality_option,
                    gop=codec.gop,
                    pixel_format=codec.pixel_formats[0],
                    points=points,
                )
            )
    return tuple(found)


def _curve_point(row: BitrateRow, clips: dict[str, BitrateClip]) -> CurvePoint:
    points = []
    for encoded in row.clips:
        clip = clips[encoded.clip]
        pixels = clip.frames * clip.height * clip.width
        points.append(
            ClipPoint(
                clip=encoded.clip,
                bits_per_pixel=8 * encoded.bytes / pixels,
                psnr_db=encoded.psnr_db,
                psnr_y_db=encoded.psnr_y_db,
                ssim=encoded.ssim,
                vmaf=encoded.vmaf,
            )
        )
    return CurvePoint(
        quality=row.quality,
        bits_per_pixel=row.bits_per_pixel,
        psnr_db=row.psnr_db,
        psnr_y_db=row.psnr_y_db,
        ssim=row.ssim,
        vmaf=row.vmaf,
        clips=tuple(points),
    )


def equal_quality(latents: Sequence[LatentPoint], curves: Sequence[Curve]) -> list[EqualQuality]:
    """Each kind of latents beside each curve, by each metric that both have."""
    return [
        found
        for point in latents
        for curve in curves
        for metric in METRICS
        if (found := _at_equal_quality(point, curve, metric)) is not None
    ]


def _at_equal_quality(point: LatentPoint, curve: Curve, metric: Metric) -> EqualQuality | None:
    latent_bits, codec_bits = [], []
    reach: Reach = "within"
    for clip in point.clips:
        wanted = getattr(clip, metric)
        rates, reached = _of_clip(curve, clip.clip, metric)
        if wanted is None or reached is None:
            return None
        if wanted < min(reached):
            reach = "below the curve"
        elif wanted > max(reached):
            reach = "above the curve"
        else:
            latent_bits.append(clip.bits_per_pixel)
            codec_bits.append(rate_at(rates, reached, wanted))
    within = reach == "within"
    end = curve.points[-1 if reach == "below the curve" else 0].bits_per_pixel.value
    return EqualQuality(
        name=f"{point.name} against {curve.name} by {metric}",
        autoencoder=point.autoencoder,
        format=point.format,
        curve=curve.name,
        metric=metric,
        reach=reach,
        bits_per_pixel=ratio_of_sums(codec_bits, [1.0] * len(codec_bits)) if within else None,
        ratio=ratio_of_sums(latent_bits, codec_bits) if within else None,
        beyond=None if within else end,
    )


def rate_at(rates: Sequence[float], reached: Sequence[float], wanted: float) -> float:
    """The rate at which a codec has a quality that lies among its measured ones.

    Akima's interpolation of log rate over quality, as for BD-rates: it passes through every point
    and does not overshoot between them as a cubic does (Akima 1970; Herglotz et al., arXiv:
    2401.04039).
    """
    order = np.argsort(reached)
    curve = Akima1DInterpolator(np.asarray(reached)[order], np.log(np.asarray(rates)[order]))
    return float(np.exp(curve(wanted)))


def bd_rates(curves: Sequence[Curve]) -> list[BdRate]:
    """Every curve against every one before it, by each metric."""
    return [
        found
        for reference, curve in combinations(curves, 2)
        for metric in METRICS
        if (found := _bd_rate(reference, curve, metric)) is not None
    ]


def _bd_rate(reference: Curve, curve: Curve, metric: Metric) -> BdRate | None:
    """None where a game's curves do not overlap, or have no such metric."""
    percents = []
    for clip in (point.clip for point in reference.points[0].clips):
        one, other = (_of_clip(each, clip, metric) for each in (reference, curve))
        if one[1] is None or other[1] is None:
            return None
        if max(min(one[1]), min(other[1])) >= min(max(one[1]), max(other[1])):
            return None
        percents.append(
            float(
                bjontegaard.bd_rate(
                    *(*one, *other),
                    method="akima",
                    require_matching_points=False,
                    min_overlap=0,
                )
            )
        )
    percent: Estimate = ratio_of_sums(percents, [1.0] * len(percents))
    return BdRate(
        name=f"{curve.name} against {reference.name} by {metric}",
        reference=reference.name,
        curve=curve.name,
        metric=metric,
        percent=percent,
    )


def _of_clip(curve: Curve, clip: str, metric: Metric) -> tuple[list[float], list[float] | None]:
    """A clip's rates and qualities along a curve, from the lowest rate up."""
    points = [
        next(each for each in point.clips if each.clip == clip) for point in reversed(curve.points)
    ]
    reached = [getattr(point, metric) for point in points]
    return [point.bits_per_pixel for point in points], None if None in reached else reached

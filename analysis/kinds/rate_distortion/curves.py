"""Codec curves out of a video-bitrate run, and what a codec takes at a given quality."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final, get_args

import bjontegaard
import numpy as np
from scipy.interpolate import Akima1DInterpolator

from analysis.catalog import recording_encoders
from analysis.kinds.rate_distortion.record import (
    BdRate,
    ClipPoint,
    Curve,
    CurvePoint,
    EqualBytes,
    EqualQuality,
    LatentPoint,
    Metric,
    Reach,
)
from analysis.kinds.video_bitrate.record import BitrateClip, BitrateRow, VideoBitrate
from analysis.ledger.estimate import Estimate, ratio_of_sums

METRICS: Final[tuple[Metric, ...]] = get_args(Metric)

FEWEST_POINTS: Final = 4
"""Of a curve, as for a BD-rate (ITU-T VCEG-M33)."""

INTERPOLATION: Final = (
    "Akima's, of the logarithm of the bits over the quality, game by game; SSIM and VMAF, which "
    "saturate, as the logarithm of what they lack"
)

_SATURATES_AT: Final[dict[Metric, float]] = {"ssim": 1.0, "vmaf": 100.0}
_LEAST_LACKING: Final = 1e-6


def codec_curves(run: VideoBitrate, resolution: str) -> tuple[Curve, ...]:
    """Each codec at its own settings, where the run has enough of its qualities."""
    clips = {clip.name: clip for clip in run.results.clips}
    found = []
    for encoder in recording_encoders():
        rows = [
            row
            for row in run.results.rows
            if (row.codec, row.resolution, row.upscaled) == (encoder.id, resolution, False)
            and (row.preset, row.gop) == (encoder.preset, encoder.gop)
            and row.pixel_format == encoder.pixel_formats[0]
        ]
        if len(rows) >= FEWEST_POINTS:
            rows.sort(key=lambda row: row.quality)
            points = tuple(_curve_point(row, clips) for row in rows)
            found.append(
                Curve(
                    name=" ".join(filter(None, (encoder.id, encoder.preset))),
                    codec=encoder.id,
                    encoder=encoder.ffmpeg_encoder,
                    preset=encoder.preset,
                    quality_scale=encoder.quality_option,
                    gop=encoder.gop,
                    pixel_format=encoder.pixel_formats[0],
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
    """Each kind of latents against each curve, by each metric that both have."""
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
        quality = getattr(clip, metric)
        rates, reached = _of_clip(curve, clip.clip, metric)
        if quality is None or reached is None:
            return None
        wanted = linear(quality, metric)
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
    and does not overshoot between them as a cubic does (Herglotz et al., arXiv:2202.12565 and
    2304.12852, who also recommend a logarithmic scale for SSIM and VMAF: `linear`).
    """
    return float(np.exp(_interpolated(reached, list(np.log(rates)), wanted)))


def _interpolated(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    order = np.argsort(xs)
    return float(Akima1DInterpolator(np.asarray(xs)[order], np.asarray(ys)[order])(x))


def equal_bytes(latents: Sequence[LatentPoint], curves: Sequence[Curve]) -> list[EqualBytes]:
    """The quality of each curve at the bytes of each kind of latents, where it reaches them."""
    return [
        found
        for point in latents
        for curve in curves
        for metric in METRICS
        if (found := _at_equal_bytes(point, curve, metric)) is not None
    ]


def _at_equal_bytes(point: LatentPoint, curve: Curve, metric: Metric) -> EqualBytes | None:
    found, lacking = [], []
    for clip in point.clips:
        rates, reached = _of_clip(curve, clip.clip, metric)
        own = getattr(clip, metric)
        if own is None or reached is None or not min(rates) <= clip.bits_per_pixel <= max(rates):
            return None
        bits = float(np.log(clip.bits_per_pixel))
        quality = quality_of(_interpolated(list(np.log(rates)), reached, bits), metric)
        found.append(quality)
        lacking.append(quality - own)
    ones = [1.0] * len(found)
    return EqualBytes(
        name=f"{point.name} against {curve.name} by {metric}",
        autoencoder=point.autoencoder,
        format=point.format,
        curve=curve.name,
        metric=metric,
        quality=ratio_of_sums(found, ones),
        lacking=ratio_of_sums(lacking, ones),
    )


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
    """A clip's rates and qualities (`linear`) along a curve, from the lowest rate up."""
    points = [
        next(each for each in point.clips if each.clip == clip) for point in reversed(curve.points)
    ]
    rates = [point.bits_per_pixel for point in points]
    reached = [getattr(point, metric) for point in points]
    return rates, None if None in reached else [linear(each, metric) for each in reached]


def linear(quality: float, metric: Metric) -> float:
    """A quality on a scale like that of PSNR: SSIM and VMAF as -10 log10 of what they lack."""
    if metric not in _SATURATES_AT:
        return quality
    lacking = 1 - quality / _SATURATES_AT[metric]
    return -10 * float(np.log10(max(lacking, _LEAST_LACKING)))


def quality_of(linear: float, metric: Metric) -> float:
    """The inverse of `linear`."""
    if metric not in _SATURATES_AT:
        return linear
    return _SATURATES_AT[metric] * (1 - 10 ** (-linear / 10))

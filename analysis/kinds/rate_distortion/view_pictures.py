"""The compared frame for the viewer: its source, each encoder and what is left of its latents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log

from analysis.catalog import encoding_title
from analysis.kinds.rate_distortion.record import (
    Curve,
    RateDistortion,
    RateDistortionResults,
    ShownFrame,
    ShownPicture,
)
from analysis.kinds.rate_distortion.view import curve_title, recorder_curve
from analysis.presentation.sources import Source
from analysis.presentation.text import number
from analysis.presentation.viewer import ShownInViewer, ViewerFrame, ViewerPicture

_ENCODERS = "MP4"
_STILL = "Latents, one per frame"
_FOLDED = "Latents, one for t frames"


def viewer_frames(run: Source[RateDistortion]) -> ShownInViewer:
    """The shown frame, at first as the recorder's encoder and the first latents have it, at about
    the same bytes.
    """
    results = run.measurement.results
    shown = results.shown
    latents = _first_latents(shown)
    video = _nearest(_of_recorder(results), latents.bits_per_pixel) if latents else None
    shown_first = {picture.shows for picture in (video, latents) if picture}
    return [
        ViewerFrame(
            title=f"{shown.clip} ({shown.split}), frame {shown.frame}",
            width=shown.width,
            height=shown.height,
            hud_row=shown.hud_row,
            pictures=list(_pictures(run, shown_first)),
            left=video.shows if video else None,
            right=latents.shows if latents else None,
        )
    ]


def _pictures(run: Source[RateDistortion], shown_first: set[str]) -> Iterator[ViewerPicture]:
    """The source, the latents, those of windows, and the encoders from their lowest quality up."""
    results = run.measurement.results
    curves = {curve.name: curve for curve in results.curves}
    middle = _middle_factor(results.shown)
    coded = [picture for picture in results.shown.pictures if picture.curve in curves]
    others = [picture for picture in results.shown.pictures if picture not in coded]
    for picture in others:
        further = picture.window is not None and picture.window.temporal_factor != middle
        yield _picture(run, picture, further=further)
    for curve in curves.values():
        own = [picture for picture in coded if picture.curve == curve.name]
        for picture in sorted(own, key=lambda each: each.bits_per_pixel or 0.0):
            yield _picture(run, picture, curve, further=picture.shows not in shown_first)


def _picture(
    run: Source[RateDistortion],
    picture: ShownPicture,
    curve: Curve | None = None,
    *,
    further: bool,
) -> ViewerPicture:
    title, way, group, quality = picture.title, None, None, None
    if curve is not None and picture.quality is not None:
        way, group = curve_title(curve), _ENCODERS
        quality = encoding_title(curve.codec, picture.quality, curve.preset)
        quality = quality.removeprefix(f"{way}, ")
    elif picture.window is not None:
        way = f"t = {picture.window.temporal_factor}, {picture.window.decoder} decoder"
        group = _FOLDED
    elif _of_latents(picture):
        group = _STILL
    return ViewerPicture(
        shows=picture.shows,
        title=title,
        said=_caption(picture),
        address=run.media(picture.file),
        way=way,
        group=group,
        quality=quality,
        bits_per_pixel=picture.bits_per_pixel,
        further=further,
    )


def _caption(picture: ShownPicture) -> str:
    if picture.psnr_db is None or picture.bits_per_pixel is None:
        return "the reference"
    said = f"{number(picture.bits_per_pixel)} bits per pixel, {number(picture.psnr_db)} dB"
    if picture.hud_psnr_db is not None:
        said += f", status bar {number(picture.hud_psnr_db)} dB"
    return said


def _of_latents(picture: ShownPicture) -> bool:
    """Whether an autoencoder of single frames made it."""
    return picture.shows.startswith("latents-")


def _first_latents(shown: ShownFrame) -> ShownPicture | None:
    return next(filter(_of_latents, shown.pictures), None)


def _of_recorder(results: RateDistortionResults) -> Sequence[ShownPicture]:
    """The pictures of the encoder that games are recorded with, or of the first there is."""
    curve = recorder_curve(results)
    return [picture for picture in results.shown.pictures if picture.curve == curve.name]


def _nearest(pictures: Sequence[ShownPicture], bits_per_pixel: float | None) -> ShownPicture | None:
    """That whose bytes are nearest, by their ratio."""
    if bits_per_pixel is None:
        return None
    return min(
        (picture for picture in pictures if picture.bits_per_pixel),
        key=lambda picture: abs(log((picture.bits_per_pixel or 1.0) / bits_per_pixel)),
        default=None,
    )


def _middle_factor(shown: ShownFrame) -> int | None:
    factors = sorted({each.window.temporal_factor for each in shown.pictures if each.window})
    return factors[len(factors) // 2] if factors else None

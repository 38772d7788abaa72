"""Kind `rate-distortion`: codecs and autoencoders on the same frames, bits against quality."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from analysis.autoencoders.load import load_dual_decoder, load_with_decoder
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.stored_format import STORED_FORMATS
from analysis.errors import InputError, MissingRun
from analysis.kinds.context import Context, Outcome
from analysis.kinds.rate_distortion.compare import Comparison
from analysis.kinds.rate_distortion.curves import (
    FEWEST_POINTS,
    INTERPOLATION,
    bd_rates,
    codec_curves,
    equal_bytes,
    equal_quality,
)
from analysis.kinds.rate_distortion.latents import latent_points
from analysis.kinds.rate_distortion.record import (
    RateDistortionParameters,
    RateDistortionResults,
)
from analysis.kinds.video_bitrate.record import REFERENCE, VideoBitrate
from analysis.ledger import store
from analysis.ledger.provenance import sha256
from analysis.ledger.records import Input, Profile

PRECISION: Final = "fp32"
"""Of the autoencoder's own arithmetic: what differs is how latents are stored."""

SHOWN_FORMAT: Final = "fp16"
"""The number format whose decoded frame is shown."""

FORMATS: Final[Mapping[Profile, Sequence[str]]] = {
    "quick": (SHOWN_FORMAT, "int8 per channel"),
    "full": (SHOWN_FORMAT, "fp8 e4m3", "int8 per channel"),
}
"""Number formats that latents are stored in, the better of each size; `reconstruction` has all."""


def measure(context: Context) -> Outcome:
    """Hold the study's autoencoders against the codecs of the newest video-bitrate run.

    The latents are of the source frames themselves, as the videos are, and so both have one loss.

    Raises:
        InputError: no video-bitrate run of this profile, its games are not there or show other
            frames, it has no curve, or an autoencoder cannot be loaded.
    """

    path, video = _video_run(context)
    games = context.study.profile(context.profile).games
    if games is None:
        raise InputError(f"{context.study_path}: names no `games` to render {path.stem}'s from.")
    curves = codec_curves(video, REFERENCE)
    if not curves:
        raise InputError(
            f"{path}: has no codec at {FEWEST_POINTS} qualities of {REFERENCE}; run "
            "`latent-storage measure video-bitrate` again."
        )
    clips = [
        clip for clip in video.results.clips if clip.resolution == REFERENCE and not clip.upscaled
    ]
    runtime = choose_runtime(context.device, PRECISION)
    autoencoders = [load_with_decoder(name, runtime) for name in context.autoencoders]
    duals = [load_dual_decoder(name, runtime) for name in context.study.dual_decoders]
    every = video.parameters.quality_every
    formats = [format for format in STORED_FORMATS if format.name in FORMATS[context.profile]]
    with tempfile.TemporaryDirectory(prefix="latent-storage-clips-") as folder:
        comparison = Comparison(
            clips, games, autoencoders, formats, every, Path(folder), context.progress
        )
        decoded = comparison.decode()
        shown_format = next(format for format in formats if format.name == SHOWN_FORMAT)
        shown, files = comparison.show(decoded, curves, shown_format, duals)
    points = latent_points(decoded)
    first = clips[0]
    return Outcome(
        parameters=RateDistortionParameters(
            study=str(context.study_path),
            video_run=video.run.id,
            resolution=REFERENCE,
            autoencoders=tuple(autoencoder.name for autoencoder in autoencoders),
            dual_decoders=tuple(dual.name for dual in duals),
            precision=PRECISION,
            device=runtime.device,
            quality_every=every,
            fewest_points=FEWEST_POINTS,
            interpolation=INTERPOLATION,
        ),
        inputs=(
            Input(
                name=video.run.id,
                kind="ledger",
                bytes=path.stat().st_size,
                sha256=sha256(path),
            ),
            *video.inputs,
        ),
        results=RateDistortionResults(
            clips=tuple(clip.name for clip in clips),
            width=first.width,
            height=first.height,
            curves=curves,
            latents=points,
            equal_quality=tuple(equal_quality(points, curves)),
            equal_bytes=tuple(equal_bytes(points, curves)),
            bd_rates=tuple(bd_rates(curves)),
            shown=shown,
        ),
        files=files,
    )


def _video_run(context: Context) -> tuple[Path, VideoBitrate]:
    found = store.newest(context.ledger, VideoBitrate)
    if found is None or found[1].run.profile != context.profile:
        raise MissingRun("video-bitrate", ", ".join(map(str, context.ledger)), context.profile)
    return found

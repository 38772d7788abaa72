"""One codec on every view of the sample."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.codecs.codec import Latents, Sensitivity
from analysis.codecs.container import CompressedLatents, compress
from analysis.codecs.header import read_head
from analysis.codecs.latent_codec import LatentCodec
from analysis.io.byte_range import bytes_range
from analysis.kinds.decoding_speed import decoding_seconds
from analysis.kinds.latent_codecs.record import CodecResult, FrameError, PixelQuality
from analysis.kinds.latent_codecs.sample import Decoder, Judged, SampledView, compare
from analysis.ledger.estimate import Estimate, ratio_of_sums
from analysis.video.quality import FrameQuality

DRIFT_EVERY: Final = 50
"""Every N-th frame is in the curve of errors, and the last one."""

_CLIPS: Final = 8
"""Clips of a view whose reading is timed."""


@dataclass
class _Sums:
    """What is summed or listed over all views."""

    raw: int = 0
    side: int = 0
    encode_s: float = 0.0
    decode_s: float = 0.0
    clip_ms: list[float] = field(default_factory=list)
    clip_over_share: list[float] = field(default_factory=list)
    largest_error: float = 0.0
    frame_errors: list[NDArray[np.float64]] = field(default_factory=list)


@dataclass(frozen=True)
class _Pixels:
    """Frames of one view, each against another."""

    exact: Sequence[FrameQuality]
    recorded: Sequence[FrameQuality] | None
    exact_recorded: Sequence[FrameQuality] | None


@dataclass
class _Episode:
    """What intervals are taken over: sums over the views of an episode."""

    views: int = 0
    stored: int = 0
    raw: int = 0
    minutes: float = 0.0
    error: float = 0.0
    """Mean squared, of each view."""
    pixels: list[_Pixels] = field(default_factory=list)


def try_codec(
    codec: LatentCodec,
    sample: Sequence[SampledView],
    sensitivity: Sensitivity | None,
    decoder: Decoder | None,
    clip_frames: int,
    in_note: bool,
) -> CodecResult:
    """Compress and decompress every view, and judge what comes back.

    Raises:
        InputError: the codec cannot store these latents.
        RuntimeError: a lossless codec is not.
    """
    sums = _Sums()
    by_episode: defaultdict[int, _Episode] = defaultdict(_Episode)
    for view in sample:
        compressed, decoded = _round_trip(codec, view.latents, sensitivity, sums)
        if codec.lossless and decoded.tobytes() != view.latents.tobytes():
            raise RuntimeError(f"{codec.name} does not give the latents back")
        _time_clips(compressed, view.latents, clip_frames, sums)
        episode = by_episode[view.episode]
        episode.views += 1
        episode.stored += len(compressed)
        episode.raw += view.latents.nbytes
        episode.minutes += view.minutes
        episode.error += float(_errors(view.latents, decoded, sums).mean())
        if decoder is not None and view.judged is not None:
            found = _judge(decoder, view.judged, None if codec.lossless else decoded)
            episode.pixels.append(found)
    episodes = list(by_episode.values())
    stored = [episode.stored for episode in episodes]
    pixels = [episode.pixels for episode in episodes]
    return CodecResult(
        name=codec.name,
        lossless=codec.lossless,
        in_note=in_note,
        quantiser=codec.quantiser,
        chunk_frames=codec.chunk_frames,
        share=ratio_of_sums(stored, [episode.raw for episode in episodes]),
        mb_per_min=ratio_of_sums(
            [size / 1e6 for size in stored], [episode.minutes for episode in episodes]
        ),
        side_share=sums.side / sums.raw,
        encode_mb_per_s=sums.raw / 1e6 / sums.encode_s,
        decode_mb_per_s=sums.raw / 1e6 / sums.decode_s,
        clip_bytes_over_share=fmean(sums.clip_over_share),
        clip_ms=median(sums.clip_ms),
        mean_squared_error=ratio_of_sums(
            [episode.error for episode in episodes], [episode.views for episode in episodes]
        ),
        largest_error=sums.largest_error,
        first_frame_error=fmean(float(errors[0]) for errors in sums.frame_errors),
        last_frame_error=fmean(float(errors[-1]) for errors in sums.frame_errors),
        drift=_drift(sums.frame_errors),
        beside_exact=_quality(pixels, lambda found: found.exact),
        beside_recording=_quality(pixels, lambda found: found.recorded),
        loss_db=_loss(pixels, slice(None)),
        last_frame_loss_db=None if (last := _loss(pixels, slice(-1, None))) is None else last.value,
    )


def exact_beside_recording(sample: Sequence[SampledView]) -> PixelQuality | None:
    """The decode of the exact latents against the recording."""
    pixels: defaultdict[int, list[_Pixels]] = defaultdict(list)
    for view in sample:
        if view.judged is not None and view.judged.exact_quality is not None:
            pixels[view.episode].append(_Pixels(view.judged.exact_quality, None, None))
    return _quality(list(pixels.values()), lambda found: found.exact)


def _round_trip(
    codec: LatentCodec, latents: Latents, sensitivity: Sensitivity | None, sums: _Sums
) -> tuple[bytes, Latents]:
    begin = time.perf_counter()
    compressed = compress(latents, codec, sensitivity)
    sums.encode_s += time.perf_counter() - begin
    sums.decode_s += decoding_seconds(compressed)
    data = bytes_range(compressed, codec.name)
    sums.raw += latents.nbytes
    sums.side += len(read_head(data).side)
    return compressed, CompressedLatents(data).frames()


def _time_clips(compressed: bytes, latents: Latents, length: int, sums: _Sums) -> None:
    """Read clips from all over the view; a view that is shorter is one clip."""
    length = min(length, len(latents))
    opened = CompressedLatents(bytes_range(compressed, "clip"))
    starts = range(len(latents) - length + 1)
    proportional = len(compressed) * length / len(latents)
    sums.clip_over_share.append(
        fmean(opened.bytes_read(start, start + length) / proportional for start in starts)
    )
    # A whole array takes as long wherever the clip is.
    timed = _CLIPS if opened.codec.chunk_frames else 1
    for start in np.linspace(0, len(latents) - length, timed).astype(int).tolist():
        begin = time.perf_counter()
        opened.frames(start, start + length)
        sums.clip_ms.append(1000 * (time.perf_counter() - begin))


def _errors(latents: Latents, decoded: Latents, sums: _Sums) -> NDArray[np.float64]:
    """The mean squared error of each frame."""
    errors = np.empty(len(latents))
    # A few frames at a time: as float32 the whole takes gigabytes.
    for start in range(0, len(latents), DRIFT_EVERY):
        part = slice(start, start + DRIFT_EVERY)
        difference = decoded[part].astype(np.float32) - latents[part].astype(np.float32)
        errors[part] = np.square(difference).mean((1, 2, 3), dtype=np.float64)
        sums.largest_error = max(sums.largest_error, float(np.abs(difference).max()))
    sums.frame_errors.append(errors)
    return errors


def _drift(frame_errors: Sequence[NDArray[np.float64]]) -> tuple[FrameError, ...]:
    """Over the frames that all views have."""
    length = min(len(errors) for errors in frame_errors)
    numbers = sorted({*range(0, length, DRIFT_EVERY), length - 1})
    return tuple(
        FrameError(
            frame=number,
            mean_squared_error=fmean(float(errors[number]) for errors in frame_errors),
        )
        for number in numbers
    )


def _judge(decoder: Decoder, judged: Judged, decoded: Latents | None) -> _Pixels:
    """Compare the frames of decoded latents; None for the exact ones, which need no decoding."""
    frames, recorded = judged.exact, judged.recorded
    if decoded is not None:
        frames = decoder.frames(decoded[list(judged.numbers)])
    return _Pixels(
        exact=compare(judged.exact, frames),
        recorded=judged.exact_quality
        if decoded is None or recorded is None
        else compare(recorded, frames),
        exact_recorded=judged.exact_quality,
    )


def _quality(
    pixels: Sequence[Sequence[_Pixels]], part: Callable[[_Pixels], Sequence[FrameQuality] | None]
) -> PixelQuality | None:
    """Means over frames, with intervals over episodes; None where nothing was compared."""
    by_episode = [[frame for view in views for frame in part(view) or ()] for views in pixels]
    by_episode = [frames for frames in by_episode if frames]
    if not by_episode:
        return None
    counts = [float(len(frames)) for frames in by_episode]
    return PixelQuality(
        psnr_db=ratio_of_sums([sum(f.psnr_db for f in frames) for frames in by_episode], counts),
        ssim=ratio_of_sums([sum(f.ssim for f in frames) for frames in by_episode], counts),
    )


def _loss(pixels: Sequence[Sequence[_Pixels]], frames: slice) -> Estimate | None:
    """How much PSNR against the recording the codec takes, over some frames of each view."""
    losses: list[list[float]] = []
    for views in pixels:
        found = [
            before.psnr_db - after.psnr_db
            for view in views
            if view.recorded is not None and view.exact_recorded is not None
            for before, after in zip(
                view.exact_recorded[frames], view.recorded[frames], strict=True
            )
        ]
        if found:
            losses.append(found)
    if not losses:
        return None
    return ratio_of_sums([sum(each) for each in losses], [float(len(each)) for each in losses])

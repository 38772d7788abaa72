"""Encoded clips as figures: one row an encoding at a resolution, one law an encoding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from analysis import storage
from analysis.kinds.video_bitrate.encode import EncodedSource
from analysis.kinds.video_bitrate.law import FEWEST, fit
from analysis.kinds.video_bitrate.plan import Source
from analysis.kinds.video_bitrate.record import (
    REFERENCE,
    BitrateClip,
    BitrateLaw,
    BitrateRow,
    ClipResult,
)
from analysis.ledger.estimate import Estimate, ratio_of_sums
from analysis.recording.layout import TICS_PER_SECOND
from analysis.video.encoder_settings import EncoderSettings
from analysis.video.encoder_version import encoder_version

_Clips = list[tuple[BitrateClip, ClipResult]]


def rows(encoded: Sequence[EncodedSource]) -> tuple[BitrateRow, ...]:
    """One row an encoding at a resolution, over games."""
    found: dict[tuple[Source, EncoderSettings], _Clips] = defaultdict(list)
    for part in encoded:
        for encoding, clip in part.encoded:
            found[part.source, encoding].append((part.clip, clip))
    at_480p = {
        encoding: clips
        for (source, encoding), clips in found.items()
        if source.resolution.name == REFERENCE and not source.upscaled
    }
    return tuple(
        _row(source, encoding, clips, at_480p.get(encoding))
        for (source, encoding), clips in found.items()
    )


def laws(encoded: Sequence[EncodedSource]) -> tuple[BitrateLaw, ...]:
    """One law an encoding that enough resolutions have; enlarged frames are left out."""
    found: dict[EncoderSettings, dict[str, dict[str, float]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    sizes: dict[str, tuple[int, int]] = {}
    for part in encoded:
        if part.source.upscaled:
            continue
        name = part.source.resolution.name
        sizes[name] = part.source.resolution.size
        for encoding, clip in part.encoded:
            found[encoding][part.clip.game][name] = _shared_bits_per_pixel(part.clip, clip)
    return tuple(
        _law(encoding, [{sizes[name]: b for name, b in game.items()} for game in games.values()])
        for encoding, games in found.items()
        if all(len(game) >= FEWEST for game in games.values())
    )


def _law(encoding: EncoderSettings, games: Sequence[dict[tuple[int, int], float]]) -> BitrateLaw:
    fitted = fit(games)
    return BitrateLaw(
        name=_name(encoding),
        codec=encoding.encoder.id,
        preset=encoding.preset,
        quality_scale=encoding.encoder.quality_option,
        quality=encoding.quality,
        sizes=tuple(games[0]),
        exponent=fitted.exponent,
        at_480p=fitted.at_reference,
        largest_deviation=fitted.largest_deviation,
    )


def _relative(clips: _Clips, at_480p: _Clips) -> Estimate:
    """Bits per pixel over those at 480p; both lists are of the same games in the same order."""
    return ratio_of_sums(
        *([_shared_bits_per_pixel(*clip) for clip in each] for each in (clips, at_480p))
    )


def _shared_bits_per_pixel(clip: BitrateClip, encoded: ClipResult) -> float:
    return 8 * encoded.shared_bytes / (clip.shared_frames * clip.height * clip.width)


def _row(
    source: Source, encoding: EncoderSettings, clips: _Clips, at_480p: _Clips | None
) -> BitrateRow:
    encoder = encoding.encoder
    place = f"{source.resolution.name}{' upscaled' if source.upscaled else ''}"
    height, width = source.resolution.size

    def quality(value: Callable[[ClipResult], float]) -> Estimate:
        compared = [encoded.frames_compared for _, encoded in clips]
        sums = [value(encoded) * encoded.frames_compared for _, encoded in clips]
        return ratio_of_sums(sums, compared)

    def speed(value: Callable[[ClipResult], float]) -> Estimate:
        return ratio_of_sums(
            [clip.frames for clip, _ in clips], [value(encoded) for _, encoded in clips]
        )

    b = ratio_of_sums(
        [8 * encoded.bytes for _, encoded in clips],
        [clip.frames * height * width for clip, _ in clips],
    )
    has_vmaf = all(encoded.vmaf is not None for _, encoded in clips)
    return BitrateRow(
        name=f"{place} {_name(encoding)}",
        resolution=source.resolution.name,
        upscaled=source.upscaled,
        width=width,
        height=height,
        codec=encoder.id,
        encoder=encoder.ffmpeg_encoder,
        encoder_version=encoder_version(encoder),
        settings=encoding.options,
        preset=encoding.preset,
        quality_scale=encoder.quality_option,
        quality=encoding.quality,
        gop=encoding.gop,
        pixel_format=encoding.pixel_format,
        threads=encoder.threads,
        lossless=encoder.lossless,
        bits_per_pixel=b,
        mb_per_min=b.through(lambda b: storage.mb_per_min(b, height, width, TICS_PER_SECOND)),
        relative_to_480p=_relative(clips, at_480p) if at_480p else None,
        psnr_db=quality(lambda encoded: encoded.psnr_db),
        psnr_y_db=quality(lambda encoded: encoded.psnr_y_db),
        ssim=quality(lambda encoded: encoded.ssim),
        vmaf=quality(lambda encoded: encoded.vmaf or 0) if has_vmaf else None,
        encode_frames_per_core_s=speed(lambda encoded: encoded.encode_core_s),
        decode_frames_per_core_s=speed(lambda encoded: encoded.decode_core_s),
        clips=tuple(encoded for _, encoded in clips),
    )


def _name(encoding: EncoderSettings) -> str:
    encoder = encoding.encoder
    parts = (
        encoder.id,
        encoding.preset,
        f"{encoder.quality_option} {encoding.quality}",
        f"GOP {encoding.gop}",
        encoding.pixel_format,
    )
    return " ".join(part for part in parts if part)

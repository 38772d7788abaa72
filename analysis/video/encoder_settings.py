"""A video encoder with every setting chosen, as FFmpeg is told it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.catalog.video_encoders import VideoEncoder


@dataclass(frozen=True)
class EncoderSettings:
    """An encoder with every setting chosen; `encoder_settings` makes one."""

    encoder: VideoEncoder
    quality: int
    gop: int
    preset: str | None
    pixel_format: str

    @property
    def options(self) -> dict[str, str]:
        """What the encoder is told, under FFmpeg's names."""
        preset = {} if self.preset is None else {"preset": self.preset}
        chosen = {self.encoder.quality_option: str(self.quality), "g": str(self.gop)}
        return {**preset, **self.encoder.options, **chosen}


def encoder_settings(
    encoder: VideoEncoder,
    quality: int | None = None,
    *,
    gop: int | None = None,
    preset: str | None = None,
    pixel_format: str | None = None,
) -> EncoderSettings:
    """An encoder with these settings, its own where none are given.

    Raises:
        ValueError: the encoder has no such quality, preset or pixel format.
    """
    chosen = EncoderSettings(
        encoder,
        encoder.quality if quality is None else quality,
        encoder.gop if gop is None else gop,
        preset or encoder.preset,
        pixel_format or encoder.pixel_formats[0],
    )
    if not encoder.has_quality(chosen.quality) or chosen.pixel_format not in encoder.pixel_formats:
        raise ValueError(f"{encoder.id} has no quality {chosen.quality} of {chosen.pixel_format}")
    if (chosen.preset is None) != (encoder.preset is None):
        raise ValueError(f"{encoder.id} has no presets")
    return chosen

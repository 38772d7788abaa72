"""Video encoders as the project drives them, and every setting that it varies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analysis.errors import InputError


@dataclass(frozen=True, eq=False)
class Codec:
    """How the project drives an encoder; `quality` is the default of `quality_option`, whose
    values are `qualities`, the lowest the best.

    The number of threads is fixed, never the machine's: encoders share out their work by it, and
    that shows in the bytes.
    """

    name: str
    encoder: str
    tag: str
    quality_option: str
    quality: int
    qualities: range
    gop: int
    threads: int
    options: Mapping[str, str]
    preset: str | None = None
    pixel_formats: tuple[str, ...] = ("yuv420p",)
    """What frames can be turned into for it, the default first."""
    container: str = "mp4"


CODECS: Final[Mapping[str, Codec]] = {
    codec.name: codec
    for codec in (
        # cpu-independent: the same decisions on any CPU. Without it x264's AVX-512 code does not
        # even decide the same twice (seen with frames 160 and 320 pixels wide).
        Codec(
            "h264",
            "libx264",
            "avc1",
            "crf",
            17,
            range(52),
            250,
            2,
            {"x264-params": "cpu-independent=1"},
            "veryfast",
            ("yuv420p", "yuv444p"),
        ),
        Codec(
            "hevc",
            "libx265",
            "hvc1",
            "crf",
            20,
            range(52),
            250,
            1,
            {"x265-params": "log-level=none:pools=2"},
            "veryfast",
            ("yuv420p", "yuv444p"),
        ),
        Codec(
            "av1",
            "libsvtav1",
            "av01",
            "crf",
            30,
            range(1, 64),
            250,
            2,
            {"svtav1-params": "lp=2"},
            "8",
        ),
        # What OpenCV's VideoWriter sets for the fourcc mp4v. It asks for more bits than the
        # quantiser can spend, so every macroblock is coded at the floor of 3.
        Codec(
            "mpeg4",
            "mpeg4",
            "mp4v",
            "qmin",
            3,
            range(1, 32),
            12,
            1,
            {"b": "1000000000", "bt": "1000000000"},
        ),
    )
}
"""What recordings can be encoded with."""

LOSSLESS: Final[Mapping[str, Codec]] = {
    codec.name: codec
    for codec in (
        Codec(
            "h264-rgb",
            "libx264rgb",
            "avc1",
            "qp",
            0,
            range(1),
            250,
            2,
            {"x264-params": "cpu-independent=1"},
            "veryfast",
            ("rgb24",),
        ),
        # MP4 has no FFV1.
        Codec(
            "ffv1",
            "ffv1",
            "FFV1",
            "level",
            3,
            range(3, 4),
            1,
            2,
            {"slices": "4"},
            None,
            ("bgr0",),
            "matroska",
        ),
    )
}
"""What gives every RGB frame back bit by bit."""


@dataclass(frozen=True)
class Encoding:
    """A codec with every setting chosen; `encoding` makes one."""

    codec: Codec
    quality: int
    gop: int
    preset: str | None
    pixel_format: str

    @property
    def settings(self) -> dict[str, str]:
        """What the encoder is told, under FFmpeg's names."""
        preset = {} if self.preset is None else {"preset": self.preset}
        chosen = {self.codec.quality_option: str(self.quality), "g": str(self.gop)}
        return {**preset, **self.codec.options, **chosen}


def find_codec(name: str, quality: int | None = None) -> Codec:
    """The codec of that name for recordings.

    Raises:
        InputError: there is none, or it has no such quality.
    """
    if name not in CODECS:
        raise InputError(f"There is no codec {name}; choose one of {', '.join(CODECS)}.")
    codec = CODECS[name]
    if quality is not None and quality not in codec.qualities:
        raise InputError(
            f"{name} has no quality {quality}; choose one from {codec.qualities[0]} (the best) to"
            f" {codec.qualities[-1]}."
        )
    return codec


def encoding(
    codec: Codec,
    quality: int | None = None,
    *,
    gop: int | None = None,
    preset: str | None = None,
    pixel_format: str | None = None,
) -> Encoding:
    """A codec with these settings, its own where none are given.

    Raises:
        ValueError: the codec has no such quality, preset or pixel format.
    """
    chosen = Encoding(
        codec,
        codec.quality if quality is None else quality,
        codec.gop if gop is None else gop,
        preset or codec.preset,
        pixel_format or codec.pixel_formats[0],
    )
    if chosen.quality not in codec.qualities or chosen.pixel_format not in codec.pixel_formats:
        raise ValueError(f"{codec.name} has no quality {chosen.quality} of {chosen.pixel_format}")
    if (chosen.preset is None) != (codec.preset is None):
        raise ValueError(f"{codec.name} has no presets")
    return chosen

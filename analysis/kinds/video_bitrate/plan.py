"""What is encoded: at which resolutions, by which encoders, with which settings.

The full plan spends its time where a row decides something: every encoder at several qualities at
480p, where autoencoders are compared; at the other resolutions what is needed to see how b goes
with the size. x265 and SVT-AV1 have one faster preset that runs at every resolution.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.catalog import (
    Resolution,
    lossless_encoders,
    recipe,
    recording_encoders,
    resolution,
    resolutions,
    video_encoder,
)
from analysis.kinds.video_bitrate.record import REFERENCE
from analysis.ledger.records import Profile
from analysis.video.encoder_settings import EncoderSettings, encoder_settings

X264, X265, SVT_AV1, MPEG4 = (video_encoder(id) for id in ("h264", "hevc", "av1", "mpeg4"))

CRFS: Final = (17, 20, 23, 28)
"""Of x264, at every resolution."""

FAST_X265: Final = "ultrafast"
FAST_SVT_AV1: Final = "10"
SLOW_X264: Final = "medium"
SHORT_GOP: Final = 12
LONG_GOP: Final = 250

QUALITY_EVERY: Final[Mapping[Profile, int]] = {"quick": 11, "full": 5}
"""Every N-th frame is compared. Coprime to the GOP of 12 and to the pyramids of B-frames (4,
8, 16), so that frames of every kind are."""


@dataclass(frozen=True)
class Source:
    """Where frames come from: rendered at the resolution, or small and enlarged to it."""

    resolution: Resolution
    upscaled: bool
    seconds: float
    encodings: tuple[EncoderSettings, ...]

    @property
    def video(self) -> tuple[int, int]:
        """Width and height of the video."""
        return self.resolution.width, self.resolution.height

    @property
    def rendered(self) -> tuple[int, int]:
        """Width and height that the engine draws at."""
        small = recipe("note").play
        return small if self.upscaled and small else self.video


@dataclass(frozen=True)
class Plan:
    """What a profile encodes."""

    games: int
    quality_every: int
    sources: tuple[Source, ...]

    @property
    def shortest(self) -> float:
        """Seconds that every source has."""
        return min(source.seconds for source in self.sources)


def plan(profile: Profile) -> Plan:
    """The plan of a profile."""
    every = QUALITY_EVERY[profile]
    if profile == "quick":
        encodings = (
            *(encoder_settings(X264, crf) for crf in (17, 23, 28, 40)),
            *_mpeg4((3, 6, 12, 31)),
        )
        small = tuple(
            Source(resolution(name), upscaled=False, seconds=10, encodings=encodings)
            for name in ("240p", REFERENCE)
        )
        return Plan(2, every, small)
    return Plan(
        4,
        every,
        (
            Source(resolution(REFERENCE), False, 30, tuple(_at_480p())),
            Source(resolution(REFERENCE), True, 30, tuple(_upscaled())),
            *(
                Source(entry, False, _seconds(entry), tuple(_at_every_resolution()))
                for entry in resolutions()
                if entry.name != REFERENCE
            ),
        ),
    )


def _seconds(entry: Resolution) -> float:
    return 30 if entry.height <= 1080 else 10


def _at_every_resolution() -> Iterator[EncoderSettings]:
    yield from (encoder_settings(X264, crf) for crf in CRFS)
    yield encoder_settings(MPEG4)
    yield encoder_settings(SVT_AV1, 35, preset=FAST_SVT_AV1)
    yield encoder_settings(X265, 23, preset=FAST_X265)


def _at_480p() -> Iterator[EncoderSettings]:
    # Curves go down to the quality of a small autoencoder.
    curves = (
        encoder_settings(encoder, quality)
        for encoder in recording_encoders()
        for quality in encoder.curve
    )
    yield from dict.fromkeys((*_at_every_resolution(), *curves))
    yield from _variations((17, 23))
    yield encoder_settings(X265, 23, preset=FAST_X265, gop=SHORT_GOP)
    yield encoder_settings(SVT_AV1, 35, preset=FAST_SVT_AV1, gop=SHORT_GOP)


def _upscaled() -> Iterator[EncoderSettings]:
    yield from _at_every_resolution()
    yield from (encoder_settings(X265, crf, preset=FAST_X265) for crf in (18, 28, 34))
    yield from (encoder_settings(SVT_AV1, crf, preset=FAST_SVT_AV1) for crf in (25, 45, 55))
    yield from _variations((17,))


def _variations(crfs: Sequence[int]) -> Iterator[EncoderSettings]:
    """One setting at a time other than usual; and without loss."""
    for crf in crfs:
        yield encoder_settings(X264, crf, gop=SHORT_GOP)
        yield encoder_settings(X264, crf, preset=SLOW_X264)
        yield encoder_settings(X264, crf, pixel_format="yuv444p")
    yield encoder_settings(MPEG4, gop=LONG_GOP)
    yield from map(encoder_settings, lossless_encoders())


def _mpeg4(quantisers: Sequence[int]) -> tuple[EncoderSettings, ...]:
    return tuple(encoder_settings(MPEG4, quantiser) for quantiser in quantisers)

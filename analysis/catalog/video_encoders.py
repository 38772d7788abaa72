"""Video encoders by id, as in `video_encoders.toml`, and what they are called for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Self

from pydantic import Field, model_validator

from analysis.catalog.entry import Entry, read
from analysis.errors import InputError


class LibraryVersion(Entry):
    """Where a shared library says its version: a function without arguments that gives a string."""

    library: str
    function: str


class VideoEncoder(Entry):
    """One encoder; see the head of `video_encoders.toml` for the fields."""

    id: str
    title: str
    ffmpeg_encoder: str
    tag: str = Field(min_length=4, max_length=4)
    container: str = "mp4"
    quality_option: str
    quality_scale: str | None = None
    qualities: tuple[int, int]
    quality: int
    curve: tuple[int, ...] = ()
    gop: int
    preset: str | None = None
    threads: int
    options: Mapping[str, str] = {}
    pixel_formats: tuple[str, ...] = Field(min_length=1)
    package: str = "av"
    version_in_stream: str | None = None
    version_of_library: LibraryVersion | None = None
    source: str

    @model_validator(mode="after")
    def _has_its_qualities(self) -> Self:
        missing = [each for each in (self.quality, *self.curve) if not self.has_quality(each)]
        if missing:
            raise ValueError(f"{self.id} has no quality {missing[0]}")
        return self

    @property
    def lossless(self) -> bool:
        """Whether every RGB frame comes back bit by bit."""
        return self.quality_scale is None

    @property
    def records(self) -> bool:
        """Whether recordings can be made with it."""
        return not self.lossless and self.container == "mp4"

    def has_quality(self, quality: int) -> bool:
        """Whether it takes this value of `quality_option`."""
        best, worst = self.qualities
        return best <= quality <= worst

    def __hash__(self) -> int:
        return hash(self.id)


@cache
def video_encoders() -> tuple[VideoEncoder, ...]:
    """All entries, in the order of the catalogue."""
    return tuple(VideoEncoder(**entry) for entry in read("video_encoders.toml")["encoder"])


def recording_encoders() -> tuple[VideoEncoder, ...]:
    """Those that recordings can be made with."""
    return tuple(encoder for encoder in video_encoders() if encoder.records)


def lossless_encoders() -> tuple[VideoEncoder, ...]:
    """Those that give every RGB frame back bit by bit."""
    return tuple(encoder for encoder in video_encoders() if encoder.lossless)


def video_encoder(id: str) -> VideoEncoder:
    """The entry with this id.

    Raises:
        InputError: there is none; the sentence lists those there are.
    """
    return _found(id, video_encoders())


def recording_encoder(id: str, quality: int | None = None) -> VideoEncoder:
    """The encoder for recordings with this id.

    Raises:
        InputError: there is none, or it has no such quality.
    """
    encoder = _found(id, recording_encoders())
    if quality is not None and not encoder.has_quality(quality):
        best, worst = encoder.qualities
        raise InputError(
            f"{id} has no quality {quality}; choose one from {best} (the best) to {worst}."
        )
    return encoder


def _found(id: str, encoders: tuple[VideoEncoder, ...]) -> VideoEncoder:
    for encoder in encoders:
        if encoder.id == id:
            return encoder
    known = ", ".join(encoder.id for encoder in encoders)
    raise InputError(f"There is no codec {id}; choose one of {known}.")


def encoder_title(id: str) -> str:
    """What an encoder is called; one that has left the catalogue, by its id."""
    encoder = _by_id().get(id)
    return id if encoder is None else encoder.title


def encoding_title(id: str, quality: int, preset: str | None = None) -> str:
    """An encoder at a quality: "x264 veryfast, CRF 17"; a lossless one has no quality."""
    encoder = _by_id().get(id)
    name = " ".join(filter(None, (encoder_title(id), preset)))
    if encoder is None:
        return f"{name}, quality {quality}"
    return f"{name}, {'lossless' if encoder.lossless else f'{encoder.quality_scale} {quality}'}"


def _by_id() -> dict[str, VideoEncoder]:
    return {encoder.id: encoder for encoder in video_encoders()}

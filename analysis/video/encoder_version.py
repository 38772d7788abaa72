"""Which build of an encoder runs: what it writes of itself, or says when asked."""

from __future__ import annotations

import ctypes
import io
import re
from functools import cache
from pathlib import Path
from typing import Final

import av

from analysis.catalog.video_encoders import LibraryVersion, VideoEncoder
from analysis.video.encoder_settings import encoder_settings

_LIBRARIES: Final = Path(av.__file__).parents[1] / "av.libs"
_SIDE: Final = 64


@cache
def encoder_version(encoder: VideoEncoder) -> str:
    """The version of an encoder of PyAV's."""
    if encoder.version_of_library and (told := _told_by(encoder.version_of_library)):
        return told
    if encoder.version_in_stream:
        pattern = encoder.version_in_stream.encode()
        if written := re.search(pattern, _tiny_video(encoder)):
            return written[1].decode()
    return "libavcodec " + ".".join(map(str, av.library_versions["libavcodec"]))


def _tiny_video(encoder: VideoEncoder) -> bytes:
    """A few frames of nothing."""
    settings = encoder_settings(encoder)
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream(encoder.ffmpeg_encoder, rate=1, options=settings.options)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = _SIDE
        stream.pix_fmt = settings.pixel_format
        for _ in range(2):
            container.mux(stream.encode(av.VideoFrame(_SIDE, _SIDE, stream.pix_fmt)))
        container.mux(stream.encode())
    return file.getvalue()


def _told_by(version: LibraryVersion) -> str | None:
    for library in _LIBRARIES.glob(f"{version.library}*.so*"):
        ask = getattr(ctypes.CDLL(str(library)), version.function)
        ask.restype = ctypes.c_char_p
        return str(ask().decode())
    return None

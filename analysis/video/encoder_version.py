"""Which build of an encoder runs: what it writes of itself, or says when asked."""

from __future__ import annotations

import ctypes
import io
import re
from functools import cache
from pathlib import Path
from typing import Final

import av

_LIBRARIES: Final = Path(av.__file__).parents[1] / "av.libs"

# x264 and x265 write who they are into the stream (a user data SEI message).
_SAID_IN_STREAM: Final = {
    "libx264": rb"x264 - (core [^-]+?) - ",
    "libx264rgb": rb"x264 - (core [^-]+?) - ",
    "libx265": rb"x265 \(build \d+\) - ([^:\s]+)",
}
_SIDE: Final = 64


@cache
def encoder_version(encoder: str) -> str:
    """The version of an encoder of PyAV's, by FFmpeg's name of it."""
    if encoder == "libsvtav1" and (said_by_library := _svt_av1_version()):
        return said_by_library
    pattern = _SAID_IN_STREAM.get(encoder)
    if pattern is not None and (said := re.search(pattern, _tiny_video(encoder))):
        return said[1].decode()
    return "libavcodec " + ".".join(map(str, av.library_versions["libavcodec"]))


def _tiny_video(encoder: str) -> bytes:
    """A few frames of nothing."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream(encoder, rate=1, options={"x265-params": "log-level=none"})
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = _SIDE
        stream.pix_fmt = "rgb24" if encoder.endswith("rgb") else "yuv420p"
        for _ in range(2):
            container.mux(stream.encode(av.VideoFrame(_SIDE, _SIDE, stream.pix_fmt)))
        container.mux(stream.encode())
    return file.getvalue()


def _svt_av1_version() -> str | None:
    for library in _LIBRARIES.glob("libSvtAv1Enc*.so*"):
        ask = ctypes.CDLL(str(library)).svt_av1_get_version
        ask.restype = ctypes.c_char_p
        return str(ask().decode())
    return None

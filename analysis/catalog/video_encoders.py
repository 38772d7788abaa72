"""What video encoders and their quality scales are called, for a reader."""

from __future__ import annotations

from typing import Final

_ENCODERS: Final = {
    "h264": "x264",
    "hevc": "x265",
    "av1": "SVT-AV1",
    "mpeg4": "MPEG-4 Part 2",
    "h264-rgb": "x264 in RGB",
    "ffv1": "FFV1",
}
_SCALES: Final = {"h264": "CRF", "hevc": "CRF", "av1": "CRF", "mpeg4": "quantiser"}


def encoder_title(codec: str) -> str:
    """The encoder of one of the project's codecs."""
    return _ENCODERS[codec]


def encoding_title(codec: str, quality: int, preset: str | None = None) -> str:
    """An encoder at a quality: "x264 veryfast, CRF 17"; a lossless one has no quality."""
    name = " ".join(filter(None, (_ENCODERS[codec], preset)))
    return f"{name}, {_SCALES[codec]} {quality}" if codec in _SCALES else f"{name}, lossless"

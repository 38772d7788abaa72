"""Encodes RGB frames as MP4, the same bytes for the same frames."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation
from numpy.typing import NDArray

from analysis.errors import InputError

WriteFrame = Callable[[NDArray[np.uint8]], None]
"""Takes the next frame: RGB, (height, width, 3)."""

# SVT-AV1 reports its settings on stderr at every start.
os.environ.setdefault("SVT_LOG", "1")


@dataclass(frozen=True)
class Codec:
    """How the project drives an encoder; `quality` is the default of `quality_option`, whose
    values are `qualities`, the lowest the best.

    The number of threads is fixed, never the machine's: encoders share out their work by it, and
    that shows in the bytes.
    """

    encoder: str
    tag: str
    quality_option: str
    quality: int
    qualities: range
    gop: int
    threads: int
    options: Mapping[str, str]

    def settings(self, quality: int | None = None) -> dict[str, str]:
        """What the encoder is told, under FFmpeg's names."""
        chosen = self.quality if quality is None else quality
        return {**self.options, self.quality_option: str(chosen), "g": str(self.gop)}


CODECS: Final[Mapping[str, Codec]] = {
    # cpu-independent: the same decisions on any CPU. Without it x264's AVX-512 code does not even
    # decide the same twice (seen with frames 160 and 320 pixels wide).
    "h264": Codec(
        "libx264",
        "avc1",
        "crf",
        17,
        range(52),
        250,
        2,
        {"preset": "veryfast", "x264-params": "cpu-independent=1"},
    ),
    "hevc": Codec(
        "libx265",
        "hvc1",
        "crf",
        20,
        range(52),
        250,
        1,
        {"preset": "veryfast", "x265-params": "log-level=none:pools=2"},
    ),
    "av1": Codec(
        "libsvtav1",
        "av01",
        "crf",
        30,
        range(1, 64),
        250,
        2,
        {"preset": "8", "svtav1-params": "lp=2"},
    ),
    # What OpenCV's VideoWriter sets for the fourcc mp4v. It asks for more bits than the quantiser
    # can spend, so every macroblock is coded at the floor of 3.
    "mpeg4": Codec(
        "mpeg4",
        "mp4v",
        "qmin",
        3,
        range(1, 32),
        12,
        1,
        {"b": "1000000000", "bt": "1000000000"},
    ),
}


def find_codec(name: str, quality: int | None = None) -> Codec:
    """The codec of that name.

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


@contextmanager
def video_writer(
    path: Path,
    size: tuple[int, int],
    frames_per_second: int,
    codec: str = "h264",
    quality: int | None = None,
) -> Iterator[WriteFrame]:
    """Write the frames given to the yielded function as an MP4 of (width, height) pixels.

    Frames become yuv420p in BT.601, limited range: what decoders assume of a video of this size
    and what swscale and OpenCV assume of any. The index (moov) is moved to the front when the
    block ends, so that readers need not seek to the end. The file carries no time and no version.

    Raises:
        InputError: a side is odd, or there is no such codec or quality.
    """
    chosen = find_codec(codec, quality)
    width, height = size
    if width % 2 or height % 2:
        raise InputError(f"Video of {width}x{height} has no yuv420p form; both sides must be even.")
    with av.open(
        path, "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
    ) as container:
        stream = _add_stream(container, chosen, size, frames_per_second, quality)

        def write(frame: NDArray[np.uint8]) -> None:
            # PyAV would scale silently.
            if frame.shape != (height, width, 3):
                raise ValueError(f"a frame has shape {frame.shape}, not {(height, width, 3)}")
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(
                format="yuv420p",
                dst_colorspace=Colorspace.ITU601,
                dst_color_range=ColorRange.MPEG,
                interpolation=Interpolation.BICUBIC
                | Interpolation.ACCURATE_RND
                | Interpolation.BITEXACT,
            )
            container.mux(stream.encode(picture))

        yield write
        container.mux(stream.encode())


def _add_stream(
    container: av.container.OutputContainer,
    codec: Codec,
    size: tuple[int, int],
    frames_per_second: int,
    quality: int | None,
) -> av.VideoStream:
    stream = container.add_stream(
        codec.encoder,
        rate=frames_per_second,
        options={**codec.settings(quality), "flags": "+bitexact"},
    )
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.time_base = Fraction(1, frames_per_second)
    context = stream.codec_context
    context.codec_tag = codec.tag
    context.thread_count = codec.threads
    context.color_range = ColorRange.MPEG
    context.colorspace = Colorspace.SMPTE170M
    context.color_primaries = ColorPrimaries.SMPTE170M
    context.color_trc = ColorTrc.SMPTE170M
    return stream

"""Encodes RGB frames as MP4, the same bytes for the same frames."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.video.encoder_settings import EncoderSettings
from analysis.video.scheduling import scheduling_keeper

WriteFrame = Callable[[NDArray[np.uint8]], None]
"""Takes the next frame: RGB, (height, width, 3)."""

WritePicture = Callable[[av.VideoFrame], None]
"""Takes the next frame as the encoder wants it (`picture`)."""

# SVT-AV1 reports its settings on stderr at every start.
os.environ.setdefault("SVT_LOG", "1")


@contextmanager
def video_writer(
    path: Path, size: tuple[int, int], frames_per_second: int, settings: EncoderSettings
) -> Iterator[WriteFrame]:
    """Write the frames given to the yielded function as a video of (width, height) pixels.

    As `picture_writer`, from RGB frames.
    """
    width, height = size
    with picture_writer(path, size, frames_per_second, settings) as write:

        def write_frame(frame: NDArray[np.uint8]) -> None:
            # PyAV would scale silently.
            if frame.shape != (height, width, 3):
                raise ValueError(f"a frame has shape {frame.shape}, not {(height, width, 3)}")
            write(picture(frame, settings.pixel_format))

        yield write_frame


@contextmanager
def picture_writer(
    path: Path, size: tuple[int, int], frames_per_second: int, settings: EncoderSettings
) -> Iterator[WritePicture]:
    """Write pictures, each in the encoding's own pixel format, as a video.

    The index (moov) is moved to the front when the block ends, so that readers need not seek to
    the end. The file carries no time and no version.

    Raises:
        InputError: a side is odd.
    """
    if size[0] % 2 or size[1] % 2:
        raise InputError(
            f"Video of {size[0]}x{size[1]} has no yuv420p form; both sides must be even."
        )
    options = {"fflags": "+bitexact"}
    if settings.encoder.container == "mp4":
        options["movflags"] = "+faststart"
    with av.open(path, "w", format=settings.encoder.container, options=options) as container:
        stream = _add_stream(container, settings, size, frames_per_second)
        keep_scheduling = scheduling_keeper()

        def encode(picture: av.VideoFrame | None) -> None:
            packets = stream.encode(picture)  # opens the encoder with the first picture
            keep_scheduling()
            container.mux(packets)

        yield encode
        encode(None)


def picture(frame: NDArray[np.uint8], pixel_format: str) -> av.VideoFrame:
    """An RGB frame (height, width, 3) as an encoder takes it.

    YUV is BT.601 of limited range: what decoders assume of a small video, and what swscale and
    OpenCV assume of any.
    """
    source = av.VideoFrame.from_ndarray(frame, format="rgb24")
    if av.VideoFormat(pixel_format).is_rgb:
        return source.reformat(format=pixel_format)
    return source.reformat(
        format=pixel_format,
        dst_colorspace=Colorspace.ITU601,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT,
    )


def _add_stream(
    container: av.container.OutputContainer,
    settings: EncoderSettings,
    size: tuple[int, int],
    frames_per_second: int,
) -> av.VideoStream:
    encoder = settings.encoder
    stream = container.add_stream(
        encoder.ffmpeg_encoder,
        rate=frames_per_second,
        options={**settings.options, "flags": "+bitexact"},
    )
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = settings.pixel_format
    stream.time_base = Fraction(1, frames_per_second)
    context = stream.codec_context
    context.codec_tag = encoder.tag
    context.thread_count = encoder.threads
    if not av.VideoFormat(settings.pixel_format).is_rgb:
        context.color_range = ColorRange.MPEG
        context.colorspace = Colorspace.SMPTE170M
        context.color_primaries = ColorPrimaries.SMPTE170M
        context.color_trc = ColorTrc.SMPTE170M
    return stream

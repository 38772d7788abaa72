"""Decodes the video of an MP4, wherever it lies: every frame once, in the order of display."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.video.probe import VideoHeader, probe

DECODING_THREADS: Final = 2
"""Threads of the decoder: enough to run ahead of an encoder on a CPU, and few against its."""

# One request to an object store then serves about a second of video.
_READ_AHEAD: Final = 2_000_000
_AVIO_BUFFER: Final = 262_144

# Chroma is interpolated and rounded with care. swscale's fast path repeats it: 3 dB less on sharp
# edges, and all colours one level darker. Rounding with care alone darkens them by two.
_CAREFUL: Final = (
    Interpolation.BICUBIC
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
)
_UNSPECIFIED_COLORSPACES: Final = {0, 2, 3}  # of AVColorSpace: RGB, unspecified, reserved
_FULL_RANGE_FORMATS: Final = "yuvj"
_HALVED_CHROMA: Final = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p")


def decode_frames(
    mp4: ByteRange,
    batch: int,
    header: VideoHeader | None = None,
    threads: int = DECODING_THREADS,
) -> Iterator[NDArray[np.uint8]]:
    """All frames of an MP4's video, `batch` at a time and the rest: RGB, (n, H, W, 3).

    Memory does not grow with the video's length. Colours are converted as the video's tags say;
    where it has none, as BT.601 of limited range. Frames come as a player shows them: turned
    upright, and without those that an edit list hides. Their times change nothing: none is dropped
    or repeated. The arrays lie in memory as (n, 3, H, W).

    Args:
        mp4: the file.
        batch: frames an array.
        header: what `probe` says of it, where that is known already.
        threads: threads of the decoder.

    Raises:
        InputError: it cannot be decoded, or has more or fewer frames than its header says, or
            frames of another size.
    """
    header = header or probe(mp4)
    count = 0
    converter = VideoReformatter()
    pictures = decode_pictures(mp4, threads, track=header.track)
    frames = (rgb_planes(picture, converter) for picture in pictures)
    coded = header.orientation.size(header.width, header.height)
    while count < header.frames:
        planes = np.empty((min(batch, header.frames - count), 3, *coded[::-1]), np.uint8)
        for place in planes:
            frame = next(frames, None)
            if frame is None:
                raise _error(mp4, f"{count} frames can be decoded of the {header.frames} it has")
            if (frame.width, frame.height) != coded:
                size, expected = f"{frame.width}x{frame.height}", f"{coded[0]}x{coded[1]}"
                raise _error(mp4, f"frame {count} is {size}, the header says {expected}")
            copy_planes(frame, place)
            count += 1
        upright = np.ascontiguousarray(header.orientation.upright(planes))
        yield upright.transpose(0, 2, 3, 1)
    if next(frames, None) is not None:
        raise _error(mp4, f"it goes on beyond the {header.frames} frames that its header counts")


def decode_pictures(
    mp4: ByteRange,
    threads: int = DECODING_THREADS,
    container: str = "mp4",
    track: int | None = None,
) -> Iterator[av.VideoFrame]:
    """All frames of a video that are shown, in the form they are coded in.

    Args:
        mp4: the file.
        threads: threads of the decoder.
        container: its format, by FFmpeg's name.
        track: the number of the video's track in an MP4; the first video where it is not given.

    Raises:
        InputError: it cannot be decoded.
    """
    try:
        with av.open(
            mp4.file(_READ_AHEAD),
            mode="r",
            format=container,
            buffer_size=_AVIO_BUFFER,
        ) as opened:
            stream = video_stream(opened, track)
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = threads
            # Else a decoder paints over what is missing.
            stream.codec_context.options = {"err_detect": "explode"}
            for frame in opened.decode(stream):
                if frame.is_corrupt:
                    raise _error(mp4, "a frame is damaged")
                yield frame
    except (av.FFmpegError, IndexError) as error:
        raise _error(mp4, f"{error}") from error


def video_stream(container: av.container.InputContainer, track: int | None) -> av.VideoStream:
    """The stream of a track, by the number that the file gives it.

    libavformat counts cover pictures among the streams, where they may come first.

    Raises:
        IndexError: there is none.
    """
    streams = container.streams.video
    return next((stream for stream in streams if stream.id == track), streams[0])


def rgb_planes(frame: av.VideoFrame, converter: VideoReformatter) -> av.VideoFrame:
    """A decoded frame as planes of green, blue and red (gbrp), converted with care.

    Chroma of half the width is taken to lie between its pixels: there OpenCV, PyAV and so this
    project's recorder put it when they turn RGB into YUV. Decoders of H.264, HEVC and MPEG-4 say
    that it lies on the left ones, the standards' default, whatever the file says; believing them
    costs a third of a decibel of RGB, and more at high quality.
    """
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith(_FULL_RANGE_FORMATS)
    return converter.reformat(
        _with_centred_chroma(frame),
        format="gbrp",
        src_colorspace=(
            Colorspace.ITU601 if frame.colorspace in _UNSPECIFIED_COLORSPACES else frame.colorspace
        ),
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=_CAREFUL,
        threads=1,
    )


def _with_centred_chroma(frame: av.VideoFrame) -> av.VideoFrame:
    """A copy that carries no place of its chroma, which swscale takes as centred."""
    name = frame.format.name
    if not name.startswith(_HALVED_CHROMA):
        return frame
    copy = av.VideoFrame(frame.width, frame.height, name)
    for plane, target in zip(frame.planes, copy.planes, strict=True):
        rows, targets = (
            np.frombuffer(memoryview(each), np.uint8).reshape(-1, each.line_size)
            for each in (plane, target)
        )
        used = min(plane.line_size, target.line_size)
        targets[: plane.height, :used] = rows[: plane.height, :used]
    return copy


def copy_planes(frame: av.VideoFrame, planes: NDArray[np.uint8]) -> None:
    """Copy the planes G, B, R of a frame to (3, H, W), red first."""
    height, width = planes.shape[1:]
    for plane, channel in zip(frame.planes, (1, 2, 0), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        planes[channel] = rows[:height, :width]


def _error(mp4: ByteRange, what: str) -> InputError:
    return InputError(
        f"{mp4.name}: cannot be decoded ({what}); write it again or leave this episode out."
    )

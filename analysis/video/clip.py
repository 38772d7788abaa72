"""Clips out of the middle of an MP4, as a data loader reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.video.decode import video_stream
from analysis.video.orientation import turned
from analysis.video.probe import VideoHeader, probe

_READ_AHEAD: Final = 65_536


class VideoClips:
    """The frames of an MP4's video by their numbers; it stays open until it is closed.

    A clip is decoded from the key frame before it on. Colours are converted by swscale's default,
    fast way, as loaders do: `analysis.video.decode` is the careful one.

    Raises:
        InputError: it is no MP4 with video.
    """

    def __init__(self, mp4: ByteRange, threads: int = 1) -> None:
        self._mp4 = mp4
        self.header: VideoHeader = probe(mp4)
        self._stack = ExitStack()
        try:
            self._container = self._stack.enter_context(
                av.open(
                    mp4.file(_READ_AHEAD),
                    mode="r",
                    format="mp4",
                )
            )
            self._stream = video_stream(self._container, self.header.track)
        except (av.FFmpegError, IndexError) as error:
            raise self._error(str(error)) from error
        self._stream.codec_context.thread_count = threads

    def frames(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Frames `start` up to `stop`: uint8 RGB (n, H, W, 3).

        Raises:
            InputError: they cannot be decoded.
            IndexError: there are no such frames.
        """
        header = self.header
        if not 0 <= start <= stop <= header.frames:
            raise IndexError(f"{self._mp4.name}: has {header.frames} frames, not {start} to {stop}")
        clip = np.empty((stop - start, header.height, header.width, 3), np.uint8)
        filled = 0
        try:
            for number, frame in self._decoded_from(start):
                if start <= number < stop:
                    picture = frame.to_ndarray(format="rgb24")
                    clip[number - start] = turned(picture, header.orientation)
                    filled += 1
                if filled == len(clip):
                    return clip
        except av.FFmpegError as error:
            raise self._error(str(error)) from error
        if filled < len(clip):
            raise self._error(f"{filled} of the frames {start} to {stop} are there")
        return clip

    def close(self) -> None:
        """Close it."""
        self._stack.close()

    def _decoded_from(self, start: int) -> Iterator[tuple[int, av.VideoFrame]]:
        """Frames and their numbers, in the order of display, from a key frame at or before."""
        back = 0
        while True:
            frames = self._from_key_frame(max(start - back, 0))
            number, frame = next(frames, (start, None))
            if number <= start or back > start:
                break
            # Key frames are found by the time they are decoded at, which with B-frames is earlier
            # than when they are shown: this one is shown after `start`.
            back = 2 * back + 1
        if frame is not None:
            yield number, frame
            yield from frames

    def _from_key_frame(self, start: int) -> Iterator[tuple[int, av.VideoFrame]]:
        unit = self._stream.time_base
        if unit is None:
            raise self._error("its times have no unit")
        rate = self.header.rate or 1  # without times there is one frame to be found at most
        first = self._stream.start_time or 0
        offset = first + round(start / rate / unit)
        self._container.seek(offset, stream=self._stream)
        for frame in self._container.decode(self._stream):
            if frame.pts is None:
                raise self._error("a frame has no time")
            yield round((frame.pts - first) * unit * rate), frame

    def _error(self, what: str) -> InputError:
        return InputError(
            f"{self._mp4.name}: cannot be decoded ({what}); write it again or leave it out."
        )

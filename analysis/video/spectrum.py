"""Whether a video's frames were enlarged before it was encoded, told from their spectrum.

A rendered frame has detail up to the finest frequency, half a cycle a pixel. One enlarged f times
by a smooth interpolation has next to none beyond 1/(2f): there its spectrum falls by a step,
where that of real detail only slopes. Encoders steepen the slope and add noise, but make no such
step.

The thresholds were set on Doom frames of nine maps, rendered at 160x120 to 1280x720 and enlarged
2, 3 and 4 times by bilinear, bicubic and Lanczos interpolation, through x264 (crf 17 to 45),
MPEG-4 Part 2 (quantiser 3), x265 and SVT-AV1, and on three natural clips as they were and made 1.5
to 4 times smaller. None that nobody had enlarged was taken for enlarged. A smooth picture proves no
enlargement all the same. Not found are factors below 2, frames whose pixels were merely repeated,
and most factors of 2 of frames that were encoded since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.video.probe import probe

if TYPE_CHECKING:
    import av

_FRAMES: Final = 6
_FORWARD: Final = 30  # frames decoded after a seek, at most

_SMALLEST_SIDE: Final = 48  # pixels; fewer have too few frequencies
_SLOPE_DB: Final = 17.5  # by which the power of Doom's frames falls, per tenfold frequency
_SEARCHED: Final = np.arange(0.08, 0.36, 0.005)  # cycles a pixel: factors of 8 to 2
# Coarse quantisers alone made steps of up to 5.5 dB below 0.2 cycles a pixel, natural video that
# nobody enlarged steps of up to 8.3 above; enlarged natural video makes 11.2 and more.
_SMALLEST_STEP_DB: Final = np.where(_SEARCHED < 0.2, 7.5, 9.0)
# The step is widest a little beyond 1/(2f), as interpolation lets some of the next octave through.
_STEP_TIMES_FACTOR: Final = 0.58
_FLAT: Final = 4.0  # standard deviation of luma, of 255: a frame below it shows nothing


def upscaled_size(mp4: ByteRange) -> tuple[int, int] | None:
    """About the width and height of a video's frames before they were enlarged, None if not.

    A few frames spread over the video are decoded. The factor is taken as a whole number.

    Raises:
        InputError: the video cannot be decoded, or its frames are of several sizes.
    """
    sample = list(_sample(mp4))
    sizes = list(dict.fromkeys(f"{frame.shape[1]}x{frame.shape[0]}" for frame in sample))
    if len(sizes) > 1:
        raise InputError(
            f"{mp4.name}: its frames are of several sizes ({', '.join(sizes)}); "
            "cut it where the size changes."
        )
    frames = [frame for frame in sample if frame.std() > _FLAT]
    factor = enlargement(frames) if frames else None
    if factor is None:
        return None
    height, width = frames[0].shape
    return round(width / factor), round(height / factor)


def enlargement(frames: Sequence[NDArray[np.float32]]) -> int | None:
    """The whole factor by which frames were enlarged, None if they were not.

    Args:
        frames: luma, each of the same shape (height, width).
    """
    if min(frames[0].shape) < _SMALLEST_SIDE:
        return None
    steps = (_steps(frames) + _steps([frame.T for frame in frames])) / 2
    place = int(np.argmax(steps))
    # A maximum at an end of what was searched is a slope that goes on beyond it.
    if steps[place] < _SMALLEST_STEP_DB[place] or place in (0, len(steps) - 1):
        return None
    return round(_STEP_TIMES_FACTOR / float(_SEARCHED[place]))


def _steps(frames: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    """By how many dB the power along rows falls at each searched frequency.

    It is the mean of the half octave below against that above, the slope of real detail taken off.
    """
    width = frames[0].shape[1]
    rows = np.concatenate([frame - frame.mean(axis=1, keepdims=True) for frame in frames])
    power = (np.abs(np.fft.rfft(rows * np.hanning(width), axis=1)) ** 2).mean(axis=0)[1:]
    frequency = np.fft.rfftfreq(width)[1:]
    level = 10 * np.log10(power + 1e-9) + _SLOPE_DB * np.log10(frequency)

    def mean_between(low: float, high: float) -> float:
        return float(level[(frequency > low) & (frequency < high)].mean())

    return np.array(
        [mean_between(u / 1.7, u / 1.1) - mean_between(1.1 * u, 1.7 * u) for u in _SEARCHED]
    )


def _sample(mp4: ByteRange) -> Iterator[NDArray[np.float32]]:
    """Luma of frames spread over a video, each of shape (height, width)."""
    import av

    from analysis.video.decode import video_stream

    try:
        with av.open(mp4.file(), mode="r", format="mp4") as container:
            stream = video_stream(container, probe(mp4).track)
            duration = stream.duration or 0
            for part in range(_FRAMES):
                target = (2 * part + 1) * duration // (2 * _FRAMES)
                container.seek(target, stream=stream)
                frame = _forward(container.decode(stream), target)
                yield frame.to_ndarray(format="gray").astype(np.float32)
    except (av.FFmpegError, IndexError, StopIteration) as error:
        raise InputError(f"{mp4.name}: cannot be decoded ({error}); write it again.") from error


def _forward(frames: Iterator[av.VideoFrame], target: int) -> av.VideoFrame:
    """The frame at `target` ticks, or one before it: a seek lands on the key frame before."""
    frame = next(frames)
    for _ in range(_FORWARD):
        if frame.pts is None or frame.pts >= target:
            break
        frame = next(frames, frame)
    return frame

"""Every frame once, in the order of display, in its colours, however the MP4 stores it."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from analysis.catalog import (
    video_encoder,
)
from analysis.errors import InputError
from analysis.io.byte_range import ByteRange, bytes_range
from analysis.video.decode import decode_frames
from analysis.video.encode import video_writer
from analysis.video.encoder_settings import encoder_settings
from analysis.video.probe import probe
from analysis.video.uncompressed import UncompressedClip
from analysis.video.vmaf import vmaf_program
from tests.datasets.examples import encode, moving_frames

LOSSLESS = {"qp": "0"}
B_FRAMES = {"bf": "3", "g": "12", "x264-params": "b-adapt=0"}


def decoded(data: bytes, batch: int = 8) -> NDArray[np.uint8]:
    return np.concatenate(list(decode_frames(bytes_range(data, "ep.video_p1.mp4"), batch)))


def grey_frames(count: int) -> list[NDArray[np.uint8]]:
    """Each a little brighter than the one before."""
    return [np.full((48, 64, 3), 30 + 7 * number, np.uint8) for number in range(count)]


def levels(frames: NDArray[np.uint8]) -> list[float]:
    return [float(frame.mean()) for frame in frames]


@pytest.mark.parametrize(
    ("codec", "options"),
    [
        ("libx264", B_FRAMES),
        ("libx265", {"x265-params": "log-level=none:bframes=3"}),
        ("libsvtav1", {}),
        ("mpeg4", {"bf": "2", "qmax": "2"}),
    ],
)
def test_frames_come_in_the_order_of_display(codec: str, options: dict[str, str]) -> None:
    frames = grey_frames(30)
    data = encode(frames, codec, options=options)
    for batch in (1, 7, 64):
        found = decoded(data, batch)
        assert found.shape == (30, 48, 64, 3)
        assert levels(found) == pytest.approx([float(frame.mean()) for frame in frames], abs=3)


def test_batches_are_full_but_the_last() -> None:
    video = bytes_range(encode(moving_frames(20, 64, 48)), "v")
    assert [len(frames) for frames in decode_frames(video, 7)] == [7, 7, 6]
    assert [len(frames) for frames in decode_frames(video, 10)] == [10, 10]
    (whole,) = decode_frames(video, 64)
    assert whole.shape == (20, 48, 64, 3)
    assert whole.dtype == np.uint8


@pytest.mark.parametrize("size", [(64, 48), (160, 120), (66, 50)])
def test_frames_are_those_of_another_reader(size: tuple[int, int], tmp_path: Path) -> None:
    """The ffmpeg program, told that chroma is centred."""
    data = encode(moving_frames(12, *size))
    path = tmp_path / "video.mp4"
    path.write_bytes(data)
    program = vmaf_program()
    assert program is not None
    careful = "flags=bicubic+full_chroma_int+accurate_rnd+bitexact:in_chroma_loc=center"
    said = subprocess.run(
        [
            *(str(program), "-loglevel", "error", "-i", str(path)),
            *("-vf", f"scale={careful},format=gbrp", "-f", "rawvideo", "-"),
        ],
        capture_output=True,
        check=True,
    ).stdout
    green, blue, red = np.frombuffer(said, np.uint8).reshape(-1, 3, size[1], size[0]).swapaxes(0, 1)
    np.testing.assert_array_equal(decoded(data), np.stack([red, green, blue], -1))


def test_colours_stay_where_they_were(clip: UncompressedClip, tmp_path: Path) -> None:
    """Colours moved by a pixel either way are further from what comes back, and equally far."""
    path, frames = tmp_path / "video.mp4", clip.rgb()[:10]
    with video_writer(
        path, (clip.width, clip.height), 35, encoder_settings(video_encoder("h264"), 1)
    ) as write:
        for frame in frames:
            write(frame)
    found = decoded(path.read_bytes()).astype(float)
    colour = found - found.mean(axis=-1, keepdims=True)
    wanted = frames - frames.mean(axis=-1, keepdims=True)

    def error(shift: int) -> float:
        return float(((np.roll(wanted, shift, axis=2) - colour)[:, :, 2:-2] ** 2).mean())

    left, right = error(-1), error(1)
    assert error(0) < 0.6 * min(left, right)
    # Misplaced by part of a pixel, one side would be nearer than the other.
    assert 0.95 < left / right < 1.05


def test_colours_are_neither_darkened_nor_tinted() -> None:
    frames = [np.full((16, 16, 3), level, np.uint8) for level in range(0, 256, 5)]
    found = decoded(encode(frames, options=LOSSLESS))
    assert np.abs(found.astype(int) - np.array(frames)).max() <= 1


def tagged(colour: Sequence[int], space: Colorspace, full: bool, **tags: str) -> bytes:
    """An MP4 of one colour, converted to YCbCr by `space`."""
    rgb = np.full((32, 32, 3), colour, np.uint8)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
        format="yuv420p",
        dst_colorspace=space,
        dst_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND,
    )
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=35, options={**LOSSLESS, **tags})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("space", "full", "tags"),
    [
        (Colorspace.ITU601, False, {}),
        (Colorspace.ITU601, False, {"colorspace": "smpte170m"}),
        (Colorspace.ITU709, False, {"colorspace": "bt709"}),
        (Colorspace.ITU601, True, {"color_range": "pc"}),
        (Colorspace.ITU709, True, {"colorspace": "bt709", "color_range": "pc"}),
    ],
)
def test_tags_decide_and_without_any_it_is_bt601_of_limited_range(
    space: Colorspace, full: bool, tags: dict[str, str]
) -> None:
    colour = (200, 40, 90)
    (frame,) = decoded(tagged(colour, space, full, **tags))
    assert np.abs(frame.astype(int) - colour).max() <= 2


def test_times_neither_drop_nor_repeat_frames(tmp_path: Path) -> None:
    path = tmp_path / "gaps.mp4"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=35)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number, rgb in enumerate(grey_frames(20)):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts = number + 9 * (number // 7)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert len(decoded(path.read_bytes())) == 20


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_video_that_is_cut_off_is_refused_by_name(kept: float) -> None:
    data = encode(moving_frames(40, 64, 48), container_options={"movflags": "+faststart"})
    start = data.index(b"mdat")
    with pytest.raises(InputError, match=r"^ep.video_p1.mp4: the MP4 is cut off: its mdat box"):
        decoded(data[: start + int(kept * (len(data) - start))])


def test_a_damaged_video_is_refused() -> None:
    data = bytearray(encode(moving_frames(40, 64, 48)))
    middle = (data.index(b"mdat") + data.index(b"moov")) // 2
    data[middle : middle + 400] = bytes(400)
    with pytest.raises(InputError, match=r"^ep.video_p1.mp4: cannot be decoded \("):
        decoded(bytes(data))


@pytest.mark.parametrize("said", [19, 21])
def test_another_number_of_frames_than_the_header_says_is_refused(said: int) -> None:
    video = bytes_range(encode(moving_frames(20, 64, 48)), "v")
    header = replace(probe(video), frames=said)
    with pytest.raises(InputError, match=f"{said} "):
        list(decode_frames(video, 8, header))


def test_bytes_are_fetched_in_large_pieces_and_not_all_at_once() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (24, 240, 320, 3), dtype=np.uint8)
    data = encode(list(noise), options={"qp": "4", "preset": "ultrafast"})
    fetched: list[int] = []

    def fetch(offset: int, length: int) -> bytes:
        fetched.append(length)
        return data[offset : offset + length]

    video = ByteRange("v", len(data), fetch)
    header = probe(video)
    fetched.clear()
    assert sum(len(frames) for frames in decode_frames(video, 8, header)) == 24
    assert len(data) > 3_000_000
    assert max(fetched) <= 4_000_000
    assert len(fetched) < 8

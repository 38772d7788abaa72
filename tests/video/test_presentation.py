"""What players do with a video before they show it, done in the same way by headers and decoder."""

from __future__ import annotations

import io
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.errors import InputError
from analysis.io.byte_range import bytes_range
from analysis.video.clip import VideoClips
from analysis.video.decode import decode_frames
from analysis.video.probe import probe_bytes
from analysis.video.vmaf import vmaf_program
from tests.datasets.examples import encode, moving_frames

Frames = NDArray[np.uint8]

B_FRAMES = {"bf": "3", "g": "12", "x264-params": "b-adapt=0"}
ROTATIONS = ("90", "180", "270")


def decoded(data: bytes) -> Frames:
    return np.concatenate(list(decode_frames(bytes_range(data, "video.mp4"), 8)))


def corner_frames(count: int) -> list[Frames]:
    """Dark, with a bright corner at the top left and a grey one at the bottom left."""
    frame = np.full((48, 96, 3), 20, np.uint8)
    frame[:16, :16], frame[-16:, :16] = 240, 130
    return [frame] * count


def ffmpeg(tmp_path: Path, data: bytes, before: Sequence[str], after: Sequence[str]) -> bytes:
    """The MP4 that the ffmpeg program makes of another."""
    program = vmaf_program()
    assert program is not None
    source, target = tmp_path / "source.mp4", tmp_path / "target.mp4"
    source.write_bytes(data)
    line = [str(program), "-v", "error", "-y", *before, "-i", str(source), *after, str(target)]
    subprocess.run(line, check=True)
    return target.read_bytes()


def shown_by_ffmpeg(tmp_path: Path, data: bytes, size: tuple[int, int]) -> Frames:
    """Frames as the ffmpeg program shows them: turned, and edit lists applied."""
    program = vmaf_program()
    assert program is not None
    path = tmp_path / "shown.mp4"
    path.write_bytes(data)
    line = [str(program), "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24"]
    line += ["-fps_mode", "passthrough", "-"]
    pixels = subprocess.run(line, check=True, capture_output=True).stdout
    return np.frombuffer(pixels, np.uint8).reshape(-1, size[1], size[0], 3)


@pytest.mark.parametrize("degrees", ROTATIONS)
def test_a_rotated_video_is_turned_as_a_player_turns_it(degrees: str, tmp_path: Path) -> None:
    plain = encode(corner_frames(5), options={"qp": "0"})
    data = ffmpeg(tmp_path, plain, ("-display_rotation:v:0", degrees), ("-c", "copy"))
    header = probe_bytes(data, "video.mp4")
    expected = shown_by_ffmpeg(tmp_path, data, (header.width, header.height))
    assert (header.width, header.height) == ((96, 48) if degrees == "180" else (48, 96))
    found = decoded(data)
    assert found.shape == expected.shape == (5, header.height, header.width, 3)
    assert np.abs(found.astype(int) - expected).max() <= 2
    clip = VideoClips(bytes_range(data, "video.mp4")).frames(1, 4)
    assert np.abs(clip.astype(int) - expected[1:4]).max() <= 2
    assert any("turned by" in note for note in header.notes)


def test_a_mirrored_video_is_mirrored(tmp_path: Path) -> None:
    plain = encode(corner_frames(2), options={"qp": "0"})
    data = ffmpeg(tmp_path, plain, ("-display_hflip:v:0",), ("-c", "copy"))
    assert np.array_equal(decoded(data), decoded(plain)[:, :, ::-1])
    assert "is mirrored, as a player shows it" in probe_bytes(data, "v").notes


def test_a_turn_by_no_quarter_is_told(tmp_path: Path) -> None:
    plain = encode(corner_frames(2))
    data = ffmpeg(tmp_path, plain, ("-display_rotation:v:0", "30"), ("-c", "copy"))
    header = probe_bytes(data, "video.mp4")
    assert (header.width, header.height) == (96, 48)
    assert any("no quarter turn" in note for note in header.notes)


@pytest.mark.parametrize("options", [{"bf": "0", "g": "12"}, B_FRAMES], ids=["ip", "b"])
@pytest.mark.parametrize(("start", "length"), [(0.5, 0.4), (0.1, 1.0), (0.6, 5), (0.0, 0.7)])
def test_an_edit_list_hides_the_frames_that_players_hide(
    options: dict[str, str], start: float, length: float, tmp_path: Path
) -> None:
    plain = encode(moving_frames(60, 64, 48), rate=30, options=options)
    cut = ("-t", str(length), "-c", "copy")
    data = ffmpeg(tmp_path, plain, ("-ss", str(start)), cut)
    header = probe_bytes(data, "video.mp4")
    with av.open(io.BytesIO(data), "r") as container:
        frames = list(container.decode(video=0))
    assert header.frames == len(frames) == len(decoded(data))
    assert header.fps == 30
    shown = np.stack([frame.to_ndarray(format="rgb24") for frame in frames])
    times = np.diff([frame.pts or 0 for frame in frames])
    if len(set(times)) == 1:  # the copy may leave out B-frames, and clips go by even times
        clips = VideoClips(bytes_range(data, "video.mp4"))
        assert np.array_equal(clips.frames(0, header.frames), shown)
        assert np.array_equal(clips.frames(2, 5), shown[2:5])


def test_frames_that_an_edit_list_hides_are_told() -> None:
    data = bytearray(encode(moving_frames(30, 64, 48), options=B_FRAMES))
    place = data.index(b"elst") + 16  # version, flags, number of entries, duration: then the start
    (start,) = struct.unpack_from(">i", data, place)
    struct.pack_into(">i", data, place, start + 10 * 512)
    header = probe_bytes(bytes(data), "video.mp4")
    assert header.frames == 20
    assert "has an edit list that hides 10 of its 30 frames" in header.notes
    struct.pack_into(">i", data, place, start + 1000 * 512)
    with pytest.raises(InputError, match="edit list shows no frame"):
        probe_bytes(bytes(data), "video.mp4")


def with_sound(tmp_path: Path, seconds: int) -> bytes:
    """A video of 30 frames with noise, which takes far more bytes."""
    plain = encode(corner_frames(30), rate=30)
    noise = ("-f", "lavfi", "-i", f"anoisesrc=r=48000:d={seconds}", "-c:v", "copy", "-c:a", "aac")
    return ffmpeg(tmp_path, plain, (), (*noise, "-b:a", "192k"))


def test_sound_does_not_count_as_video(tmp_path: Path) -> None:
    data = with_sound(tmp_path, 20)
    header = probe_bytes(data, "video.mp4")
    with av.open(io.BytesIO(data), "r") as container:
        packets = sum(packet.size for packet in container.demux(video=0))
    assert len(data) > 10 * packets
    # The headers of the file come on top of the samples.
    assert packets < header.bytes < packets + 3_000
    assert header.frames == 30
    assert any(note.startswith("lies beside sound") for note in header.notes)


def test_all_of_a_file_with_nothing_but_video_counts() -> None:
    data = encode(corner_frames(30))
    assert probe_bytes(data, "video.mp4").bytes == len(data)


@pytest.mark.parametrize("first", [True, False])
def test_a_cover_picture_is_not_taken_for_the_video(first: bool, tmp_path: Path) -> None:
    plain = encode(corner_frames(12))
    cover = tmp_path / "cover.jpg"
    with av.open(str(cover), "w", format="image2") as container:
        stream = container.add_stream("mjpeg", rate=1)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 320, "yuvj420p"
        picture = av.VideoFrame.from_ndarray(np.full((320, 320, 3), 90, np.uint8), format="rgb24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode())
    order = ("-map", "1", "-map", "0") if first else ("-map", "0", "-map", "1")
    copy = ("-i", str(cover), *order, "-c", "copy")
    place = "0" if first else "1"
    for disposition in ((), (f"-disposition:v:{place}", "attached_pic")):
        data = ffmpeg(tmp_path, plain, (), (*copy, *disposition))
        header = probe_bytes(data, "video.mp4")
        assert (header.width, header.height, header.frames) == (96, 48, 12)
        assert decoded(data).shape == (12, 48, 96, 3)
        assert VideoClips(bytes_range(data, "v")).frames(0, 12).shape == (12, 48, 96, 3)


def test_pixel_aspect_and_hdr_are_told(tmp_path: Path) -> None:
    plain = encode(corner_frames(5))
    aspect = ffmpeg(tmp_path, plain, (), ("-c:v", "libx264", "-vf", "setsar=2/1"))
    header = probe_bytes(aspect, "video.mp4")
    assert (header.width, header.height) == (96, 48)
    assert any("pixels of 2:1" in note for note in header.notes)
    tags = "setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc"
    hdr = ffmpeg(tmp_path, plain, (), ("-c:v", "libx264", "-vf", tags))
    assert any("HDR (PQ)" in note for note in probe_bytes(hdr, "video.mp4").notes)
    assert probe_bytes(plain, "video.mp4").notes == ()


def test_uneven_timing_is_told(tmp_path: Path) -> None:
    plain = encode(corner_frames(20), rate=30)
    every_third_dropped = ("-vf", "select=not(eq(mod(n\\,3)\\,1))", "-fps_mode", "vfr")
    uneven = ffmpeg(tmp_path, plain, (), ("-c:v", "libx264", *every_third_dropped))
    assert any("unequally long" in note for note in probe_bytes(uneven, "video.mp4").notes)


def test_a_frame_without_a_duration_is_a_frame_without_a_rate() -> None:
    data = bytearray(encode(corner_frames(1)))
    place = data.index(b"stts") + 16
    struct.pack_into(">I", data, place, 0)
    header = probe_bytes(bytes(data), "video.mp4")
    assert (header.frames, header.rate) == (1, None)
    with pytest.raises(InputError, match="no duration"):
        _ = header.fps

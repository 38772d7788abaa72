"""Headers read by the box reader against what libavformat says of the same files."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.video.probe import VideoHeader, probe, probe_bytes, probe_file
from tests.datasets.examples import encode, moving_frames

SMALL = encode(moving_frames(12, 64, 48))


@pytest.mark.parametrize(
    ("encoder", "codec", "tag", "options"),
    [
        ("libx264", "H.264", "avc1", {"preset": "veryfast"}),
        ("libx264", "H.264", "avc1", {"preset": "ultrafast", "profile": "baseline"}),
        ("libx265", "HEVC", "hev1", {"preset": "ultrafast", "x265-params": "log-level=none"}),
        ("libsvtav1", "AV1", "av01", {"preset": "12", "svtav1-params": "log-level=0"}),
        ("libvpx-vp9", "VP9", "vp09", {"deadline": "realtime", "cpu-used": "8"}),
        ("mpeg4", "MPEG-4 Part 2", "mp4v", {}),
    ],
)
@pytest.mark.parametrize("rate", [35, Fraction(30000, 1001)])
@pytest.mark.parametrize("placing", [{}, {"movflags": "faststart"}], ids=["end", "front"])
def test_the_headers_are_those_that_libavformat_reads(
    encoder: str,
    codec: str,
    tag: str,
    options: dict[str, str],
    rate: int | Fraction,
    placing: dict[str, str],
) -> None:
    data = encode(moving_frames(14, 96, 64), encoder, rate, options, placing)
    header = probe_bytes(data, "video")
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        assert (header.width, header.height) == (stream.width, stream.height)
        assert header.frames == stream.frames
        assert header.fps == stream.average_rate
        # libavcodec calls one profile «Simple Profile» where the others are «Main», «High», …
        assert header.profile == (stream.profile or "").removesuffix(" Profile")
    assert (header.codec, header.tag) == (codec, tag)


def test_mpeg_2_in_mp4v_is_not_taken_for_mpeg_4() -> None:
    data = encode(moving_frames(5, 64, 48), "mpeg2video", 25)
    assert probe_bytes(data, "video").label == "MPEG-2 (Main)"


def test_labels_name_the_profile_and_for_mp4v_the_tag() -> None:
    assert probe_bytes(SMALL, "video").label == "H.264 (High)"
    mpeg4 = encode(moving_frames(5, 64, 48), "mpeg4")
    assert probe_bytes(mpeg4, "video").label == "MPEG-4 Part 2 (mp4v)"


def test_frames_of_unequal_duration_give_the_mean_rate() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for pts, picture in zip((0, 1, 4, 5, 9), moving_frames(5, 64, 48), strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = pts, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with av.open(io.BytesIO(buffer.getvalue())) as read:
        assert probe_bytes(buffer.getvalue(), "v").fps == read.streams.video[0].average_rate


def test_the_video_is_found_behind_an_audio_track() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        audio = container.add_stream("aac", rate=16000)
        video = container.add_stream("libx264", rate=35)
        assert isinstance(audio, av.AudioStream)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        sound.rate = 16000
        container.mux(audio.encode(sound))
        container.mux(audio.encode())
        for picture in moving_frames(3, 64, 48):
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
    assert probe_bytes(buffer.getvalue(), "video").frames == 3


def test_a_box_of_more_than_4_gb_is_skipped_without_being_read() -> None:
    start = struct.unpack(">I", SMALL[:4])[0]
    hole = 5 * 2**30
    large = struct.pack(">I4sQ", 1, b"free", hole)
    read = []

    def fetch(offset: int, length: int) -> bytes:
        read.append(length)
        if offset < start:
            return SMALL[offset : min(start, offset + length)]
        if offset < start + len(large):
            return large[offset - start :][:length]
        return SMALL[offset - hole :][:length]

    header = probe(ByteRange("video", len(SMALL) + hole, fetch))
    assert replace(header, bytes=len(SMALL)) == probe_bytes(SMALL, "video")
    assert sum(read) < 4_000


def test_a_file_on_the_disk_reads_as_its_bytes_do(tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(SMALL)
    assert probe_file(tmp_path / "video.mp4") == probe_bytes(SMALL, "video")
    with pytest.raises(InputError, match="absent"):
        probe_file(tmp_path / "absent.mp4")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS pointer"),
        (b"<!DOCTYPE html><title>404</title>", "web page"),
        (b"\x1a\x45\xdf\xa3 and more", "Matroska or WebM"),
        (b"not a video at all", "is not an MP4"),
        (SMALL[: SMALL.index(b"moov") - 4], "no moov box"),
        (SMALL[:-100], "cut off"),
        (SMALL[: SMALL.index(b"mdat") + 100], "cut off"),
        (
            encode(moving_frames(3, 64, 48), container_options={"movflags": "frag_keyframe"}),
            "fragm",
        ),
    ],
)
def test_what_is_no_whole_mp4_is_refused_in_one_sentence(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as raised:
        probe_bytes(data, "video_p1.mp4")
    message = str(raised.value)
    assert message.startswith("video_p1.mp4")
    assert "\n" not in message


FAST_START = encode(moving_frames(12, 64, 48), container_options={"movflags": "faststart"})


@pytest.mark.parametrize("data", [SMALL, FAST_START], ids=["end", "front"])
@given(share=st.floats(0, 1, exclude_max=True))
def test_no_truncated_video_is_taken_for_whole(data: bytes, share: float) -> None:
    with pytest.raises(InputError):
        probe_bytes(data[: int(share * len(data))], "video")


def test_an_mp4_whose_last_frames_are_not_there_is_told_by_its_chunks() -> None:
    """A box of no stated size goes on to the end of the file, wherever that is."""
    data = bytearray(FAST_START)
    place = data.index(b"mdat") - 4
    struct.pack_into(">I", data, place, 0)
    assert probe_bytes(bytes(data), "video").frames == 12
    with pytest.raises(InputError, match="its last frames lie up to byte"):
        probe_bytes(bytes(data[:-1]), "video")


@given(changes=st.dictionaries(st.integers(0, len(SMALL) - 1), st.integers(0, 255), max_size=8))
def test_garbled_bytes_give_a_header_or_a_refusal(changes: dict[int, int]) -> None:
    _probe_garbled(SMALL, changes)


MOOV = SMALL.index(b"moov") - 4


@given(changes=st.dictionaries(st.integers(MOOV, len(SMALL) - 1), st.integers(0, 255), max_size=8))
def test_garbled_boxes_give_a_header_or_a_refusal(changes: dict[int, int]) -> None:
    _probe_garbled(SMALL, changes)


def _probe_garbled(data: bytes, changes: dict[int, int]) -> None:
    garbled = bytearray(data)
    for position, value in changes.items():
        garbled[position] = value
    try:
        header = probe_bytes(bytes(garbled), "video")
    except InputError:
        return
    assert isinstance(header, VideoHeader)
    assert header.fps is None or header.fps > 0

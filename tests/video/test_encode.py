"""Videos are the same bytes for the same frames, and what their codec says they are."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.catalog import (
    recording_encoder,
    recording_encoders,
    video_encoder,
)
from analysis.errors import InputError
from analysis.recording.games import load_game
from analysis.recording.replay import replayed_view
from analysis.video.encode import video_writer
from analysis.video.encoder_settings import EncoderSettings, encoder_settings
from tests.shared import REPOSITORY

SIZE = (320, 240)
GAME = REPOSITORY / "measurements" / "games" / "cig-MAP01-1.npz"


@pytest.fixture(scope="module")
def frames() -> NDArray[np.uint8]:
    """(40, 240, 320, 3): frames of a real game."""
    game = load_game(GAME)
    with replayed_view(game.demo, game.scenario, 0, SIZE, 100, 40) as view:
        return np.array([frame for _, frame in view])


def encode(path: Path, frames: NDArray[np.uint8], codec: str | EncoderSettings) -> Path:
    chosen = encoder_settings(video_encoder(codec)) if isinstance(codec, str) else codec
    with video_writer(path, (frames.shape[2], frames.shape[1]), 35, chosen) as write:
        for frame in frames:
            write(frame)
    return path


def decode(path: Path) -> list[av.VideoFrame]:
    with av.open(path) as container:
        return list(container.decode(video=0))


@pytest.mark.parametrize("codec", [encoder.id for encoder in recording_encoders()])
def test_the_same_frames_give_the_same_bytes(
    codec: str, frames: NDArray[np.uint8], tmp_path: Path
) -> None:
    # x264 without cpu-independent needs a few times to show that it wavers.
    videos = {encode(tmp_path / "video.mp4", frames[:20], codec).read_bytes() for _ in range(8)}
    assert len(videos) == 1


@pytest.mark.parametrize("codec", [encoder.id for encoder in recording_encoders()])
def test_every_frame_comes_back_in_order_and_alike(
    codec: str, frames: NDArray[np.uint8], tmp_path: Path
) -> None:
    path = encode(tmp_path / "video.mp4", frames, codec)
    with av.open(path) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.codec_tag == video_encoder(codec).tag
        assert (stream.width, stream.height) == SIZE
        assert stream.average_rate == 35
    decoded = decode(path)
    assert len(decoded) == len(frames)
    for picture, frame in zip(decoded, frames, strict=True):
        error = picture.to_ndarray(format="rgb24").astype(float) - frame
        assert 10 * np.log10(255**2 / (error**2).mean()) > 27
    assert decoded[0].key_frame


def test_colours_survive(tmp_path: Path) -> None:
    colours = np.array([(200, 40, 40), (40, 200, 40), (40, 40, 200), (220, 220, 30)], np.uint8)
    frame = np.repeat(np.repeat(colours[None], 64, axis=0), 32, axis=1)
    decoded = decode(encode(tmp_path / "video.mp4", frame[None], "h264"))
    shown = decoded[0].to_ndarray(format="rgb24")[32, 16::32].astype(int)
    assert np.abs(shown - colours).max() <= 6


def test_the_index_stands_before_the_frames(frames: NDArray[np.uint8], tmp_path: Path) -> None:
    content = encode(tmp_path / "video.mp4", frames[:5], "h264").read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_mpeg4_is_what_opencv_writes(frames: NDArray[np.uint8], tmp_path: Path) -> None:
    enlarged = np.array(
        [cv2.resize(frame, (640, 480), interpolation=cv2.INTER_CUBIC) for frame in frames]
    )
    ours = encode(tmp_path / "ours.mp4", enlarged, "mpeg4")
    theirs = tmp_path / "theirs.mp4"
    writer = cv2.VideoWriter(str(theirs), cv2.VideoWriter.fourcc(*"mp4v"), 35, (640, 480))
    for frame in enlarged:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    assert ours.stat().st_size == pytest.approx(theirs.stat().st_size, rel=0.01)
    keys = [[frame.key_frame for frame in decode(path)] for path in (ours, theirs)]
    assert keys[0] == keys[1]
    assert keys[0].index(True, 1) == 12


def test_a_better_quality_takes_more_bytes(frames: NDArray[np.uint8], tmp_path: Path) -> None:
    sizes = []
    for quality in (17, 30):
        path = tmp_path / f"{quality}.mp4"
        encode(path, frames, encoder_settings(video_encoder("h264"), quality))
        sizes.append(path.stat().st_size)
    assert sizes[0] > 2 * sizes[1]


def test_unknown_codecs_and_odd_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no codec vp9; choose one of h264, hevc, av1, mpeg4"):
        recording_encoder("vp9")
    with (
        pytest.raises(InputError, match="both sides must be even"),
        video_writer(
            tmp_path / "video.mp4", (321, 240), 35, encoder_settings(video_encoder("h264"))
        ),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [encoder.id for encoder in recording_encoders()])
def test_the_worst_and_the_best_quality_work_and_none_beyond(name: str, tmp_path: Path) -> None:
    best, worst = video_encoder(name).qualities
    noise = np.random.default_rng(0).integers(0, 256, (1, 120, 160, 3), np.uint8)
    sizes = []
    for quality in (best, worst):
        chosen = encoder_settings(video_encoder(name), quality)
        path = encode(tmp_path / f"{quality}.mp4", noise.repeat(3, axis=0), chosen)
        sizes.append(path.stat().st_size)
    assert sizes[0] > sizes[1]
    with pytest.raises(InputError, match=f"{name} has no quality {worst + 1}"):
        recording_encoder(name, worst + 1)


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match=r"\(120, 160, 3\)"),
        video_writer(
            tmp_path / "video.mp4", SIZE, 35, encoder_settings(video_encoder("h264"))
        ) as write,
    ):
        write(np.zeros((120, 160, 3), np.uint8))

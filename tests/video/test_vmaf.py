"""VMAF falls with what is lost, and takes a video and its frames alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.catalog import (
    video_encoder,
)
from analysis.io.byte_range import file_range
from analysis.video.decode import decode_frames
from analysis.video.encode import picture_writer
from analysis.video.encoder_settings import EncoderSettings, encoder_settings
from analysis.video.uncompressed import UncompressedClip
from analysis.video.vmaf import vmaf, vmaf_of_frames, vmaf_program, vmaf_version


def encoded(clip: UncompressedClip, way: EncoderSettings, folder: Path) -> Path:
    video = folder / f"video.{way.encoder.container}"
    with picture_writer(video, (clip.width, clip.height), clip.frames_per_second, way) as write:
        for ready in clip.pictures(way.pixel_format):
            write(ready)
    return video


def test_there_is_a_program_with_it() -> None:
    assert vmaf_program() is not None
    assert (vmaf_version() or "").startswith("vmaf_v0.6.1, ffmpeg ")


def test_it_falls_with_quality(clip: UncompressedClip, tmp_path: Path) -> None:
    found = []
    for way in (
        encoder_settings(video_encoder("ffv1")),
        *(encoder_settings(video_encoder("h264"), q) for q in (17, 30, 45)),
    ):
        judged = vmaf(encoded(clip, way, tmp_path), clip, 5)
        assert judged is not None
        assert len(judged) == 6
        found.append(np.mean(judged))
    assert found == sorted(found, reverse=True)
    assert found[0] > 99
    assert found[-1] < 60


def test_frames_are_judged_as_the_video_they_come_from(
    clip: UncompressedClip, tmp_path: Path
) -> None:
    video = encoded(clip, encoder_settings(video_encoder("h264"), 32), tmp_path)
    with file_range(video) as file:
        frames = np.concatenate(list(decode_frames(file, 8)))
    alike = vmaf_of_frames(dict(enumerate(frames)), clip, 5)
    assert alike is not None
    # Through RGB and back; the first frame of a clip has no motion to weigh with.
    assert alike == pytest.approx(vmaf(video, clip, 5), abs=2)

"""Every encoder says which build it is."""

from __future__ import annotations

import re

import pytest

from analysis.catalog import (
    VideoEncoder,
    video_encoders,
)
from analysis.video.encoder_version import encoder_version

EXPECTED = {
    "libx264": r"^core \d+",
    "libx264rgb": r"^core \d+",
    "libx265": r"^\d+\.\d+",
    "libsvtav1": r"^v\d+\.\d+",
    "mpeg4": r"^libavcodec \d+\.\d+",
    "ffv1": r"^libavcodec \d+\.\d+",
}


@pytest.mark.parametrize("encoder", video_encoders(), ids=lambda encoder: encoder.id)
def test_the_version_is_that_encoders(encoder: VideoEncoder) -> None:
    assert re.search(EXPECTED[encoder.ffmpeg_encoder], encoder_version(encoder))

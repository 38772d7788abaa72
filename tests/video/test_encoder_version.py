"""Every encoder says which build it is."""

from __future__ import annotations

import re

import pytest

from analysis.video.codecs import CODECS, LOSSLESS, Codec
from analysis.video.encoder_version import encoder_version

EXPECTED = {
    "libx264": r"^core \d+",
    "libx264rgb": r"^core \d+",
    "libx265": r"^\d+\.\d+",
    "libsvtav1": r"^v\d+\.\d+",
    "mpeg4": r"^libavcodec \d+\.\d+",
    "ffv1": r"^libavcodec \d+\.\d+",
}


@pytest.mark.parametrize("codec", [*CODECS.values(), *LOSSLESS.values()], ids=lambda c: c.name)
def test_the_version_is_that_encoders(codec: Codec) -> None:
    assert re.search(EXPECTED[codec.encoder], encoder_version(codec.encoder))

"""What reads headers and chooses settings does without the libraries that decode and encode."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["probe", "sample_entry", "encoder_settings", "scheduling"])
def test_video_is_described_without_a_decoder(module: str) -> None:
    code = f"import sys, analysis.video.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"av", "cv2", "numpy", "torch"} & set(done.stdout.split())

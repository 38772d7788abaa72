"""Encoders leave the scheduling of this process as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis.catalog import (
    recording_encoders,
    video_encoder,
)
from analysis.video.encode import video_writer
from analysis.video.encoder_settings import encoder_settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says it of threads")


def policies() -> set[int]:
    """Of all threads of this process."""
    return {os.sched_getscheduler(int(task.name)) for task in Path("/proc/self/task").iterdir()}


@pytest.mark.parametrize("codec", [encoder.id for encoder in recording_encoders()])
def test_no_encoder_makes_real_time_threads_of_ours(codec: str, tmp_path: Path) -> None:
    before = policies()
    with video_writer(
        tmp_path / "a.mp4", (64, 64), 35, encoder_settings(video_encoder(codec))
    ) as write:
        for _ in range(3):
            write(np.zeros((64, 64, 3), np.uint8))
            assert policies() <= before
    assert policies() <= before


def test_what_is_started_afterwards_runs_as_anything_else(tmp_path: Path) -> None:
    with video_writer(
        tmp_path / "a.mp4", (64, 64), 35, encoder_settings(video_encoder("av1"))
    ) as write:
        write(np.zeros((64, 64, 3), np.uint8))
    ask = "import os; print(os.sched_getscheduler(0))"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert int(said.stdout) == os.SCHED_OTHER

"""Frames of the clip that the ledger has."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import InputError
from analysis.kinds.encode_throughput.clip import clip_frames
from analysis.kinds.shard_sizes.record import PlayedClip
from analysis.ledger import store
from tests.kinds.examples import shard_sizes, with_clip
from tests.shared import REPOSITORY

LEDGER = REPOSITORY / "measurements"


def test_the_first_player_is_seen_at_the_size_that_is_asked_for() -> None:
    found = clip_frames([LEDGER], (96, 128))
    frames = found.frames
    assert frames.dtype == np.uint8
    assert frames.shape == (found.input.frames, 96, 128, 3)
    # As a decoder gives them.
    assert frames.transpose(0, 3, 1, 2).flags.c_contiguous
    # A game and no still: neighbouring frames differ, and by less than frames far apart.
    difference = [np.abs(frames[0].astype(int) - frames[n]).mean() for n in (1, 100)]
    assert 0 < difference[0] < difference[1]
    path = LEDGER / "media" / "shard-sizes" / found.input.name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == found.input.sha256


def test_a_ledger_without_a_clip_is_refused(tmp_path: Path) -> None:
    store.write(shard_sizes(), tmp_path)
    with pytest.raises(InputError, match=r"has a clip of a game; give a ledger that has one\.$"):
        clip_frames([tmp_path], (48, 64))


@pytest.mark.parametrize("cut", [0, 200_000])
def test_a_clip_that_cannot_be_read_is_refused(tmp_path: Path, cut: int) -> None:
    run = with_clip(shard_sizes())
    clip = run.results.clip
    assert isinstance(clip, PlayedClip)
    (whole,) = (LEDGER / "media" / "shard-sizes").glob("*/duel.mp4")
    store.write(run, tmp_path, {clip.file: whole.read_bytes()[:cut], clip.poster: b""})
    with pytest.raises(InputError, match=r"cannot be read to its end; restore it\.$"):
        clip_frames([tmp_path], (48, 64))

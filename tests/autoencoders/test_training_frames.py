import json
from pathlib import Path

import numpy as np
import pytest

from analysis.autoencoders.training_frames import sample_frames
from analysis.datasets.dataset import Dataset
from analysis.datasets.layouts.doom import META, recording_shard_name
from analysis.datasets.opening import open_dataset
from analysis.datasets.writer import Sample, write_shard
from analysis.errors import InputError
from tests.datasets.examples import episode_key, moving_frames, recording_sample, replaced


def marked(number: int, split: str | None, **options: object) -> Sample:
    sample = recording_sample(number, size=(64, 32), **options)  # type: ignore[arg-type]
    meta = sample.members[META]
    assert isinstance(meta, bytes)
    said = {"split": split} if split else {}
    return replaced(sample, {META: json.dumps(json.loads(meta) | said).encode()})


def shards(folder: Path, *samples: Sample) -> Path:
    for number, sample in enumerate(samples):
        write_shard(folder / recording_shard_name(0, number), [sample])
    return folder


def test_marked_episodes_are_held_out_and_the_others_sampled(tmp_path: Path) -> None:
    source = shards(
        tmp_path,
        marked(0, "training", frames=20),
        marked(1, "held-out", frames=211, players=("p1",)),
        marked(2, None, frames=11),
    )
    frames = sample_frames(open_dataset(source), tmp_path, every=5)
    assert frames.episodes == ((episode_key(0), episode_key(2)), (episode_key(1),))
    assert frames.training.shape == (2 * 4 + 2 * 2, 32, 64, 3)
    assert frames.held_out.shape == (1, 32, 64, 3)
    shown = np.array(moving_frames(20, 64, 32))[2::5]
    error = np.abs(frames.training[:4].astype(int) - shown).mean(axis=(1, 2, 3))
    others = np.abs(frames.training[:4].astype(int) - shown[::-1]).mean(axis=(1, 2, 3))
    assert (error < others).all()


def test_without_marks_every_tenth_episode_is_held_out(tmp_path: Path) -> None:
    source = shards(tmp_path, *(marked(number, None, frames=5) for number in range(12)))
    keys = [episode_key(number) for number in range(12)]
    training, held_out = sample_frames(open_dataset(source), tmp_path, every=3).episodes
    assert held_out == (keys[0], keys[10])
    assert training == (*keys[1:10], keys[11])


def test_frames_are_decoded_once(tmp_path: Path) -> None:
    source = shards(tmp_path, marked(0, "held-out"), marked(1, None))
    first = sample_frames(open_dataset(source), tmp_path, every=4)
    told: list[str] = []
    again = sample_frames(
        open_dataset(source), tmp_path, 4, lambda what, done, total: told.append(what)
    )
    assert told == []
    assert np.array_equal(again.training, first.training)
    assert sample_frames(open_dataset(source), tmp_path, every=10).training.shape[0] == 4


def test_a_single_episode_is_too_few(tmp_path: Path) -> None:
    source = shards(tmp_path, marked(0, None))
    with pytest.raises(InputError, match="record at least two"):
        sample_frames(open_dataset(source), tmp_path)


def test_sizes_that_no_block_fits_are_refused(tmp_path: Path) -> None:
    source = shards(tmp_path, recording_sample(0), recording_sample(1))
    with pytest.raises(InputError, match="multiples of 32; found 64x48"):
        sample_frames(open_dataset(source), tmp_path)


def test_clips_are_consecutive_frames_from_the_middle_of_their_stretch(tmp_path: Path) -> None:
    source = shards(
        tmp_path,
        marked(0, "training", frames=20, players=("p1",)),
        marked(1, "held-out", frames=9, players=("p1",)),
    )
    every = sample_frames(open_dataset(source), tmp_path, every=1).training
    frames = sample_frames(open_dataset(source), tmp_path, every=10, clip_frames=4)
    assert np.array_equal(frames.training, every[[3, 4, 5, 6, 13, 14, 15, 16]])
    assert frames.held_out.shape == (4, 32, 64, 3)


def test_a_video_shorter_than_a_clip_gives_none(tmp_path: Path) -> None:
    source = shards(
        tmp_path,
        marked(0, "training", frames=20, players=("p1",)),
        marked(1, "training", frames=3, players=("p1",)),
        marked(2, "held-out", frames=9, players=("p1",)),
    )
    frames = sample_frames(open_dataset(source), tmp_path, every=10, clip_frames=8)
    assert len(frames.training) == 2 * 8


def test_clips_that_overlap_are_refused(tmp_path: Path) -> None:
    data = Dataset("anywhere", "doom", ())
    with pytest.raises(InputError, match="Clips of 8 frames overlap when one begins every 5"):
        sample_frames(data, tmp_path, every=5, clip_frames=8)

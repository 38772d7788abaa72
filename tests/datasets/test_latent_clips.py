"""Clips for a training loop: every one by its number, in workers too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from analysis.datasets.latent_clips import LatentClip, LatentClips
from analysis.datasets.layouts.doom import field_name
from analysis.datasets.writer import write_shard
from analysis.errors import InputError
from tests.datasets.test_latent_reader import FRAMES, compressed, plain, values

CLIP = 12


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two episodes of two views, one plain and one compressed."""
    folder = tmp_path_factory.mktemp("clips")
    write_shard(folder / "latent-000000.tar", [plain(0)])
    write_shard(folder / "latent-000001.tar", [compressed(1)])
    return folder


def test_clips_of_a_view_follow_each_other_and_then_the_next_view_comes(shards: Path) -> None:
    clips = LatentClips(shards, CLIP)
    each = FRAMES // CLIP
    assert len(clips) == 4 * each
    for number in range(len(clips)):
        view, place = divmod(number, each)
        clip = clips[number]
        assert clip.start == place * CLIP
        assert clip.latents.dtype == torch.float16
        assert np.array_equal(clip.latents.numpy(), values(view)[clip.start : clip.start + CLIP])
    with pytest.raises(IndexError, match=f"there are {4 * each} clips"):
        clips[len(clips)]


def test_clips_may_overlap(shards: Path) -> None:
    clips = LatentClips(shards, CLIP, stride=1)
    assert len(clips) == 4 * (FRAMES - CLIP + 1)
    assert clips[1].start == 1


def test_actions_are_cut_alike(shards: Path) -> None:
    name = field_name("actions", "p1")
    clips = LatentClips(shards, CLIP, arrays=[name])
    whole = clips.reader.views[0]
    assert whole.shape[0] == FRAMES
    rows = torch.cat([clips[number].arrays[name] for number in range(FRAMES // CLIP)])
    assert rows.shape == (FRAMES // CLIP * CLIP, 14)
    with pytest.raises(InputError, match=r"has no array speed\.npy"):
        LatentClips(shards, CLIP, arrays=["speed.npy"])


def test_longer_clips_than_any_view_are_refused(shards: Path) -> None:
    with pytest.raises(InputError, match=f"the longest has {FRAMES}"):
        LatentClips(shards, FRAMES + 1)


# Forking a process in which torch has started threads is what loaders do on Linux.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers_read_the_same_clips(shards: Path, start: str) -> None:
    clips = LatentClips(shards, CLIP)
    clips[0]  # opened before the workers start
    loader: DataLoader[LatentClip] = DataLoader(
        clips,  # type: ignore[arg-type]
        batch_size=3,
        num_workers=2,
        multiprocessing_context=start,
    )
    batches: list[LatentClip] = list(loader)
    latents = torch.cat([batch.latents for batch in batches])
    assert torch.equal(latents, torch.stack([clips[n].latents for n in range(len(clips))]))
    starts = [int(each) for batch in batches for each in batch.start]  # type: ignore[attr-defined]
    assert starts == [clips[n].start for n in range(len(clips))]

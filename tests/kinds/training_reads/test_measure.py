"""What training reads, from real shards by real worker processes."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from analysis.codecs.latent_codec import latent_codec
from analysis.datasets.compress import compress_dataset
from analysis.datasets.latent_reader import LatentReader
from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of
from analysis.errors import InputError
from analysis.io.locations import StoredFile
from analysis.kinds.ledger import read_run
from analysis.kinds.run import run
from analysis.kinds.training_reads import loop, sets
from analysis.kinds.training_reads import measure as training_reads
from analysis.kinds.training_reads.record import TrainingReads
from tests.kinds.latent_studies import context, source

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def measured(
    weights: Path, recording_shards: Path, tmp_path_factory: pytest.TempPathFactory
) -> TrainingReads:
    """A quick run on one game of 3 s."""
    folder = tmp_path_factory.mktemp("training-reads")
    given = context(folder, source(folder, recording_shards, weights))
    (path,) = run(["training-reads"], given, ["measure"], folder / "ledger")
    found = read_run(path)
    assert isinstance(found, TrainingReads)
    assert not (folder / "unfinished" / "training-reads-quick").exists()
    return found


def test_every_way_of_storing_is_read_in_every_way(measured: TrainingReads) -> None:
    results = measured.results
    assert [(entry.kind, entry.gop) for entry in results.sets] == [
        ("video", 12),
        ("video", 250),
        ("latents", None),
        ("latents", None),
        ("latents", None),
    ]
    assert {entry.views for entry in results.sets} == {1}
    assert len({entry.frames for entry in results.sets}) == 1
    seen = {
        (read.set, read.reader, read.pattern, read.clip_frames, read.cache)
        for read in results.reads
    }
    raw = results.sets[2].name
    for cache in ("cold", "warm"):
        for frames in (16, 70):
            assert (raw, "whole episode", "random clips", frames, cache) in seen
            for entry in results.sets:
                assert (entry.name, "clip", "random clips", frames, cache) in seen
        for entry in results.sets[2:]:
            assert (entry.name, "webdataset", "sequential", None, cache) in seen
    assert all(read.rate.frames_per_s > 0 for read in results.reads)
    assert results.not_read == ()


def test_key_frames_cost_bytes_and_compression_saves_some(measured: TrainingReads) -> None:
    short, long, raw, near_lossless, lossless = measured.results.sets
    assert short.frames == long.frames
    assert near_lossless.bytes < lossless.bytes < raw.bytes


def test_random_clips_are_the_same_for_a_seed_and_lie_within_views() -> None:
    lengths = (10, 100, 5)
    first = list(islice(loop.random_clips(lengths, 16, 1), 60))
    assert first == list(islice(loop.random_clips(lengths, 16, 1), 60))
    assert first != list(islice(loop.random_clips(lengths, 16, 2), 60))
    for view, start, stop in first:
        assert 0 <= start < stop <= lengths[view]
        assert stop - start == min(16, lengths[view])
    assert {view for view, _, _ in first[:3]} == {0, 1, 2}


def test_a_sequential_epoch_has_every_frame_once() -> None:
    lengths = (10, 7)
    requests = list(islice(loop.sequential(lengths, 4), 5))
    assert requests == [(0, 0, 4), (0, 4, 8), (0, 8, 10), (1, 0, 4), (1, 4, 7)]


def test_what_is_dropped_from_the_cache_comes_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "latent-000000.tar"
    path.write_bytes(np.random.default_rng(0).bytes(4_000_000))
    shard = StoredFile(path.name, str(path), path.stat().st_size)
    # A memory file system has no disk to read from: either answer is right, and none is an error.
    assert loop.cold_is_cold([shard]) in (True, False)
    loop.drop_from_cache([shard])
    loop.read_into_cache([shard])


def test_shorter_distances_of_key_frames_are_encoded_once(
    recording_shards: Path, tmp_path: Path
) -> None:
    episode = recordings_of(open_dataset(recording_shards)).episodes[0]
    view = sets.VideoView(episode, episode.videos[0])
    assert sets.longest_gop(view) > 12
    path = sets.with_gop(view, 12, 0, tmp_path)
    written = path.stat().st_mtime_ns
    assert sets.with_gop(view, 12, 0, tmp_path).stat().st_mtime_ns == written
    (again,) = recordings_of(open_dataset(tmp_path)).episodes
    short = sets.VideoView(again, again.videos[0])
    assert sets.longest_gop(short) <= 12
    one, other = sets.VideoFrames([view]), sets.VideoFrames([short])
    assert one.lengths == other.lengths
    difference = one.read(0, 20, 40).astype(int) - other.read(0, 20, 40)
    assert np.abs(difference).mean() < 4


def test_a_naive_reader_reads_the_same_frames(encoded: Path) -> None:
    with LatentReader(encoded) as reader:
        naive = sets.WholeEpisodes(reader.views)
        clips = sets.LatentFrames(reader, reader.views)
        assert naive.lengths == clips.lengths
        assert np.array_equal(naive.read(1, 5, 25), clips.read(1, 5, 25))


def test_compressed_latents_are_not_read_as_raw_ones(encoded: Path, tmp_path: Path) -> None:
    compress_dataset(str(encoded), str(tmp_path / "compressed"), latent_codec("zstd:3"))
    with pytest.raises(InputError, match="give raw latents"):
        training_reads.measure(context(tmp_path, {"path": str(tmp_path / "compressed")}))

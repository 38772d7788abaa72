"""How fast a tiny autoencoder encodes a short recording; the figures agree with each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder, PendingLatents
from analysis.datasets.layouts.doom import recording_shard_name
from analysis.datasets.opening import open_dataset
from analysis.datasets.recordings import recordings_of
from analysis.datasets.shards import latent_shard_name
from analysis.datasets.writer import write_shard
from analysis.errors import InputError
from analysis.kinds.context import Context
from analysis.kinds.encode_throughput import measure as encode_throughput
from analysis.kinds.encode_throughput import peak
from analysis.kinds.encode_throughput.measure import Extent
from analysis.kinds.encode_throughput.record import EncodeThroughput, EncodeThroughputResults
from analysis.kinds.encode_throughput.sample import short_episode
from analysis.kinds.ledger import read_run
from analysis.kinds.run import run
from analysis.kinds.study import Study
from analysis.video.decode import decode_frames
from tests.datasets.examples import latent_sample, recording_sample
from tests.encoding.tiny import save_tiny

FRAMES = 5


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A few frames, small matrices, one thread: tests run side by side."""
    monkeypatch.setattr(encode_throughput, "_extent", lambda profile: Extent(FRAMES, 2, (1, 4)))
    monkeypatch.setattr(peak, "_SIZES", {"cpu": (64, 128)})
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    recordings, latents = tmp_path / "recordings", tmp_path / "latents"
    recordings.mkdir()
    latents.mkdir()
    write_shard(recordings / recording_shard_name(0, 0), [recording_sample(1, 20)])
    write_shard(latents / latent_shard_name(0), [latent_sample(1)])
    study = Study.model_validate(
        {
            "autoencoder": "dc-ae-lite-f32c32",
            "encode_with": [str(save_tiny(tmp_path / "tiny"))],
            "quick": {
                "shards": [
                    {"name": "latents", "path": str(latents)},
                    {"name": "native", "path": str(recordings)},
                ]
            },
        }
    )
    return Context(
        study, Path("study.toml"), "quick", (), lambda what, done, total: None, device="cpu"
    )


def test_every_figure_follows_from_the_others(context: Context) -> None:
    outcome = encode_throughput.measure(context)
    results = outcome.results
    assert isinstance(results, EncodeThroughputResults)
    assert (results.width, results.height, results.codec) == (64, 48, "H.264 (High)")
    assert [input.name for input in outcome.inputs] == ["native"]
    (timed,) = results.autoencoders
    assert (timed.spatial, timed.temporal, timed.channels) == (32, 1, 32)
    ways = [(way.precision, way.batch_size, way.compiled) for way in timed.encoder]
    assert ways == [(p, batch, False) for p in ("fp32", "bf16") for batch in (1, 4)]
    assert timed.skipped == ()
    for way in timed.encoder:
        assert way.encode.n == 2
        assert way.encode.slowest_frames_per_s <= way.encode.frames_per_s
        assert way.encode.frames_per_s <= way.encode.fastest_frames_per_s
        assert way.gflop_per_s == pytest.approx(way.encode.frames_per_s * timed.gflop_per_frame)
        best = results.peak(way.precision).gflop_per_s
        assert way.share_of_peak == pytest.approx(way.gflop_per_s / best)
    pipeline = timed.pipeline
    assert pipeline is not None
    stages = (pipeline.decode, pipeline.encode, pipeline.write)
    slowest = min(stage.frames_per_s for stage in stages)
    assert pipeline.share_of_slowest == pytest.approx(pipeline.together.frames_per_s / slowest)
    assert (pipeline.precision, pipeline.batch_size) == ("fp32", 16)


def test_the_work_of_a_convolution_is_counted(context: Context) -> None:
    """The first layer alone: 3·3·3 multiplications and additions for each of 8 channels."""
    results = encode_throughput.measure(context).results
    assert isinstance(results, EncodeThroughputResults)
    (timed,) = results.autoencoders
    padded = 64 * 64
    assert timed.gflop_per_frame > 2 * 27 * 8 * padded / 1e9
    assert timed.gflop_per_frame < 0.1


def test_a_way_that_this_machine_does_not_allow_is_a_sentence(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Autoencoder.begin_encoding

    def no_bf16(self: Autoencoder, frames: NDArray[np.uint8]) -> PendingLatents:
        if self.runtime.precision == "bf16":
            raise RuntimeError("no kernel for bfloat16 here\nand more lines")
        return real(self, frames)

    monkeypatch.setattr(Autoencoder, "begin_encoding", no_bf16)
    results = encode_throughput.measure(context).results
    assert isinstance(results, EncodeThroughputResults)
    (timed,) = results.autoencoders
    assert {way.precision for way in timed.encoder} == {"fp32"}
    assert [way.reason for way in timed.skipped] == [
        "RuntimeError: no kernel for bfloat16 here"
    ] * 2


def test_the_first_frames_are_those_of_the_recording(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    write_shard(recordings / recording_shard_name(0, 0), [recording_sample(1, 20)])
    (tmp_path / "cut").mkdir()
    cut = short_episode(open_dataset(recordings), 7, tmp_path / "cut")
    (whole,) = recordings_of(open_dataset(recordings)).episodes
    decoded = []
    for episode in (whole, cut):
        with episode.open() as members:
            decoded.append(next(decode_frames(members["video_p1.mp4"], 2)))
    assert cut.frames == 7
    # Later ones may be other frames: coded frames are cut, and some are shown after the cut.
    assert np.array_equal(decoded[0][0], decoded[1][0])


def test_latents_alone_are_not_measured(context: Context) -> None:
    latents = context.study.profile("quick").shards[0]
    study = context.study.model_copy(
        update={"quick": context.study.profile("quick").model_copy(update={"shards": (latents,)})}
    )
    with pytest.raises(InputError, match="name a set of recordings"):
        encode_throughput.measure(replace(context, study=study))


def test_a_run_is_appended_and_read_again(context: Context, tmp_path: Path) -> None:
    (path,) = run(["encode-throughput"], context, ["latent-storage", "measure"], tmp_path / "out")
    measurement = read_run(path)
    assert isinstance(measurement, EncodeThroughput)
    assert measurement.parameters.frames == FRAMES
    assert measurement.parameters.device == "cpu"

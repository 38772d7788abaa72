"""An encoder timed in any way gives the latents that it gives in every other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder, PendingLatents
from analysis.autoencoders.load import load
from analysis.autoencoders.runtime import Runtime
from analysis.kinds.encode_throughput import timing
from analysis.kinds.encode_throughput.layout import in_layout, layout_of
from analysis.kinds.encode_throughput.passes import batches, encode_all
from analysis.kinds.encode_throughput.record import EncoderRun, Peak, Skipped, Way
from analysis.kinds.encode_throughput.timing import Bench, described, time_way, trained, with_run
from tests.encoding.tiny import save_tiny

FRAMES = np.random.default_rng(0).integers(0, 256, (6, 64, 96, 3), dtype=np.uint8)
RUNTIME = Runtime("cpu", "fp32", 4)
USUAL = Way(precision="fp32", batch_size=4, compiled=False, layout="contiguous", copies="one-ahead")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timing, "_LONG_ENOUGH_S", 0.01)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def name(tmp_path: Path) -> str:
    return str(save_tiny(tmp_path / "tiny"))


@pytest.fixture
def bench() -> Bench:
    peaks = tuple(Peak(precision=p, gflop_per_s=50.0, size=64, sizes=(64,)) for p in ("fp32",))
    return Bench("cpu", FRAMES, 2, peaks, trained)


def test_a_layout_changes_where_values_lie_and_no_latent_by_more_than_rounding(name: str) -> None:
    latents = {}
    for layout in ("contiguous", "channels-last"):
        autoencoder = in_layout(load(name, RUNTIME), layout)
        assert layout_of(autoencoder) == layout
        latents[layout] = autoencoder.encode(FRAMES).astype(np.float32)
    scale = np.abs(latents["contiguous"]).max()
    np.testing.assert_allclose(
        latents["channels-last"], latents["contiguous"], rtol=0, atol=1e-2 * scale
    )


def test_images_of_a_model_in_a_layout_lie_in_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[bool] = []
    autoencoder = in_layout(load(name, RUNTIME), "channels-last")
    module: Any = type(autoencoder.module)
    encode = module.encode

    def watched(self: torch.nn.Module, images: torch.Tensor) -> object:
        given.append(images.is_contiguous(memory_format=torch.channels_last))
        return encode(self, images)

    monkeypatch.setattr(module, "encode", watched)
    autoencoder.encode(FRAMES[:2])
    assert given == [True, True]


def test_an_autoencoder_that_has_the_layout_stays_as_it_is(name: str) -> None:
    autoencoder = load(name, RUNTIME)
    assert in_layout(autoencoder, layout_of(autoencoder)) is autoencoder


@pytest.mark.parametrize("rounds", [1, 3])
def test_every_frame_is_encoded_in_every_round_and_waited_for(
    name: str, rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[NDArray[np.uint8]] = []
    fetched = 0
    begin, fetch = Autoencoder.begin_encoding, PendingLatents.numpy

    def watched(self: Autoencoder, frames: NDArray[np.uint8]) -> PendingLatents:
        begun.append(frames)
        return begin(self, frames)

    def counted(self: PendingLatents) -> NDArray[np.float16]:
        nonlocal fetched
        fetched += 1
        return fetch(self)

    monkeypatch.setattr(Autoencoder, "begin_encoding", watched)
    monkeypatch.setattr(PendingLatents, "numpy", counted)
    autoencoder = load(name, RUNTIME)
    for copies in ("in-turn", "one-ahead"):
        begun.clear()
        fetched = 0
        encode_all(autoencoder, FRAMES, copies, rounds)
        assert [len(batch) for batch in begun] == [4, 2] * rounds
        np.testing.assert_array_equal(
            np.concatenate(begun), np.concatenate([*batches(FRAMES, autoencoder)] * rounds)
        )
        assert fetched == len(begun)


def test_a_way_is_timed_over_passes_that_are_long_enough(
    name: str, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "_LONG_ENOUGH_S", 0.3)
    run = time_way(name, USUAL, 2.0, bench)
    assert isinstance(run, EncoderRun)
    assert run.frames is not None
    assert run.frames % len(FRAMES) == 0
    assert run.frames > len(FRAMES)
    assert run.warm_up_s is not None
    assert run.warm_up_s > 0
    assert run.device_bytes is None
    assert run.gflop_per_s == pytest.approx(2.0 * run.encode.frames_per_s)
    assert run.share_of_peak == pytest.approx(run.gflop_per_s / 50.0)


def test_what_a_device_has_not_is_a_reason(name: str, bench: Bench) -> None:
    way = USUAL.model_copy(update={"copies": "two-streams"})
    left = time_way(name, way, 2.0, bench)
    assert isinstance(left, Skipped)
    assert left.reason
    assert Way(**{field: getattr(left, field) for field in Way.model_fields}) == way


def test_an_autoencoder_is_described_and_gathers_what_is_found(name: str, bench: Bench) -> None:
    timed = described(name, bench)
    assert (timed.name, timed.weights) == (name, "trained")
    assert (timed.spatial, timed.temporal, timed.channels) == (32, 1, 32)
    assert timed.gflop_per_frame > 0
    assert not timed.encoder
    assert not timed.skipped
    run = time_way(name, USUAL, 2.0, bench)
    left = timing.skipped(USUAL, "no time")
    both = with_run(with_run(timed, run), left)
    assert (both.encoder, both.skipped) == ((run,), (left,))

"""Cells one after the other: whatever is done so far, every planned one stands in the results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.autoencoders.published import WEIGHTS_VARIABLE
from analysis.autoencoders.random_weights import load_or_draw
from analysis.catalog import autoencoder
from analysis.codecs.latent_codec import RECOMMENDED, RECOMMENDED_LOSSLESS
from analysis.kinds.encode_throughput import timing
from analysis.kinds.encode_throughput.cells import Cell, Cells, CodecCell, DecodersCell, EncoderCell
from analysis.kinds.encode_throughput.record import Peak, Way
from analysis.kinds.encode_throughput.timing import Bench
from tests.datasets.examples import moving_frames

DRAWN, DUAL = "taesana-f32c32", "project/doom-dual-f32t2c32"
USUAL = Way(precision="fp32", batch_size=2, compiled=False, layout="contiguous", copies="one-ahead")
CELLS: tuple[Cell, ...] = (
    EncoderCell(DRAWN, USUAL),
    EncoderCell(DRAWN, USUAL.model_copy(update={"layout": "channels-last"})),
    DecodersCell(DUAL, 3),
    CodecCell(RECOMMENDED_LOSSLESS),
    CodecCell(RECOMMENDED),
)


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cells]:
    """None timed yet, where no weights lie."""
    monkeypatch.setattr(timing, "_LONG_ENOUGH_S", 0.01)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(WEIGHTS_VARIABLE, raising=False)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    frames = np.array(moving_frames(26, 96, 64))
    peaks = (Peak(precision="fp32", gflop_per_s=50.0, size=64, sizes=(64,)),)
    timed = Cells(Bench("cpu", frames[:4], 2, peaks, load_or_draw), frames)
    timed.describe(CELLS)
    timed.time_copies()
    yield timed
    torch.set_num_threads(before)


def test_at_first_every_cell_is_one_that_was_not_reached(cells: Cells) -> None:
    found = cells.results(CELLS, "not reached")
    (encoder,), (decoder,) = found.autoencoders, found.dual_decoders
    assert [left.layout for left in encoder.skipped] == ["contiguous", "channels-last"]
    assert [left.batch_size for left in decoder.skipped] == [3]
    assert [left.name for left in found.skipped_codecs] == [RECOMMENDED_LOSSLESS, RECOMMENDED]
    reasons = [left.reason for left in encoder.skipped]
    reasons += [left.reason for left in decoder.skipped]
    reasons += [left.reason for left in found.skipped_codecs]
    assert set(reasons) == {"not reached"}
    assert not encoder.encoder
    assert not decoder.runs
    assert not found.latent_codecs
    # They wait still: what is said of them now is nothing that is kept.
    assert cells.results().autoencoders[0].skipped == ()


def test_every_cell_is_timed(cells: Cells) -> None:
    for number, cell in enumerate(CELLS):
        cells.time(cell)
        left = cells.results(CELLS[number + 1 :], "not reached")
        skipped = sum(len(each.skipped) for each in left.autoencoders)
        skipped += sum(len(each.skipped) for each in left.dual_decoders)
        assert skipped + len(left.skipped_codecs) == len(CELLS) - number - 1
    found = cells.results()
    (encoder,), (decoder,) = found.autoencoders, found.dual_decoders
    assert (found.height, found.width) == (64, 96)
    assert (encoder.name, encoder.weights) == (DRAWN, "random")
    assert encoder.parameters > 1_000_000
    assert [run.layout for run in encoder.encoder] == ["contiguous", "channels-last"]
    assert (decoder.name, decoder.weights, decoder.temporal) == (DUAL, "trained", 2)
    frames = {run.decoder: run.frames for run in decoder.runs}
    assert frames == {"per-frame": 3, "window": 6, "single-frame": 3}
    assert all(run.latency.n == 2 for run in decoder.runs)
    lossless, near = found.latent_codecs
    assert lossless.lossless
    assert not near.lossless
    assert 0 < near.share < lossless.share
    assert lossless.frame_bytes == 2 * 32 * 2 * 3
    assert found.copies == ()


def test_a_decoder_of_an_architecture_has_random_weights(
    cells: Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = autoencoder("taesana-f32c32").model_copy(update={"files": ()})
    monkeypatch.setattr("analysis.autoencoders.random_weights.autoencoders", lambda: (entry,))
    cell = DecodersCell(entry.id, 1)
    cells.describe([cell])
    cells.time(cell)
    (timed,) = [each for each in cells.results().dual_decoders if each.name == entry.id]
    assert (timed.weights, timed.temporal, timed.skipped) == ("random", 4, ())
    assert [run.frames for run in timed.runs] == [1, 4, 1]


def test_a_codec_that_cannot_be_is_a_reason(cells: Cells) -> None:
    cells.time(CodecCell("no-such-codec"))
    (left,) = cells.results().skipped_codecs
    assert left.name == "no-such-codec"
    assert left.reason.startswith("InputError: ")

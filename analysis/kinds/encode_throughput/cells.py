"""Cells that are timed one after the other, and what has been found so far: a whole result at any
time, in which every cell stands that was planned.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

import numpy as np

from analysis import storage
from analysis.kinds.encode_throughput.codecs import time_codec
from analysis.kinds.encode_throughput.decoders import (
    described_decoder,
    skipped_batch,
    time_batch,
    with_batch,
)
from analysis.kinds.encode_throughput.device import is_cuda
from analysis.kinds.encode_throughput.passes import Frames, copy_speeds
from analysis.kinds.encode_throughput.record import (
    CopySpeed,
    EncodeThroughputResults,
    SkippedCodec,
    TimedAutoencoder,
    TimedCodec,
    TimedDualDecoder,
    Way,
)
from analysis.kinds.encode_throughput.timing import Bench, described, skipped, time_way, with_run
from analysis.storage import Latent


@dataclass(frozen=True)
class EncoderCell:
    """An encoder in one way."""

    name: str
    way: Way


@dataclass(frozen=True)
class DecodersCell:
    """The decoders of a dual decoder, so many latents at a time."""

    name: str
    batch_size: int


@dataclass(frozen=True)
class CodecCell:
    """A codec of latents."""

    name: str


Cell = EncoderCell | DecodersCell | CodecCell


class Cells:
    """What was found in the cells that were timed or skipped.

    Args:
        bench: what encoders and decoders are timed on.
        clip: frames that follow each other, for codecs.
    """

    def __init__(self, bench: Bench, clip: Frames) -> None:
        self._bench = bench
        self._clip = clip
        self._autoencoders: dict[str, TimedAutoencoder] = {}
        self._dual_decoders: dict[str, TimedDualDecoder] = {}
        self._codecs: list[TimedCodec | SkippedCodec] = []
        self._copies: tuple[CopySpeed, ...] = ()

    def describe(self, cells: Iterable[Cell]) -> None:
        """Get to know every model that cells name.

        Raises:
            InputError: one cannot be loaded.
        """
        for cell in cells:
            if isinstance(cell, EncoderCell) and cell.name not in self._autoencoders:
                self._autoencoders[cell.name] = described(cell.name, self._bench)
            if isinstance(cell, DecodersCell) and cell.name not in self._dual_decoders:
                found = described_decoder(cell.name, self._bench.device)
                self._dual_decoders[cell.name] = found

    def time_copies(self) -> None:
        """Time copies to and from a GPU, of a batch as an encoding takes it and of its latents."""
        bench = self._bench
        if not is_cuda(bench.device):
            return
        frames = bench.frames[: bench.runtime().batch_size]
        first = next(iter(self._autoencoders.values()))
        grid = storage.latent_grid(Latent(first.spatial, first.channels), *frames.shape[1:3])
        latents = np.zeros((len(frames), first.channels, *grid), np.float16)
        self._copies = copy_speeds(frames, latents, bench.device)

    def time(self, cell: Cell) -> None:
        """Time a cell; where that cannot be done, the reason stands for it."""
        bench = self._bench
        match cell:
            case EncoderCell(name, way):
                timed = self._autoencoders[name]
                run = time_way(name, way, timed.gflop_per_frame, bench)
                self._autoencoders[name] = with_run(timed, run)
            case DecodersCell(name, batch_size):
                decoder = self._dual_decoders[name]
                found = time_batch(decoder, batch_size, bench.frames, bench.device, bench.repeats)
                self._dual_decoders[name] = with_batch(decoder, found)
            case CodecCell(name):
                self._codecs.append(time_codec(name, self._clip, bench.device, bench.repeats))

    def skip(self, cell: Cell, reason: str) -> None:
        """Leave a cell out, for this reason."""
        match cell:
            case EncoderCell(name, way):
                self._autoencoders[name] = with_run(self._autoencoders[name], skipped(way, reason))
            case DecodersCell(name, batch_size):
                left_out = skipped_batch(batch_size, self._bench.device, reason)
                self._dual_decoders[name] = with_batch(self._dual_decoders[name], left_out)
            case CodecCell(name):
                self._codecs.append(SkippedCodec(name=name, reason=reason))

    def results(self, left: Iterable[Cell] = (), reason: str = "") -> EncodeThroughputResults:
        """Of all cells so far, and of those that are left out for this reason."""
        whole = copy(self)
        whole._autoencoders, whole._dual_decoders = {**self._autoencoders}, {**self._dual_decoders}
        whole._codecs = [*self._codecs]
        for cell in left:
            whole.skip(cell, reason)
        return whole._results()

    def _results(self) -> EncodeThroughputResults:
        _, height, width, _ = self._bench.frames.shape
        return EncodeThroughputResults(
            height=height,
            width=width,
            peaks=tuple(self._bench.peaks),
            autoencoders=tuple(self._autoencoders.values()),
            copies=self._copies,
            dual_decoders=tuple(self._dual_decoders.values()),
            latent_codecs=tuple(each for each in self._codecs if isinstance(each, TimedCodec)),
            skipped_codecs=tuple(each for each in self._codecs if isinstance(each, SkippedCodec)),
        )

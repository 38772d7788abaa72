"""Times on one device what encoding and decoding latents take there, in one command: a run to keep.

    python benchmarks/gpu.py --out measurements

Needs a checkout, PyTorch and the packages that `benchmarks/prepare_gpu.py` lists: no recordings, no
network and no weights, for which random ones stand in. The cells go by importance. After each one
the run is written anew, a whole `encode-throughput` file in which what is not timed yet stands as
skipped: whenever this is stopped, there is what it has. Of every autoencoder the usual way of
encoding is timed, and each of its settings changed alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import torch

from analysis.autoencoders.random_weights import load_or_draw
from analysis.autoencoders.runtime import choose_runtime
from analysis.errors import InputError
from analysis.io.files import appearing_whole
from analysis.io.project import LEDGER, PROJECT
from analysis.kinds.context import Outcome
from analysis.kinds.encode_throughput.cells import (
    Cell,
    Cells,
    CodecCell,
    DecodersCell,
    EncoderCell,
)
from analysis.kinds.encode_throughput.clip import ClipFrames, clip_frames
from analysis.kinds.encode_throughput.codecs import CODECS
from analysis.kinds.encode_throughput.device import compiling, precisions, ways_to_copy
from analysis.kinds.encode_throughput.peak import matmul_peaks
from analysis.kinds.encode_throughput.record import EncodeThroughputParameters, Way
from analysis.kinds.encode_throughput.timing import Bench
from analysis.kinds.ledger import add_run

KIND = "encode-throughput"
AUTOENCODERS = ("dc-ae-lite-f32c32", "taesana-f32c32", "taef2-f8c32")
DUAL_DECODERS = ("project/doom-dual-f32t4c32", "dc-ae-lite-f32c32")
NOT_REACHED = "the run ended before"
COMPILES_WITHIN_S, TIMED_WITHIN_S = 75.0, 15.0


def main() -> None:
    """Read the command line and time what fits into the time."""
    began = time.monotonic()
    given = options()
    out = given.out.resolve()
    created = datetime.now(UTC)
    chosen = choose_runtime(given.device)
    device = chosen.device
    clip = clip_frames([PROJECT / LEDGER], given.size)
    frames = np.concatenate([clip.frames] * -(-given.frames // len(clip.frames)))[: given.frames]
    said(began, f"the peak of {device}")
    peaks = matmul_peaks(device)
    bench = Bench(device, frames, given.repeats, peaks, load_or_draw)
    # What changes nothing of the usual way is the usual way.
    cells = list(dict.fromkeys(plan(given, device, chosen.precision)))
    timed = Cells(bench, clip.frames)
    said(began, "what the autoencoders are")
    timed.describe(cells)
    timed.time_copies()
    path = write(timed, cells, given, device, clip, created, out)
    said(began, f"the run is {path}, from here on")
    for number, cell in enumerate(cells, 1):
        if given.seconds - (time.monotonic() - began) < within(cell):
            timed.skip(cell, f"it did not fit into {given.seconds:g} s")
            continue
        said(began, f"{number} of {len(cells)}: {called(cell)}")
        timed.time(cell)
        write(timed, cells[number:], given, device, clip, created, out)
    write(timed, [], given, device, clip, created, out)
    said(began, "done")
    print(path)


def options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="the ledger to add the run to")
    parser.add_argument("--seconds", type=float, default=400.0, help="nothing is begun after these")
    parser.add_argument("--device")
    parser.add_argument("--autoencoders", nargs="+", default=AUTOENCODERS, metavar="NAME")
    parser.add_argument("--dual-decoders", nargs="*", default=DUAL_DECODERS, metavar="NAME")
    parser.add_argument(
        "--batch-sizes", nargs="+", type=int, default=(1, 4, 16, 64), help="the last is the usual"
    )
    parser.add_argument("--decoded-together", nargs="+", type=int, default=(1, 4, 16))
    parser.add_argument("--size", type=size, default=(480, 640), help="of frames, as 640x480")
    parser.add_argument("--frames", type=int, default=128, help="of a pass")
    parser.add_argument("--repeats", type=int, default=3, help="medians of as many")
    given = parser.parse_args()
    if given.frames < max(given.batch_sizes):
        parser.error(f"a batch of {max(given.batch_sizes)} is more than {given.frames} frames")
    return given


def size(text: str) -> tuple[int, int]:
    """Height and width, of a text such as 640x480."""
    width, _, height = text.partition("x")
    return int(height), int(width)


def plan(given: argparse.Namespace, device: str, precision: str) -> Iterator[Cell]:
    """All cells, the most important ones first; kernels that are compiled take the longest.

    Args:
        given: the command line's options.
        device: whose settings are tried.
        precision: the usual one there.
    """
    usual = Way(
        precision=precision,
        batch_size=given.batch_sizes[-1],
        compiled=False,
        layout="contiguous",
        copies="one-ahead",
    )
    changes = partial(encoders, given.autoencoders, usual)
    halves = [name for name in precisions(device) if name != "fp32"]
    yield from changes()
    for half in halves:
        yield from changes(precision=half)
    yield from changes(layout="channels-last")
    for name in given.dual_decoders:
        yield from (DecodersCell(name, together) for together in given.decoded_together)
    yield from map(CodecCell, CODECS)
    for batch_size in reversed(given.batch_sizes):
        yield from changes(batch_size=batch_size)
    for copies in ways_to_copy(device):
        yield from changes(copies=copies)
    for compiled in compiling(device):
        yield from changes(compiled=compiled)
        yield from changes(compiled=compiled, layout="channels-last")
        for half in halves:
            yield from changes(compiled=compiled, precision=half)
    yield from changes(precision="fp32")


def encoders(names: Sequence[str], usual: Way, **change: object) -> Iterator[EncoderCell]:
    """The usual way with a change, for each autoencoder."""
    return (EncoderCell(name, usual.model_copy(update=change)) for name in names)


def within(cell: Cell) -> float:
    """Seconds that a cell is done in, as a rule."""
    compiles = isinstance(cell, EncoderCell) and cell.way.compiled
    return COMPILES_WITHIN_S if compiles else TIMED_WITHIN_S


def called(cell: Cell) -> str:
    """A cell in a few words."""
    match cell:
        case EncoderCell(name, way):
            compiled = "compiled" if way.compiled else "not compiled"
            words = (name, way.precision, f"batches of {way.batch_size}", compiled)
            return ", ".join((*words, way.layout, way.copies))
        case DecodersCell(name, batch_size):
            return f"decoders of {name}, {batch_size} latents at a time"
        case CodecCell(name):
            return f"codec {name}"


def write(
    timed: Cells,
    left: Sequence[Cell],
    given: argparse.Namespace,
    device: str,
    clip: ClipFrames,
    created: datetime,
    out: Path,
) -> Path:
    """Write the run as it is now, in the place of what was written of it before."""
    outcome = Outcome(
        parameters=EncodeThroughputParameters(
            clip=clip.input.name,
            autoencoders=tuple(given.autoencoders),
            device=device,
            threads=torch.get_num_threads(),
            frames=given.frames,
            repeats=given.repeats,
            seconds=given.seconds,
        ),
        inputs=(clip.input,),
        results=timed.results(left, NOT_REACHED),
    )
    with tempfile.TemporaryDirectory() as folder:
        written = add_run(KIND, outcome, created, command(sys.argv[1:]), "full", Path(folder))
        path = out / KIND / written.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with appearing_whole(path) as file:
            file.write(written.read_bytes())
    return path


def command(arguments: Sequence[str]) -> list[str]:
    """The command that repeats this, wherever its result is to go."""
    kept = list(arguments)
    if "--out" in kept:
        place = kept.index("--out")
        kept[place : place + 2] = ["--out", str(LEDGER)]
    return ["python", "benchmarks/gpu.py", *kept]


def said(began: float, what: str) -> None:
    """Say what is being done, and after how many seconds."""
    print(f"{time.monotonic() - began:5.0f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Stopped; the run has what was timed.")

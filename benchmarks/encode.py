"""Times `encode` against its stages alone, or weighs it on a long episode against a short one.

    python benchmarks/encode.py speed SRC [--autoencoder NAME] [--episodes 2] [--repeats 3]
    python benchmarks/encode.py memory SRC [--autoencoder NAME] [--minutes 10]

`speed` takes everything side by side in one process: each stage alone on the frames of the chosen
episodes, the pipeline, and the plain way of decoding each episode whole, then encoding it, then
writing it. `memory` makes an episode of one minute and a longer one out of the first recorded
video, by copying its coded frames again and again, and encodes each in a process of its own.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from numpy.typing import NDArray

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.load import load
from analysis.autoencoders.own import OWN
from analysis.autoencoders.runtime import choose_runtime
from analysis.datasets.dataset import Episode
from analysis.datasets.layouts.doom import META, Player, field_name, recording_shard_name
from analysis.datasets.opening import open_dataset
from analysis.datasets.tar_index import member_name
from analysis.datasets.writer import Sample, shard_writer, write_shard
from analysis.encoding.encode import encode
from analysis.video.decode import decode_frames

MODEL_OPTIONS = ("autoencoder", "device", "dtype", "batch-size")
IN_MEMORY = 256  # decoded frames that the encoder alone is fed with, again and again


Array = TypeVar("Array", NDArray[np.uint8], NDArray[np.float16])


def main() -> None:
    """Read the command line and run one of the two."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("speed", "memory", "peak"), help="peak: of one encoding")
    parser.add_argument("source", help="recording shards")
    parser.add_argument("--autoencoder", default=OWN)
    parser.add_argument("--device")
    parser.add_argument("--dtype")
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--episodes", type=int, default=2, help="speed: how many")
    parser.add_argument("--repeats", type=int, default=3, help="speed: medians of as many")
    parser.add_argument("--minutes", type=float, default=10, help="memory: of the long episode")
    parser.add_argument("--folder", help="where to write; it needs room for the latents")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        {"speed": compare_speed, "memory": compare_memory, "peak": print_peak}[given.what](
            given, Path(folder)
        )


def compare_speed(given: argparse.Namespace, folder: Path) -> None:
    """Time the stages, the pipeline and the plain way, in turn, and print medians and ratios."""
    runtime = choose_runtime(given.device, given.dtype, given.batch_size)
    autoencoder = load(given.autoencoder, runtime)
    recordings = folder / "recordings"
    recordings.mkdir()
    episodes = open_dataset(given.source).episodes[: given.episodes]
    write_shard(recordings / recording_shard_name(0, 0), [sample_of(e) for e in episodes])
    episodes = open_dataset(recordings).episodes
    frames = sum(episode.frames for episode in episodes)
    kept = list(islice(batches(episodes, autoencoder), max(1, IN_MEMORY // runtime.batch_size)))
    latents = [autoencoder.encode(batch) for batch in kept]  # and warm up

    def pipeline() -> None:
        with tempfile.TemporaryDirectory(dir=folder) as out:
            encode(recordings, out, autoencoder)

    ways: dict[str, Callable[[], None]] = {
        "decode alone": lambda: decode_alone(episodes, autoencoder),
        "encode alone": lambda: encode_alone(kept, frames, autoencoder),
        "write alone": lambda: write_alone(latents, frames, folder),
        "pipeline": pipeline,
        "one after the other": lambda: one_after_the_other(episodes, autoencoder, folder),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(given.repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    print(f"{autoencoder.name} on {runtime.device} in {runtime.precision}, {frames:,} frames")
    for name, taken in seconds.items():
        each = ", ".join(f"{value:.2f}" for value in taken)
        print(f"{name:20} {frames / statistics.median(taken):8.1f} frames/s   ({each} s)")
    # Ratios within a repeat: what the machine does meanwhile then weighs on both sides.
    slowest = [max(stages) for stages in zip(*list(seconds.values())[:3], strict=True)]
    for name, other, bar in (
        ("the slowest stage alone", slowest, "at most 1.10"),
        ("one after the other", seconds["one after the other"], "below 1"),
    ):
        ratios = [a / b for a, b in zip(seconds["pipeline"], other, strict=True)]
        print(f"pipeline / {name}: {statistics.median(ratios):.3f} ({bar})")


def sample_of(episode: Episode) -> Sample:
    """An episode with all its members in memory."""
    with episode.open() as members:
        return Sample(episode.key, {f: part.read(0, part.size) for f, part in members.items()})


def batches(episodes: Sequence[Episode], autoencoder: Autoencoder) -> Iterator[NDArray[np.uint8]]:
    """Decoded frames of all views, as the pipeline's decoder gives them."""
    for episode in episodes:
        for video in episode.videos:
            with video.open() as data:
                yield from decode_frames(data, autoencoder.frames_per_call, video.video)


def decode_alone(episodes: Sequence[Episode], autoencoder: Autoencoder) -> None:
    """Decode everything and keep nothing."""
    for _ in batches(episodes, autoencoder):
        pass


def encode_alone(kept: Sequence[NDArray[np.uint8]], frames: int, autoencoder: Autoencoder) -> None:
    """Encode as many frames, from memory; the latents of one batch are fetched during the next."""
    pending = None
    for batch in first_frames(kept, frames):
        begun = autoencoder.begin_encoding(batch)
        if pending:
            pending.numpy()
        pending = begun
    if pending:
        pending.numpy()


def write_alone(latents: Sequence[NDArray[np.float16]], frames: int, folder: Path) -> None:
    """Write latents of as many frames, and copy them once, as packing does."""
    staged, packed = folder / "staged.tar", folder / "packed.tar"
    with staged.open("wb") as file:
        for batch in first_frames(latents, frames):
            file.write(batch.tobytes())
        file.flush()
        os.fsync(file.fileno())
    with staged.open("rb") as source, packed.open("wb") as target:
        while piece := source.read(4_000_000):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    staged.unlink()
    packed.unlink()


def first_frames(arrays: Sequence[Array], frames: int) -> Iterator[Array]:
    """Arrays again and again, until there are so many frames."""
    for array in cycle(arrays):
        if frames <= 0:
            return
        yield array[:frames]
        frames -= len(array)


def one_after_the_other(
    episodes: Sequence[Episode], autoencoder: Autoencoder, folder: Path
) -> None:
    """Decode each episode whole, then encode it, then write it."""
    for episode in episodes:
        decoded = list(batches([episode], autoencoder))
        latents = [autoencoder.encode(batch) for batch in decoded]
        path = folder / "plain.tar"
        with path.open("wb") as file, shard_writer(file) as add:
            content = b"".join(array.tobytes() for array in latents)
            add(member_name(episode.key, "latents.npy"), len(content), io.BytesIO(content))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def compare_memory(given: argparse.Namespace, folder: Path) -> None:
    """Encode an episode of one minute and a longer one, and print the peak memory of each."""
    (episode, *_) = open_dataset(given.source).episodes
    peaks = []
    for minutes in (1.0, given.minutes):
        recordings = folder / f"{minutes:g}"
        recordings.mkdir()
        write_shard(recordings / recording_shard_name(0, 0), [lengthened(episode, minutes)])
        options = [(f"--{name}", getattr(given, name.replace("-", "_"))) for name in MODEL_OPTIONS]
        chosen = [str(part) for option in options if option[1] for part in option]
        command = [sys.executable, __file__, "peak", str(recordings), *chosen]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        peaks.append(int(done.stdout))
        print(f"{minutes:g} minutes of one view: peak memory {peaks[-1] / 1e6:.0f} MB", flush=True)
    print(f"difference {(peaks[1] - peaks[0]) / 1e6:.0f} MB (at most 300)")


def print_peak(given: argparse.Namespace, folder: Path) -> None:
    """Encode, and print the peak memory of this process in bytes."""
    runtime = choose_runtime(given.device, given.dtype, given.batch_size)
    encode(given.source, folder / "out", load(given.autoencoder, runtime))
    # Not getrusage: what it says begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text()
    (peak,) = re.findall(r"VmHWM:\s*(\d+) kB", status)
    print(int(peak) * 1024)


def lengthened(episode: Episode, minutes: float) -> Sample:
    """The first view of an episode, its coded frames repeated for so long."""
    player: Player = "p1"
    header = episode.tracks[field_name("video", player)].header
    frames = round(60 * minutes * header.fps)
    members = sample_of(episode).members
    video = members[field_name("video", player)]
    assert isinstance(video, bytes)
    lengthened = {field_name("video", player): repeated(video, frames)}
    for content in ("actions", "rewards"):
        field = field_name(content, player)
        values = members[field]
        assert isinstance(values, bytes)
        buffer = io.BytesIO()
        array = np.load(io.BytesIO(values))
        np.save(buffer, np.resize(array, (frames, *array.shape[1:])))
        lengthened[field] = buffer.getvalue()
    return Sample(episode.key, {**lengthened, META: b'{"mode":"bots"}'})


def repeated(video: bytes, frames: int) -> bytes:
    """An MP4 of so many coded frames, those of another again and again."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as out:
        stream = None
        written, start = 0, 0
        while written < frames:
            with av.open(io.BytesIO(video), "r") as source:
                template = source.streams.video[0]
                if stream is None:
                    stream = out.add_stream_from_template(template)
                packets = [packet for packet in source.demux(template) if packet.size]
                first = min(packet.dts or 0 for packet in packets)
                length = max((packet.dts or 0) + (packet.duration or 0) for packet in packets)
                for packet in packets[: frames - written]:
                    packet.dts = (packet.dts or 0) - first + start
                    packet.pts = (packet.pts or 0) - first + start
                    packet.stream = stream
                    out.mux(packet)
                    written += 1
                start += length - first
    return target.getvalue()


if __name__ == "__main__":
    main()

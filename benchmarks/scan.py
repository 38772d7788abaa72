"""Time and memory of scanning a data set of the size that the note tells of.

Makes 1,320 shards of 900 GB together out of holes, scans them and prints what it took:

    python benchmarks/scan.py [--folder DIR]

The folder needs a file system that stores holes as nothing (ext4, xfs, btrfs); the shards are
removed again.
"""

from __future__ import annotations

import argparse
import io
import resource
import struct
import tarfile
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from analysis.datasets.layouts.doom import META, PLAYERS, field_name, recording_shard_name
from analysis.datasets.metadata import RecordingMeta
from analysis.datasets.scan import scan

SHARDS = 1_320
EPISODES = 2_606
TOTAL_BYTES = 900_000_000_000
FRAMES = 40


def small_video() -> bytes:
    """A real MP4 of some frames, its moov after its mdat."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=35)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in range(FRAMES):
            picture = np.full((48, 64, 3), level, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return buffer.getvalue()


def write_hollow_shard(path: Path, episodes: range, video: bytes, size: int) -> None:
    """A shard of about `size` bytes whose videos hold mostly a hole.

    Each video is the small one with a `free` box of the wanted size, all hole, between its ftyp
    and the rest: every box is real, and the moov lies at the far end.
    """
    (ftyp,) = struct.unpack(">I", video[:4])
    hole = size // (len(episodes) * len(PLAYERS))
    actions, rewards = io.BytesIO(), io.BytesIO()
    np.save(actions, np.zeros((FRAMES, 14), np.float32))
    np.save(rewards, np.zeros(FRAMES, np.float32))
    with path.open("wb") as file:

        def add(name: str, content: bytes, hole: int = 0) -> None:
            header = tarfile.TarInfo(name)
            header.size = len(content) + hole
            file.write(header.tobuf(tarfile.GNU_FORMAT))
            end = file.tell() + header.size
            file.write(content[:ftyp])
            if hole:
                file.write(struct.pack(">I4sQ", 1, b"free", hole))
                file.seek(hole - 16, io.SEEK_CUR)
            file.write(content[ftyp:])
            assert file.tell() == end
            file.seek(-end % tarfile.BLOCKSIZE, io.SEEK_CUR)

        for number in episodes:
            key = f"ep_{number:032x}"
            meta = RecordingMeta(episode_id=key, fps=35, n_frames=FRAMES, mode="pvp")
            add(f"{key}.{META}", meta.to_bytes())
            for player in PLAYERS:
                add(f"{key}.{field_name('actions', player)}", actions.getvalue())
                add(f"{key}.{field_name('rewards', player)}", rewards.getvalue())
                add(f"{key}.{field_name('video', player)}", video, hole)
        file.truncate(file.tell() + 2 * tarfile.BLOCKSIZE)


def main() -> None:
    """Make the shards, scan them, print time and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, help="where to make the shards")
    folder = parser.parse_args().folder
    video = small_video()
    bounds = [EPISODES * number // SHARDS for number in range(SHARDS + 1)]
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        for number, (first, last) in enumerate(pairwise(bounds)):
            path = Path(temporary, recording_shard_name(0, number))
            write_hollow_shard(path, range(first, last), video, TOTAL_BYTES // SHARDS)
        start = time.perf_counter()
        report = scan(temporary)
        seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    totals = report.totals
    print(f"{totals.shards:,} shards, {totals.episodes:,} episodes, {totals.bytes / 1e9:,.1f} GB")
    print(f"scanned in {seconds:.1f} s, peak memory {memory / 1e6:.0f} MB")


if __name__ == "__main__":
    main()

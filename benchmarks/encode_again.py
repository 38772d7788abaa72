"""Encodes clips of a video-bitrate run again: does a second run give the same bytes?

python benchmarks/encode_again.py measurements/video-bitrate/RUN.json --resolution 480p --games 1

Renders each clip from its game, checks its frames' digest, encodes it in every way of the run and
compares the digest of each file with the run's. Prints a line an encoding; ends with 1 when one
differs, as may be on another processor (only x264 is told not to let that decide).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

from analysis.catalog import video_encoder
from analysis.kinds.ledger import read_run
from analysis.kinds.rate_distortion.same_frames import game_of, same_frames
from analysis.kinds.video_bitrate.record import BitrateClip, BitrateRow, VideoBitrate
from analysis.video.encoder_settings import EncoderSettings, encoder_settings
from analysis.video.uncompressed import UncompressedClip, encode_clip


def way_of(row: BitrateRow) -> EncoderSettings:
    """How a row was encoded."""
    return encoder_settings(
        video_encoder(row.codec),
        row.quality,
        gop=row.gop,
        preset=row.preset,
        pixel_format=row.pixel_format,
    )


def digest(frames: UncompressedClip, way: EncoderSettings, folder: Path) -> str:
    """SHA-256 of the file that these frames are encoded as."""
    video = folder / f"again.{way.encoder.container}"
    encode_clip(frames, way, video)
    return hashlib.sha256(video.read_bytes()).hexdigest()


def encode_again(run: VideoBitrate, clips: list[BitrateClip], games: Path) -> bool:
    """Whether every encoding came out byte for byte."""
    same = True
    with tempfile.TemporaryDirectory(prefix="latent-storage-again-") as name:
        folder = Path(name)
        for clip in clips:
            with same_frames(clip, game_of(clip, games), folder, lambda *_: None) as frames:
                for row in run.results.rows:
                    for encoded in row.clips:
                        if encoded.clip != clip.name:
                            continue
                        equal = digest(frames, way_of(row), folder) == encoded.sha256
                        same &= equal
                        print(
                            f"{'same' if equal else 'OTHER'}  {clip.name}  {row.name}", flush=True
                        )
    return same


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--resolution", default="480p")
    parser.add_argument("--games", type=int, default=1, help="how many of the run's games")
    parser.add_argument("--folder", type=Path, default=Path("measurements/games"))
    given = parser.parse_args()
    run = read_run(given.run)
    assert isinstance(run, VideoBitrate)
    found = [clip for clip in run.results.clips if clip.resolution == given.resolution]
    played = list(dict.fromkeys(clip.game for clip in found))[: given.games]
    chosen = [clip for clip in found if clip.game in played]
    sys.exit(0 if encode_again(run, chosen, given.folder) else 1)


if __name__ == "__main__":
    main()

"""Clips out of a long episode: what chunks and their table cost."""

from __future__ import annotations

import time
from statistics import fmean, median
from typing import Final

import numpy as np

from analysis.codecs.codec import Latents, Sensitivity
from analysis.codecs.container import CompressedLatents, compress
from analysis.codecs.header import read_head
from analysis.codecs.latent_codec import LatentCodec
from analysis.datasets.latent_reader import LatentReader
from analysis.io.byte_range import bytes_range
from analysis.kinds.latent_codecs.record import LongEpisode

FRAMES: Final = 20_000
"""Nine and a half minutes of the game."""

_TIMED: Final = 50
"""Clips whose reading is timed."""


def joined_views(reader: LatentReader, frames: int = FRAMES) -> Latents:
    """Views of one shape, one after the other, until there are so many frames or no more views."""
    parts: list[Latents] = []
    missing = frames
    for view in reader.views:
        if missing and view.shape[1:] == reader.views[0].shape[1:]:
            parts.append(reader.clip(view, 0, min(view.shape[0], missing)))
            missing -= len(parts[-1])
    return np.concatenate(parts)


def long_episode(
    codec: LatentCodec, joined: Latents, sensitivity: Sensitivity | None, clip_frames: int
) -> LongEpisode:
    """Compress joined views as one episode, and read clips from all over it."""
    count = min(clip_frames, len(joined))
    data = bytes_range(compress(joined, codec, sensitivity), codec.name)
    opened = CompressedLatents(data)
    begin = time.perf_counter()
    opened.frames()
    whole_s = time.perf_counter() - begin
    share = count / len(joined)
    starts = range(len(joined) - count + 1)
    over = [opened.bytes_read(start, start + count) / (data.size * share) for start in starts]
    elapsed: list[float] = []
    for start in np.linspace(0, len(joined) - count, _TIMED).astype(int).tolist():
        begin = time.perf_counter()
        opened.frames(start, start + count)
        elapsed.append(1000 * (time.perf_counter() - begin))
    return LongEpisode(
        codec=codec.name,
        frames=len(joined),
        bytes=data.size,
        head_bytes=read_head(data).size,
        clips=len(over),
        mean_over_share=fmean(over),
        largest_over_share=max(over),
        clip_ms=median(elapsed),
        share_ms=1000 * whole_s * share,
    )

"""How long compressed latents take to be decoded, read as a loader reads them."""

from __future__ import annotations

import time
from typing import Final

from analysis.codecs.container import CompressedLatents
from analysis.io.byte_range import bytes_range

CHUNKS_TOGETHER: Final = 4
"""Chunks that are decoded at a time, as a loader takes them: a whole view at once would time the
kernel's clearing of its memory, too."""


def decoding_seconds(compressed: bytes) -> float:
    """Seconds to decode compressed latents in memory from their first frame to their last."""
    data = bytes_range(compressed, "compressed latents")
    begin = time.perf_counter()
    opened = CompressedLatents(data)
    count, chunk = opened.shape[0], opened.codec.chunk_frames
    step = CHUNKS_TOGETHER * chunk if chunk else count
    for start in range(0, count, step):
        opened.frames(start, min(start + step, count))
    return time.perf_counter() - begin

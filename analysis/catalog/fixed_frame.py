"""What autoencoders make of one fixed frame, so that anybody's weights can be held against them."""

from __future__ import annotations

from functools import cache

from analysis.catalog.entry import Entry, read


class FixedFrameLatents(Entry):
    """Latents of the frame of `analysis.autoencoders.fixed_frame`, in float32 arithmetic."""

    id: str
    """Of the autoencoder."""
    sha256: str
    """Of the float16 values, channel by channel, as the machine that computed them rounded."""
    mean: tuple[float, ...]
    """Of each channel."""
    deviation: tuple[float, ...]
    """Standard deviation of each channel."""


@cache
def fixed_frame_latents() -> tuple[FixedFrameLatents, ...]:
    """All that are known, by the order of the file."""
    return tuple(FixedFrameLatents(**entry) for entry in read("fixed_frame.toml")["latents"])

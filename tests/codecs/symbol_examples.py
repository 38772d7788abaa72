"""Symbols: smooth ones as quantised latents have, and any whole numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.codecs.symbols import SymbolMethod, Symbols
from tests.codecs.examples import latent_like


def smooth_symbols(frames: int, channels: int = 3) -> Symbols:
    """Latents like those of a game in steps of an eighth of their deviation."""
    latents = latent_like(frames, channels).astype(np.float32)
    symbols: Symbols = np.rint(latents * 8).astype(np.int32)
    return symbols


@st.composite
def any_chunks(draw: st.DrawFn) -> list[Symbols]:
    """One to three chunks of one frame's shape, of symbols of one size, up to beyond two bytes."""
    frame = draw(st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 3)))
    largest = draw(st.sampled_from([0, 1, 5, 300, 40_000]))
    elements = st.integers(-largest, largest)
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    return [draw(arrays(np.int32, (length, *frame), elements=elements)) for length in lengths]


def assert_come_back(method: SymbolMethod, chunks: list[Symbols]) -> int:
    """Codes chunks with side information of them all; the bytes that they take without it."""
    side = method.fit(chunks)
    frame = chunks[0].shape[1], chunks[0].shape[2], chunks[0].shape[3]
    # A reader has nothing but the side information.
    writer, reader = method.coder(side, frame), method.coder(side, frame)
    size = 0
    for chunk in chunks:
        data = writer.encode(chunk)
        np.testing.assert_array_equal(reader.decode(data, len(chunk)), chunk)
        size += len(data)
    return size

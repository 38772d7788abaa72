"""The codecs that a run tries, in the order of its results."""

from __future__ import annotations

from typing import Final

NOTE_METHODS: Final = (
    "raw",
    "zstd:3",
    "delta+zstd:3",
    "delta+int8+zstd:3",
    "delta+int8-channel:3+zstd:3",
    "delta+int8-channel:4+zstd:3",
    "delta+int8-channel:6+zstd:3",
    "delta+int8-channel:8+zstd:3",
)
"""The methods of the note's two tables, in its order."""

TRIED: Final = (
    *NOTE_METHODS,
    # Without loss.
    "lz4",
    "zstd:9",
    "planes+zstd:3",
    "xor+planes+zstd:3",
    "ordered-delta+planes+zstd:3",
    "blosc2:shuffle",
    "blosc2:bitshuffle",
    "pcodec:8",
    "pcodec:8:time-major",
    "openzl:float16",
    "zipnn",
    "cells+classes+range",
    "cells+classes+pcodec",
    # With loss: quantisers, and coders of their symbols.
    "bf16+pcodec",
    "e4m3",
    "e4m3+range",
    "e5m2",
    "e5m2+range",
    "u8-channel",
    "u8-channel+zstd:1",
    "u8-channel+range",
    "u8-channel+given-previous+range",
    "u6-channel+range",
    "u6-channel+given-previous+range",
    "u5-channel+range",
    "u5-channel+given-previous+range",
    "u4-channel+range",
    "u4-channel+given-previous+range",
    "u6-channel+previous+range",
    "u6-channel+linear+range",
    "deviations:8+range",
    "deviations:8+previous+range",
    "deviations:8+linear+range",
    "deviations:8+classes+pcodec",
    "klt:8+range",
    "klt:8+previous+range",
    "klt:8+classes+pcodec",
    "zfp:1.0",
    "zfp:0.25",
    "picture:48+range",
    "picture:48+previous+zstd:1",
    "picture:48+previous+range",
    "picture:48+linear+range",
    "picture:48+given-previous+range",
    "picture:48+classes+range",
    "picture:35+classes+pcodec",
    "picture:40+classes+pcodec",
    "picture:45+classes+pcodec",
    "picture:48+classes+pcodec",
    "picture:50+classes+pcodec",
)
"""All of them: any codec may be added, or tried with other parameters."""

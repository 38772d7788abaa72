"""Compressed latents (`.latc`): what they are, without decoding any."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis.codecs.header import read_head
from analysis.datasets.arrays.header import ArrayHeader
from analysis.io.byte_range import ByteRange

SUFFIX: Final = ".latc"


def read_header(data: ByteRange) -> ArrayHeader:
    """The shape and dtype of the latents, and the codec that they are compressed by.

    Raises:
        InputError: they are no compressed latents, of another version, or the head is damaged.
    """
    header = read_head(data).header
    return ArrayHeader(header.shape, np.dtype(header.dtype).name, header.codec)

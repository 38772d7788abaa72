"""Compressed latents (`.latc`): what they are, and frames decoded in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analysis.codecs.header import read_head
from analysis.datasets.arrays.header import ArrayHeader
from analysis.io.byte_range import ByteRange

if TYPE_CHECKING:
    from analysis.codecs.container import CompressedLatents

SUFFIX: Final = ".latc"


def read_header(data: ByteRange) -> ArrayHeader:
    """The shape and dtype of the latents, and the codec that they are compressed by.

    Raises:
        InputError: they are no compressed latents, of another version, or the head is damaged.
    """
    header = read_head(data).header
    return ArrayHeader(header.shape, np.dtype(header.dtype).name, header.codec)


def open_frames(data: ByteRange) -> CompressedLatents:
    """Latents of which the chunks that are asked for are decoded.

    Raises:
        InputError: as `read_header`, or their codec is not known.
        MissingPackage: what decodes them is not installed.
    """
    # What decodes is in an extra, and heavy to load.
    from analysis.codecs.container import CompressedLatents

    return CompressedLatents(data)

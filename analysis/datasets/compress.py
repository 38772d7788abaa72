"""Latents to compressed latents, and back.

Each shard becomes one of the same name, whose other members are the same byte for byte; of loose
files each becomes one. They appear whole or not at all, so that what is there is finished, and a
run that was stopped goes on there.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from analysis.codecs import container
from analysis.codecs.codec import Latents, Sensitivity
from analysis.codecs.header import read_head
from analysis.codecs.latent_codec import LatentCodec
from analysis.datasets.conversion import Compressed, Conversion, Progress
from analysis.datasets.dataset import Dataset
from analysis.errors import InputError, OutputTaken
from analysis.io.byte_range import ByteRange

PLAIN: Final = ".npy"
COMPRESSED: Final = ".latc"


def compress_dataset(
    source: Dataset | str | Path,
    out: str | Path,
    codec: LatentCodec,
    sensitivity: Callable[[], Sensitivity] | None = None,
    progress: Progress = lambda what, done, total: None,
    on_problem: Callable[[str], None] = lambda sentence: None,
) -> Compressed:
    """Compress the latents of every shard at or below `source` into shards in `out`.

    Each array is read back once it is compressed: bit for bit of a lossless codec, by its
    checksums of a lossy one. What the codec cannot store is kept as it is, and told.

    Args:
        source: a shard, a folder or an fsspec URL.
        out: another folder or URL.
        codec: how.
        sensitivity: gives that of the decoder, where the codec needs it and anything is to be done.
        progress: called with what is being done, the bytes that are done and all there are.
        on_problem: called with a sentence for each problem, at once.

    Raises:
        InputError: there are no latents, some are compressed already, or `out` holds something
            else.
    """
    weights: list[Sensitivity] = []

    def convert(content: bytes, name: str) -> bytes:
        latents = _read_npy(content, name)
        try:
            compressed = container.compress(latents, codec, weights[0] if weights else None)
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
        again = container.decompress(compressed, name)
        if codec.lossless and again.tobytes() != latents.tobytes():
            raise RuntimeError(f"{name}: {codec.name} does not give these latents back")
        return compressed

    def begin() -> None:
        if codec.weighted and sensitivity is not None:
            weights.append(sensitivity())
        container.check_sensitivity(codec, weights[0] if weights else None)

    check = partial(_check_codec, codec.name)
    conversion = Conversion(
        PLAIN, COMPRESSED, convert, check, begin, mixed=False, on_problem=on_problem
    )
    return conversion.run(source, str(out), progress)


def decompress(
    source: Dataset | str | Path,
    out: str | Path,
    progress: Progress = lambda what, done, total: None,
    on_problem: Callable[[str], None] = lambda sentence: None,
) -> Compressed:
    """Decompress a data set of latents; run again to go on where it stopped.

    Args:
        source: a data set that was opened, or a folder, a file or an fsspec URL.
        out: another folder or URL, for the same data set with plain latents.
        progress: called with what is being done, the bytes that are done and all there are.
        on_problem: called with a sentence for each problem, at once.

    Raises:
        InputError: there are no compressed latents, or `out` holds something else.
    """

    def convert(content: bytes, name: str) -> bytes:
        file = io.BytesIO()
        np.save(file, container.decompress(content, name))
        return file.getvalue()

    # Beside them lies what could not be compressed.
    conversion = Conversion(
        COMPRESSED, PLAIN, convert, _check_plain, lambda: None, mixed=True, on_problem=on_problem
    )
    return conversion.run(source, str(out), progress)


def _read_npy(content: bytes, name: str) -> Latents:
    try:
        array = np.load(io.BytesIO(content), allow_pickle=False)
    except ValueError as error:
        raise InputError(f"{name}: is no npy array ({error}); encode it again.") from error
    latents: Latents = np.ascontiguousarray(array)
    return latents


def _check_codec(codec: str, name: str, member: ByteRange) -> None:
    """Refuse finished latents that another codec made."""
    found = read_head(member).header.codec if name.endswith(COMPRESSED) else "none"
    if found != codec:
        raise OutputTaken(
            f"{member.name}: is compressed by {found}, not by {codec}; give another output."
        )


def _check_plain(name: str, member: ByteRange) -> None:
    """Refuse finished latents that are still compressed."""
    if not name.endswith(PLAIN):
        raise OutputTaken(f"{member.name}: is compressed; give another output.")

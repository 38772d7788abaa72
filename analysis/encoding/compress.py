"""Compresses a data set of latents, by the sensitivity of their decoder where a codec needs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.codecs.latent_codec import RECOMMENDED, LatentCodec, latent_codec
from analysis.datasets.compress import compress_dataset
from analysis.datasets.conversion import Compressed, Progress
from analysis.datasets.dataset import Dataset
from analysis.datasets.opening import open_dataset
from analysis.errors import packages_needed

if TYPE_CHECKING:
    from analysis.codecs.codec import Sensitivity


def compress(
    source: Dataset | str | Path,
    out: str | Path,
    codec: LatentCodec | str = RECOMMENDED,
    autoencoder: str | None = None,
    device: str | None = None,
    progress: Progress = lambda what, done, total: None,
    on_problem: Callable[[str], None] = lambda sentence: None,
) -> Compressed:
    """Compress a data set of latents; run again to go on where it stopped.

    Each array is read back once it is compressed: bit for bit of a lossless codec, by its
    checksums of a lossy one. What the codec cannot store is kept as it is, and told.

    Args:
        source: a data set that was opened, or a folder, a file or an fsspec URL.
        out: another folder or URL, for the same data set with compressed latents.
        codec: how, such as "cells+classes+pcodec", which keeps every bit.
        autoencoder: whose decoder weighs the channels, where the codec asks for that; the one that
            the data set names when not given.
        device: where that decoder runs; a GPU where there is one.
        progress: called with what is being done, the bytes that are done and all there are.
        on_problem: called with a sentence for each problem, at once.

    Raises:
        InputError: there are no latents, some are compressed already, or `out` holds something
            else.
        MissingPackage: the codec weighs the channels, and torch is not installed.
    """
    chosen = latent_codec(codec) if isinstance(codec, str) else codec
    data = source if isinstance(source, Dataset) else open_dataset(source)

    def sensitivity() -> Sensitivity:
        # Most codecs do without a decoder, and so without torch.
        with packages_needed():
            from analysis.encoding.sensitivity import sensitivity_of

            return sensitivity_of(data, autoencoder, device)

    return compress_dataset(data, out, chosen, sensitivity, progress, on_problem)

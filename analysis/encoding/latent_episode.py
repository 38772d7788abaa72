"""An encoded episode: its members, and what they say of the latents."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import numpy as np

from analysis.autoencoders.autoencoder import Autoencoder, PendingLatents
from analysis.datasets.dataset import Episode, Track
from analysis.datasets.layouts import layout_of
from analysis.datasets.metadata import EncodedMeta
from analysis.datasets.shards import SUFFIX

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LATENT_DTYPE: Final = np.dtype("<f2")

_LONGEST_NAME: Final = 128

LOOSE_KEY: Final = "episode"
"""The key in the staged shard of an episode whose files are to lie loose: its own may have dots."""


def staged_name(key: str) -> str:
    """The file name of the shard that holds one encoded episode, before it is packed.

    A key may have any characters, those of a path among them, and any length: of a long one, and
    of one that would make a hidden file, it is a digest.
    """
    name = quote(key, safe="", errors="surrogateescape")
    if len(name) > _LONGEST_NAME or name.startswith("."):
        name = hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()
    return f"{name}{SUFFIX}"


def staged_key(episode: Episode) -> str:
    """The key of an episode in its staged shard."""
    return episode.key if layout_of(episode.layout).STORED == "shards" else LOOSE_KEY


def latents_name(video: Track, episode: Episode) -> str:
    """What the latents of a video are called in their episode."""
    return layout_of(episode.layout).latents_name(video.name, ".npy")


def encoded_members(episode: Episode, autoencoder: Autoencoder) -> dict[str, bytes]:
    """The members of an encoded episode that say what it is, by name."""
    made = {video.name: _meta(video, autoencoder) for video in episode.videos}
    return dict(layout_of(episode.layout).encoded_members(episode, made))


def _meta(video: Track, autoencoder: Autoencoder) -> EncodedMeta:
    """What the latents of a video are, and the frames that they stand for."""
    header, latent = video.header, autoencoder.latent
    shape = latent_shape(video, autoencoder)
    temporal: dict[str, Any] = {}
    if latent.temporal > 1:
        temporal = {
            "latent_temporal_compression": latent.temporal,
            "latent_causal": latent.causal,
            "latent_clip_frames": autoencoder.frames_per_call,
        }
    return EncodedMeta(
        fps=None if header.rate is None else float(header.rate),
        video_resolution=(header.width, header.height),
        n_frames=header.frames,
        latent_shape_p1=shape,
        latent_dtype=LATENT_DTYPE.name,
        latent_spatial_compression=latent.spatial,
        latent_channels=latent.channels,
        ae_model=autoencoder.encoder_name,
        n_latent_frames=shape[0],
        latent_precision=autoencoder.runtime.precision,
        latent_device=autoencoder.runtime.device.partition(":")[0],
        **temporal,
    )


def latent_shape(video: Track, autoencoder: Autoencoder) -> tuple[int, int, int, int]:
    """The shape of a video's latents."""
    header = video.header
    return autoencoder.latent_shape(header.frames, header.height, header.width)


class LatentsFile(io.RawIOBase):
    """An npy file of latents that is read while they are still being computed.

    Reading raises InputError where they cannot be stored.
    """

    def __init__(self, shape: tuple[int, ...], latents: Iterator[PendingLatents]) -> None:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header,
            {"descr": LATENT_DTYPE.str, "fortran_order": False, "shape": shape},
        )
        self.size = len(header.getvalue()) + math.prod(shape) * LATENT_DTYPE.itemsize
        """Bytes of the whole file."""
        self._left = self.size
        self._latents = latents
        self._piece = memoryview(header.getvalue())

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Wait for the next latents and copy them, or a part of them."""
        if self._left and not self._piece:
            pending = next(self._latents, None)
            if pending is None:
                return 0
            values = np.ascontiguousarray(pending.numpy(), LATENT_DTYPE)
            self._piece = memoryview(values.data).cast("B")
        view = memoryview(buffer).cast("B")
        length = min(len(view), len(self._piece))
        view[:length] = self._piece[:length]
        self._piece = self._piece[length:]
        self._left -= length
        return length

"""An encoded episode: its members, and what its `meta.json` says."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analysis.autoencoders.autoencoder import Autoencoder, PendingLatents
from analysis.datasets.episodes import EpisodeSource
from analysis.datasets.layouts.doom import EncodedMeta, Player, field_name
from analysis.datasets.shards import SUFFIX

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LATENT_DTYPE: Final = np.dtype("<f2")


def staged_name(key: str) -> str:
    """The file name of the shard that holds one encoded episode, before it is packed."""
    return f"{key}{SUFFIX}"


def copied_fields(episode: EpisodeSource) -> list[str]:
    """The fields that are in an encoded episode as they are in the recorded one.

    The engine's demo is not among them: the layout of latent shards has none.
    """
    return [
        field
        for player in episode.players
        for field in (field_name("actions", player), field_name("rewards", player))
    ]


def encoded_meta(recorded: bytes, episode: EpisodeSource, autoencoder: Autoencoder) -> bytes:
    """`meta.json` of an encoded episode: all that the recording's says, and what the latents are.

    Frames a second and the frames' size are taken from the video where the recording's does not
    say them.
    """
    video = episode.videos["p1"]
    latent, shape = autoencoder.latent, latent_shape(episode, "p1", autoencoder)
    temporal: dict[str, Any] = {}
    if latent.temporal > 1:
        temporal = {
            "latent_temporal_compression": latent.temporal,
            "latent_causal": latent.causal,
            "latent_clip_frames": autoencoder.frames_per_call,
        }
    added = EncodedMeta(
        latent_shape_p1=shape,
        latent_dtype=LATENT_DTYPE.name,
        latent_spatial_compression=latent.spatial,
        latent_channels=latent.channels,
        ae_model=autoencoder.name,
        n_latent_frames=shape[0],
        is_pvp="p2" in episode.players,
        latent_precision=autoencoder.runtime.precision,
        latent_device=autoencoder.runtime.device.partition(":")[0],
        **temporal,
    )
    seen = EncodedMeta(fps=float(video.fps), video_resolution=(video.width, video.height))
    # As a plain object: fields that this program does not know, or not so, are kept as they are.
    content = {name: value for name, value in json.loads(recorded).items() if value is not None}
    content = content | _fields(seen) | content | _fields(added)
    return json.dumps(content, separators=(",", ":")).encode()


def _fields(meta: EncodedMeta) -> dict[str, Any]:
    fields: dict[str, Any] = meta.model_dump(mode="json", exclude_none=True)
    return fields


def latent_shape(
    episode: EpisodeSource, player: Player, autoencoder: Autoencoder
) -> tuple[int, int, int, int]:
    """The shape of a player's latents."""
    video = episode.videos[player]
    return autoencoder.latent_shape(video.frames, video.height, video.width)


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

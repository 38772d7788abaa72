"""The layout of shards: what members, shards and the fields of `meta.json` are called.

A shard is a WebDataset tar. One sample is one episode: its key is `ep_<uuid4>`, and the rest of a
member's name is the field, as in `ep_<uuid4>.video_p1.mp4`. A recording shard holds videos, a
latent shard what an autoencoder made of them; actions, rewards and `meta.json` are in both. The
latents of a compressed latent shard are in `latents_p1.latc` instead of `latents_p1.npy`.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from analysis.storage import Latent, latent_frames

Player = Literal["p1", "p2"]
Content = Literal["video", "actions", "rewards", "latents", "compressed_latents", "demo"]

PLAYERS: Final[tuple[Player, ...]] = ("p1", "p2")
"""The two views; every member of `p2` is absent from an episode of one player."""

META: Final = "meta.json"

FRAMES_PER_SECOND: Final = 35
"""Doom's tics a second; what latents whose `meta.json` gives no fps are taken to play at."""

ACTION_COLUMNS: Final = 14
"""Columns of an action: 13 binary buttons, then the turn in degrees."""

_PARTS: Final[dict[Content, tuple[str, str]]] = {
    "video": ("video", "mp4"),
    "actions": ("actions", "npy"),
    "rewards": ("rewards", "npy"),
    "latents": ("latents", "npy"),
    "compressed_latents": ("latents", "latc"),
    "demo": ("demo", "lmp"),
}


def field_name(content: Content, player: Player) -> str:
    """The field of a player's content: `field_name("video", "p1")` is `video_p1.mp4`."""
    stem, suffix = _PARTS[content]
    return f"{stem}_{player}.{suffix}"


_COMPONENTS: Final[dict[str, str]] = {META: "meta"} | {
    field_name(content, player): f"{stem}_{player}"
    for content, (stem, _) in _PARTS.items()
    for player in PLAYERS
}


def component_of(field: str) -> str:
    """The component that a field's bytes belong to: `video_p1`, …, `demo_p2`, `meta` or `other`."""
    return _COMPONENTS.get(field, "other")


def member_name(key: str, field: str) -> str:
    """The name of a tar member."""
    return f"{key}.{field}"


def split_member(name: str) -> tuple[str, str]:
    """Split a tar member's name into key and field, at the first dot after its last slash.

    That is WebDataset's rule. A name without a dot is all key, with an empty field.
    """
    folder, slash, base = name.rpartition("/")
    stem, _, field = base.partition(".")
    return folder + slash + stem, field


def recording_shard_name(worker: int, number: int) -> str:
    """The file name of a recording shard: `mp-0000-000000.tar`."""
    return f"mp-{worker:04d}-{number:06d}.tar"


def latent_shard_name(number: int, worker: int | None = None) -> str:
    """The file name of a latent shard: `latent-000000.tar`, or `latent-w3-000000.tar`."""
    return f"latent-{number:06d}.tar" if worker is None else f"latent-w{worker}-{number:06d}.tar"


_SIDES: Final = re.compile(r"\s*(?:RES_)?(\d+)\s*[xX×]\s*(\d+)\s*")


def _parse_resolution(value: object) -> object:
    """Turn `640x480` or ViZDoom's `RES_640X480` into (640, 480); leave the rest to pydantic."""
    if isinstance(value, str) and (sides := _SIDES.fullmatch(value)):
        return int(sides[1]), int(sides[2])
    return value


Resolution = Annotated[
    tuple[int, int],
    BeforeValidator(_parse_resolution),
    PlainSerializer(lambda sides: f"{sides[0]}x{sides[1]}", return_type=str),
]
"""Width and height in pixels, written `640x480` in JSON."""


class RecordingMeta(BaseModel):
    """`meta.json` of a recorded episode.

    Shards in the wild leave fields out (the `_p2` ones, for one player) and add others (the names
    of checkpoints): a missing field is None, an unknown one is kept. `duration_s` is how long the
    recording took; how long the episode plays is `n_frames / fps`.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    episode_id: str | None = None
    scenario: str | None = None
    map: str | None = None
    n_bots: int | None = None
    timelimit_min: float | None = None
    button_names: tuple[str, ...] | None = None
    decision_interval: int | None = None
    fps: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    play_resolution: Resolution | None = None
    video_resolution: Resolution | None = None
    mode: str | None = None
    n_frames: int | None = None
    total_reward_p1: float | None = None
    total_reward_p2: float | None = None
    frag_p1: float | None = None
    frag_p2: float | None = None
    death_p1: float | None = None
    death_p2: float | None = None
    game_tics: int | None = None
    duration_s: float | None = None
    random_policy_p1: bool | None = None
    random_policy_p2: bool | None = None
    timestamp: float | None = None
    worker_id: int | None = None

    def to_bytes(self) -> bytes:
        """The content of `meta.json`, without the fields that are None."""
        return self.model_dump_json(exclude_none=True).encode()


class LatentMeta(RecordingMeta):
    """`meta.json` of an encoded episode: the recording's, and what the latents are.

    `latent_shape_p1` is the shape of the whole array, (frames, channels, height, width).
    """

    latent_shape_p1: tuple[int, ...] | None = None
    latent_dtype: str | None = None
    latent_spatial_compression: int | None = Field(default=None, gt=0)
    latent_channels: int | None = None
    ae_model: str | None = None
    n_latent_frames: int | None = None
    is_pvp: bool | None = None


class EncodedMeta(LatentMeta):
    """`meta.json` as `encode` writes it: beyond the layout, how the latents were computed.

    The last three are there for a temporal autoencoder only. Its clips, of `latent_clip_frames`
    frames each and a shorter one at the end, are encoded by themselves and lie one after the other.
    """

    latent_precision: str | None = None
    latent_device: str | None = None
    latent_temporal_compression: int | None = Field(default=None, gt=0)
    latent_causal: bool | None = None
    latent_clip_frames: int | None = Field(default=None, gt=0)

    def latents_of(self, frames: int) -> int:
        """How many latents stand for `frames` frames: as many, where nothing else is said."""
        latent = Latent(1, 1, self.latent_temporal_compression or 1, self.latent_causal or False)
        clips, rest = divmod(frames, self.latent_clip_frames or frames or 1)
        whole = latent_frames(latent, self.latent_clip_frames or frames)
        return clips * whole + latent_frames(latent, rest)

"""What metadata say of a recording and of the latents that were made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
)

from analysis.errors import InputError
from analysis.io.byte_range import ByteRange
from analysis.storage import Latent, latent_frames

# The longest metadata of a real episode take 2 kB.
_MAX_BYTES: Final = 1_000_000

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


def read_json(member: ByteRange) -> dict[str, Any]:
    """The JSON object that a member of an episode holds.

    Raises:
        InputError: it is no JSON object, or far too large for one.
    """
    if member.size > _MAX_BYTES:
        raise InputError(f"{member.name}: has {member.size} bytes, too many for this file.")
    try:
        content = json.loads(member.read(0, member.size))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{member.name}: is no JSON ({error}); write it again.") from error
    if not isinstance(content, dict):
        raise InputError(f"{member.name}: is no JSON object; write it again.")
    return content


def encoded_meta(content: Mapping[str, Any]) -> EncodedMeta:
    """What a JSON object says, as far as this program knows it.

    Recorders differ in how they spell what nothing here depends on, a time for instance: a field
    of another form counts as absent.
    """
    try:
        return EncodedMeta.model_validate(content)
    except ValidationError as error:
        misfits = {detail["loc"][0] for detail in error.errors()}
        return EncodedMeta.model_validate(
            {name: value for name, value in content.items() if name not in misfits}
        )

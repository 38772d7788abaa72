"""Kind `autoencoder-zoo`: what the architectures of published autoencoders do, counted.

They are built from their published configurations without weights; a clip goes in, and the shape of
the latents that come out gives the factors. Operations are counted while it runs, a multiplication
and an addition as two.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.ledger.records import Measurement, Record
from analysis.storage import Latent

ReasonUnchecked = Literal["no class in diffusers"]


class AutoencoderZooParameters(Record):
    """What was fed in."""

    height: int = Field(description="of the frame; padded to a multiple of the spatial factor")
    width: int


class CheckedAutoencoder(Record):
    """One architecture, built from its published configuration and run without its weights."""

    identified_by = ("id",)

    id: str = Field(description="in the catalogue")
    diffusers_class: str
    frames: int = Field(description="frames of the clip; 1 for a frame-by-frame autoencoder")
    input_height: int = Field(description="with padding")
    input_width: int
    latent_frames: int = Field(description="that the clip became")
    rows: int
    columns: int
    spatial: int = Field(description="input height and width over those of the latents")
    temporal: int = Field(description="frames that one latent frame more decodes to")
    channels: int
    causal: bool = Field(description="whether the first latent frame decodes to one frame")
    parameters: int
    encoder_parameters: int
    decoder_parameters: int
    encode_gflop_per_frame: float = Field(
        description="10^9 multiplications and additions of convolutions and matrix products, "
        "padding included, over the frames of the clip"
    )
    decode_gflop_per_frame: float

    @property
    def latent(self) -> Latent:
        """What it stores, in float16."""
        return Latent(self.spatial, self.channels, self.temporal, self.causal)


class ListedAutoencoder(Record):
    """One that this run did not build: its figures are its authors'."""

    identified_by = ("id",)

    id: str
    reason: ReasonUnchecked


class AutoencoderZooResults(Record):
    """The catalogue, entry by entry."""

    checked: tuple[CheckedAutoencoder, ...]
    listed: tuple[ListedAutoencoder, ...]

    def find(self, id: str) -> CheckedAutoencoder | None:
        """The one with this id, if it was checked."""
        return next((entry for entry in self.checked if entry.id == id), None)


class AutoencoderZoo(Measurement):
    """An `autoencoder-zoo` file."""

    schema_: Literal["autoencoder-zoo/1.0"] = Field(alias="schema")
    parameters: AutoencoderZooParameters
    results: AutoencoderZooResults

"""Published autoencoders by id, as in `autoencoders.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal

from analysis.catalog.entry import Entry, read
from analysis.errors import InputError
from analysis.storage import Latent

JOIN: Final = "+"
"""In the name of an encoder with a decoder that was trained apart from it, between the two."""


class WeightFile(Entry):
    """A file of published weights that is no repository of the hub."""

    part: Literal["encoder", "decoder"]
    url: str
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """As it was published."""
        return self.url.rpartition("/")[2]


class Autoencoder(Entry):
    """One published autoencoder; see the head of `autoencoders.toml` for the fields."""

    id: str
    name: str
    spatial: int
    temporal: int
    channels: int
    causal: bool
    source: str
    model_class: str | None = None
    hub_id: str | None = None
    subfolder: str | None = None
    revision: str = "main"
    files: tuple[WeightFile, ...] = ()
    licence: str | None = None
    latent_space: str | None = None
    config: Mapping[str, Any] = {}
    in_note: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Which of encoder and decoder its weights are of."""
        return tuple(file.part for file in self.files) or ("encoder", "decoder")

    @property
    def loadable(self) -> bool:
        """Whether there are a class and weights for it."""
        return self.model_class is not None and bool(self.hub_id or self.files)

    def latent(self, bytes_per_value: float = 2.0) -> Latent:
        """What it stores at `bytes_per_value` bytes per value (2: float16)."""
        return Latent(self.spatial, self.channels, self.temporal, self.causal, bytes_per_value)


@cache
def autoencoders() -> tuple[Autoencoder, ...]:
    """All entries, in the order of the catalogue."""
    return tuple(Autoencoder(**entry) for entry in read("autoencoders.toml")["autoencoder"])


def autoencoder(id: str) -> Autoencoder:
    """The entry with this id.

    Raises:
        InputError: there is none; the sentence lists those there are.
    """
    for entry in autoencoders():
        if entry.id == id:
            return entry
    known = ", ".join(entry.id for entry in autoencoders())
    raise InputError(f"No autoencoder {id!r} in the catalogue; choose one of {known}.")


def encoder_of(name: str) -> str:
    """The encoder in the name of an autoencoder, as a run has it."""
    return name.partition(JOIN)[0]


def decoder_of(name: str) -> str:
    """The decoder in it; the same where both are one."""
    return name.rpartition(JOIN)[2]


def latent_space(name: str) -> str | None:
    """The entry whose latents an autoencoder of the catalogue or the hub makes; None for others.

    Args:
        name: as a run has it.
    """
    known = (entry for entry in autoencoders() if encoder_of(name) in (entry.id, entry.hub_id))
    return next((entry.latent_space or entry.id for entry in known), None)

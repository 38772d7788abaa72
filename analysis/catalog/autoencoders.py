"""Published autoencoders by id, as in `autoencoders.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from analysis.catalog.entry import Entry, read
from analysis.errors import InputError
from analysis.storage import Latent


class Autoencoder(Entry):
    """One published autoencoder; see the head of `autoencoders.toml` for the fields."""

    id: str
    name: str
    spatial: int
    temporal: int
    channels: int
    causal: bool
    source: str
    diffusers_class: str | None = None
    hub_id: str | None = None
    subfolder: str | None = None
    revision: str = "main"
    config: Mapping[str, Any] = {}
    in_note: bool = False

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

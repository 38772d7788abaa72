"""Architectures of the catalogue with random weights: as fast as with those that were published.

What is timed does not depend on the weights, so where these are not on the machine, and a network
may not be either, random ones stand in for them. What does depend on them is `load`'s.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import huggingface_hub
import pooch
import torch

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel, class_of, kind_of
from analysis.autoencoders.hub import HubPlace
from analysis.autoencoders.load import load
from analysis.autoencoders.published import CACHE, WEIGHTS_VARIABLE
from analysis.autoencoders.runtime import Runtime
from analysis.catalog import Autoencoder as Entry
from analysis.catalog import autoencoders

SEED: Final = 0


def load_or_draw(name: str, runtime: Runtime) -> tuple[Autoencoder, bool]:
    """The autoencoder of this name, and whether its weights are random: those of an entry of the
    catalogue are where they do not lie on this machine. Nothing is fetched for one.

    Raises:
        InputError: as `load`.
    """
    entry = drawn_entry(name)
    if entry is None:
        return load(name, runtime), False
    return Autoencoder(name, DiffusersModel(random_module(entry, runtime.device)), runtime), True


def drawn_entry(name: str) -> Entry | None:
    """The entry of the catalogue with this id, where it has a class and no weights here."""
    entry = next((each for each in autoencoders() if each.id == name), None)
    return entry if entry and entry.model_class and not _lies_here(entry) else None


def random_module(entry: Entry, device: str = "cpu", seed: int = SEED) -> torch.nn.Module:
    """The module of an entry of the catalogue with the weights that its layers begin with.

    It has the parts that were published: an encoder alone where there is no decoder's file.

    Args:
        entry: it has a class.
        device: where the weights are drawn, and stay; others come out on another device.
        seed: of them.

    Raises:
        InputError: a class that is not known.
    """
    name = str(entry.model_class)
    kind_of(name)
    architecture = class_of(name)
    parts = {"parts": entry.parts} if entry.files else {}
    place = torch.device(device)
    with torch.random.fork_rng([place] if place.type == "cuda" else []), place:
        torch.manual_seed(seed)
        module: torch.nn.Module = architecture(**entry.config, **parts)
    return module.eval()


def _lies_here(entry: Entry) -> bool:
    """Whether `load` finds the weights on this machine."""
    if entry.files:
        named = os.environ.get(WEIGHTS_VARIABLE)
        folders = [*([Path(named)] if named else []), Path(pooch.os_cache(CACHE))]
        return all(any((each / file.name).is_file() for each in folders) for file in entry.files)
    if entry.hub_id is None:
        return False
    place = HubPlace(entry.hub_id, entry.revision, entry.subfolder)
    names = (f"{folder}/config.json" if folder else "config.json" for folder in place.folders)
    found = (
        huggingface_hub.try_to_load_from_cache(place.id, name, revision=place.revision)
        for name in names
    )
    return any(isinstance(path, str) for path in found)

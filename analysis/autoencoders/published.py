"""Weights that were published as files: fetched once, checked by their digest, kept in a cache.

They come from the folder that `LATENT_STORAGE_WEIGHTS` names, from the user's cache folder, or from
their address, in this order. They are read as weights only: nothing in them is run.
"""

from __future__ import annotations

import logging
import os
import pickle
from pathlib import Path
from typing import Final

import pooch
import torch

from analysis.autoencoders.diffusers_model import class_of
from analysis.autoencoders.hub import brief
from analysis.autoencoders.own import OWN
from analysis.catalog import Autoencoder, WeightFile
from analysis.errors import InputError
from analysis.ledger.provenance import sha256

WEIGHTS_VARIABLE: Final = "LATENT_STORAGE_WEIGHTS"
"""Names a folder with files as they were published."""

CACHE: Final = "latent-storage"
"""The name of the folder in the user's cache folder that fetched files are kept in."""


def published_module(entry: Autoencoder) -> torch.nn.Module:
    """The module of an entry of the catalogue that lists files, with the weights that these hold.

    What there is no file of is left out: most often the decoder.

    Raises:
        InputError: a file cannot be fetched, or is another one than was published.
    """
    module: torch.nn.Module = class_of(str(entry.model_class))(**entry.config, parts=entry.parts)
    for file in entry.files:
        path = weight_path(file)
        try:
            weights = torch.load(path, map_location="cpu", weights_only=True)
            module.get_submodule(file.part).load_state_dict(weights)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise InputError(
                f"{path} cannot be loaded as the {file.part} of {entry.id} ({brief(error)})."
            ) from None
    return module


def weight_path(file: WeightFile) -> Path:
    """Where a published file lies, fetched if need be.

    Raises:
        InputError: it cannot be fetched, or is another one than was published.
    """
    if folder := os.environ.get(WEIGHTS_VARIABLE):
        given = Path(folder) / file.name
        if given.is_file():
            _refuse_another(given, file)
            return given
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel(logging.WARNING)
    cache = Path(pooch.os_cache(CACHE))
    try:
        return Path(
            pooch.retrieve(
                file.url, known_hash=f"sha256:{file.sha256}", fname=file.name, path=cache
            )
        )
    except Exception as error:  # what a broken connection raises is up to pooch's HTTP library
        raise InputError(
            f"{file.name} could not be fetched ({brief(error)}): download {file.url} "
            f"(SHA-256 {file.sha256}) and put it into {cache}, or into a folder that "
            f"{WEIGHTS_VARIABLE} names; {OWN} needs no download."
        ) from None
    finally:
        logger.setLevel(level)


def _refuse_another(path: Path, file: WeightFile) -> None:
    found = sha256(path)
    if found != file.sha256:
        raise InputError(
            f"{path} is not the file that was published: its SHA-256 is {found} and not "
            f"{file.sha256}; download {file.url} anew."
        )

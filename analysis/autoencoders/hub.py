"""Autoencoders of the Hugging Face hub: fetched once, and then of its cache."""

from __future__ import annotations

import logging
import re
import sys
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import huggingface_hub
from diffusers.utils import logging as diffusers_logging
from huggingface_hub import constants
from huggingface_hub import errors as hub_errors
from huggingface_hub.utils import logging as hub_logging
from huggingface_hub.utils.tqdm import (
    are_progress_bars_disabled,
    disable_progress_bars,
    enable_progress_bars,
)

from analysis.autoencoders.own import OWN
from analysis.errors import InputError

_ANSWERS_WITHIN_S: Final = 5.0
_WEIGHTS: Final = "diffusion_pytorch_model"


@dataclass(frozen=True)
class HubPlace:
    """A folder of a repository of the hub."""

    id: str
    revision: str = "main"
    subfolder: str | None = None

    @property
    def folders(self) -> tuple[str, ...]:
        """Where the autoencoder may be: a pipeline has it in `vae`."""
        return (self.subfolder,) if self.subfolder else ("", "vae")

    @property
    def advice(self) -> str:
        """How to get the weights where the hub cannot be reached."""
        folder = f" --include '{self.subfolder}/*'" if self.subfolder else ""
        revision = f" --revision {self.revision}" if self.revision != "main" else ""
        return (
            f"run `hf download {self.id}{revision}{folder} --local-dir FOLDER` on a machine that "
            f"can, copy FOLDER here and give its path as the autoencoder; {OWN} needs no download"
        )


def hub_folder(place: HubPlace) -> Path:
    """The folder in the hub's cache that the weights are in, fetched where they are not."""
    if not _hub_answers():
        return cached_folder(place)
    try:
        with quiet():
            listed = huggingface_hub.list_repo_files(place.id, revision=place.revision)
            folder, wanted = _wanted(place, listed)
            return Path(
                huggingface_hub.snapshot_download(
                    place.id, revision=place.revision, allow_patterns=wanted
                ),
                folder,
            )
    except hub_errors.GatedRepoError:
        raise InputError(
            f"{place.id} is given to those only who accepted its terms: accept them on its page, "
            f"run `hf auth login` and try again, or use {OWN}."
        ) from None
    except hub_errors.RevisionNotFoundError:
        raise InputError(
            f"{place.id} has no revision {place.revision} on {constants.ENDPOINT}; "
            "update this program, or give a folder with its weights."
        ) from None
    except (hub_errors.RepositoryNotFoundError, hub_errors.HFValidationError):
        raise InputError(
            f"There is no model {place.id} on {constants.ENDPOINT}, or it is private: check the "
            f"name, run `hf auth login` if it is yours, or use {OWN}."
        ) from None
    except InputError:
        raise
    except Exception as error:  # what a broken connection raises is up to the hub's HTTP library
        raise InputError(
            f"{place.id} could not be fetched ({brief(error)}); try again, or {place.advice}."
        ) from None


def _hub_answers() -> bool:
    """Whether the hub can be reached: asked once, for the client itself would ask for a minute."""
    if constants.HF_HUB_OFFLINE:
        return False
    request = urllib.request.Request(constants.ENDPOINT, method="HEAD")
    try:
        urllib.request.urlopen(request, timeout=_ANSWERS_WITHIN_S).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _wanted(place: HubPlace, listed: Sequence[str]) -> tuple[str, list[str]]:
    """Which folder of a repository to use, and which of its files."""
    for folder in place.folders:
        prefix = f"{folder}/" if folder else ""
        if f"{prefix}config.json" in listed:
            names = [name.removeprefix(prefix) for name in listed if name.startswith(prefix)]
            variant = weight_variant(names)
            weights = [name for name in names if _is_weight(name, variant)]
            return folder, [f"{prefix}{name}" for name in ("config.json", *weights)]
    raise InputError(
        f"{place.id} has no config.json of an autoencoder, at its top or in vae; "
        f"give the id of a diffusers autoencoder, or {OWN}."
    )


def cached_folder(place: HubPlace) -> Path:
    """The folder in the hub's cache, as it was fetched before.

    Raises:
        InputError: it was not.
    """
    for folder in place.folders:
        name = f"{folder}/config.json" if folder else "config.json"
        with suppress(hub_errors.HFValidationError):
            path = huggingface_hub.try_to_load_from_cache(place.id, name, revision=place.revision)
            if isinstance(path, str):
                return Path(path).parent
    raise InputError(
        f"{place.id} is no folder here, not in the hub's cache, and {constants.ENDPOINT} cannot "
        f"be reached: {place.advice}."
    )


def _is_weight(name: str, variant: str | None) -> bool:
    """Whether it is one of the safetensors of this variant, or their index."""
    inner = rf"\.{variant}" if variant else ""
    shard = r"(-\d{5}-of-\d{5})?"
    return bool(
        re.fullmatch(
            rf"{_WEIGHTS}(\.safetensors\.index{inner}\.json|{inner}{shard}\.safetensors)", name
        )
        or re.fullmatch(rf"{_WEIGHTS}{shard}{inner}\.safetensors", name)
    )


def weight_variant(names: Sequence[str]) -> str | None:
    """fp16 where the weights are there in no other form."""
    return (
        None
        if any(_is_weight(name, None) for name in names)
        else ("fp16" if any(_is_weight(name, "fp16") for name in names) else None)
    )


def brief(error: Exception) -> str:
    """A message on one line, not too long, less its full stop."""
    text = " ".join(str(error).split()) or type(error).__name__
    return (text if len(text) <= 200 else f"{text[:200]}…").rstrip(".")


@contextmanager
def quiet() -> Iterator[None]:
    """Neither diffusers nor the hub says anything; download bars are for terminals only."""
    diffusers_level, hub_level = diffusers_logging.get_verbosity(), hub_logging.get_verbosity()
    bars = not are_progress_bars_disabled()
    diffusers_logging.set_verbosity(logging.CRITICAL)
    hub_logging.set_verbosity(logging.CRITICAL)
    if not sys.stderr.isatty():
        disable_progress_bars()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        diffusers_logging.set_verbosity(diffusers_level)
        hub_logging.set_verbosity(hub_level)
        if bars:
            enable_progress_bars()

"""Autoencoders by name: the project's own, the catalogue's, a folder's or any of the hub's."""

from __future__ import annotations

import json
import logging
import re
import sys
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import huggingface_hub
import torch
from diffusers.utils import logging as diffusers_logging
from huggingface_hub import constants
from huggingface_hub import errors as hub_errors
from huggingface_hub.utils import logging as hub_logging
from huggingface_hub.utils.tqdm import (
    are_progress_bars_disabled,
    disable_progress_bars,
    enable_progress_bars,
)
from safetensors import SafetensorError

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import DiffusersModel, class_of, kind_of
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.autoencoders.dual_decoder import SPATIAL_MODEL, DualDecoder, weights_sha256
from analysis.autoencoders.runtime import Runtime
from analysis.catalog import autoencoder, autoencoders
from analysis.errors import InputError

DEFAULT: Final = "dc-ae-lite-f32c32"
"""What encodes where nothing else is asked for; its weights come from the hub."""

OWN: Final = "project/doom-dcae-f32c32"
"""The project's own; its weights are in the package."""

_OWN_PREFIX = "project/"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_ANSWERS_WITHIN_S = 5.0
_WEIGHTS = "diffusion_pytorch_model"


@dataclass(frozen=True)
class _HubPlace:
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


def load(name: str, runtime: Runtime) -> Autoencoder:
    """The autoencoder of this name, on the runtime's device.

    The name is `project/<name>`, an id of the catalogue, a folder (as `save_pretrained` writes it,
    or that of a pipeline with `vae` in it) or `owner/name` on the hub. What is on the hub is
    fetched once and cached.

    Raises:
        InputError: there is nothing of this name, it cannot be fetched or read, or its weights are
            not those of its class.
    """
    called, folder = _found(name)
    try:
        module = _module(folder, runtime)
    except PermissionError as error:
        raise InputError(
            f"{error.filename or folder} may not be read: allow it, then try again."
        ) from None
    kind = DualAutoencoder if isinstance(module, DualDecoder) else Autoencoder
    return kind(called, DiffusersModel(module), runtime)


def load_dual_decoder(name: str, runtime: Runtime) -> DualAutoencoder:
    """Like `load`, of one that has two decoders.

    Raises:
        InputError: as `load`, or it has one decoder.
    """
    autoencoder = load(name, runtime)
    if not isinstance(autoencoder, DualAutoencoder):
        raise InputError(
            f"{name} has no second decoder that shows single frames; give one of "
            f"{', '.join(own_dual_decoders())}, or a folder that `train dual-decoder` wrote."
        )
    return autoencoder


def load_spatial_model(dual: DualAutoencoder) -> Autoencoder:
    """The autoencoder of single frames that a dual decoder was built on, as it was before; its own
    part where it names none.

    Raises:
        InputError: as `load`.
    """
    module = dual.module
    if name := module.config["spatial_name"]:
        return load(name, dual.runtime)
    return Autoencoder(
        f"{dual.name}, its spatial model", DiffusersModel(module.spatial_model), dual.runtime
    )


def weight_folder(name: str) -> Path:
    """The folder that an autoencoder of this name is read from.

    Raises:
        InputError: as `load`.
    """
    return _inner(_found(name)[1])


def _found(name: str) -> tuple[str, Path]:
    """What an autoencoder is called in records, and the folder that it is in."""
    if name.startswith(_OWN_PREFIX):
        return name, _own_folder(name)
    if name in {entry.id for entry in autoencoders()}:
        place = _catalogue_place(name)
        return place.id, _hub_folder(place)
    if Path(name).is_dir():
        return name, Path(name)
    if _HUB_ID.fullmatch(name):
        return name, _hub_folder(_HubPlace(name))
    raise InputError(
        f"{name} is no folder, no owner/name on the hub and no id of the catalogue "
        f"({', '.join(entry.id for entry in autoencoders() if entry.diffusers_class)}); "
        f"{OWN} needs no download."
    )


def own_autoencoders() -> tuple[str, ...]:
    """The names of the project's own autoencoders."""
    return tuple(f"{_OWN_PREFIX}{folder.name}" for folder in _own_folders())


def own_dual_decoders() -> tuple[str, ...]:
    """Those of them that have two decoders, by their temporal factor."""
    configs = {folder: _config(folder / "config.json") for folder in _own_folders()}
    dual = [
        folder
        for folder, config in configs.items()
        if config["_class_name"] == DualDecoder.__name__
    ]
    ordered = sorted(dual, key=lambda folder: int(configs[folder]["temporal_factor"]))
    return tuple(f"{_OWN_PREFIX}{folder.name}" for folder in ordered)


def _own_folders() -> list[Path]:
    root = Path(str(files("analysis.autoencoders"))) / "weights"
    return sorted(path.parent for path in root.glob("*/config.json"))


def _own_folder(name: str) -> Path:
    for folder in _own_folders():
        if name == f"{_OWN_PREFIX}{folder.name}":
            return folder
    known = ", ".join(own_autoencoders()) or "none in this installation: install the package anew"
    raise InputError(f"{name} is none of the project's autoencoders ({known}).")


def _catalogue_place(id: str) -> _HubPlace:
    entry = autoencoder(id)
    if entry.diffusers_class is None or entry.hub_id is None:
        raise InputError(
            f"{id} has no class in diffusers and cannot be loaded; the catalogue knows its size "
            f"only. Choose another id, or {OWN}."
        )
    return _HubPlace(entry.hub_id, entry.revision, entry.subfolder)


# The hub


def _hub_folder(place: _HubPlace) -> Path:
    """The folder in the hub's cache that the weights are in, fetched where they are not."""
    if not _hub_answers():
        return _cached_folder(place)
    try:
        with _quiet():
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
            f"{place.id} could not be fetched ({_brief(error)}); try again, or {place.advice}."
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


def _wanted(place: _HubPlace, listed: list[str]) -> tuple[str, list[str]]:
    """Which folder of a repository to use, and which of its files."""
    for folder in place.folders:
        prefix = f"{folder}/" if folder else ""
        if f"{prefix}config.json" in listed:
            names = [name.removeprefix(prefix) for name in listed if name.startswith(prefix)]
            variant = _variant(names)
            weights = [name for name in names if _is_weight(name, variant)]
            return folder, [f"{prefix}{name}" for name in ("config.json", *weights)]
    raise InputError(
        f"{place.id} has no config.json of an autoencoder, at its top or in vae; "
        f"give the id of a diffusers autoencoder, or {OWN}."
    )


def _cached_folder(place: _HubPlace) -> Path:
    """The folder in the hub's cache, as it was fetched before."""
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


# A folder


def _module(folder: Path, runtime: Runtime) -> torch.nn.Module:
    """The autoencoder in a folder, or in `vae` in it."""
    folder = _inner(folder)
    kind = _class(folder / "config.json")
    variant = _variant([path.name for path in folder.iterdir()])
    try:
        with _quiet():
            module, report = kind.from_pretrained(
                folder,
                dtype=runtime.dtype,
                variant=variant,
                use_safetensors=True,
                local_files_only=True,
                low_cpu_mem_usage=False,
                output_loading_info=True,
            )
    except PermissionError:
        raise
    except (OSError, ValueError, RuntimeError, TypeError, SafetensorError) as error:
        raise InputError(
            f"The weights in {folder} cannot be loaded into {kind.__name__} as its config.json "
            f"describes it ({_brief(error)}); fetch the folder anew."
        ) from None
    loaded: torch.nn.Module = module
    missing = set(report["missing_keys"])
    if isinstance(loaded, DualDecoder) and loaded.config["spatial_name"]:
        missing -= _fill_spatial_model(loaded, missing, folder, runtime)
    if missing:
        raise InputError(
            f"The weights in {folder} are not all there: {len(missing)} of {kind.__name__} are "
            f"missing, first {min(missing)}; fetch the folder anew."
        )
    return loaded


def _inner(folder: Path) -> Path:
    inside = folder / "vae"
    outside = (folder / "config.json").exists() or not (inside / "config.json").exists()
    return folder if outside else inside


def _fill_spatial_model(
    model: DualDecoder, missing: set[str], folder: Path, runtime: Runtime
) -> set[str]:
    """Give a dual decoder the weights that its files leave to its spatial model; says which."""
    name = model.config["spatial_name"]
    # In full precision: rounded to another one first, they would have another digest.
    weights = _module(_found(name)[1], replace(runtime, precision="fp32")).state_dict()
    if weights_sha256(weights) != model.config["spatial_sha256"]:
        raise InputError(
            f"{folder} was trained on other weights of {name} than are here; fetch both anew, or "
            "train it again."
        )
    # In float16, as the rest: what was trained on is what was written.
    filled = {f"{SPATIAL_MODEL}.{key}": value.half() for key, value in weights.items()}
    filled = {key: value for key, value in filled.items() if key in missing}
    model.load_state_dict(filled, strict=False)
    return set(filled)


def _config(path: Path) -> dict[str, Any]:
    """A config.json, which names its class."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{path.parent} has no config.json; give a folder that `save_pretrained` wrote, "
            "or that of a pipeline with vae in it."
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path} is no JSON ({error}); fetch the folder anew.") from None
    name = config.get("_class_name") if isinstance(config, dict) else None
    if not isinstance(name, str):
        raise InputError(
            f"{path} names no class (_class_name); give a folder that `save_pretrained` wrote."
        )
    return dict(config)


def _class(path: Path) -> Any:
    """The class that a config.json names."""
    name = _config(path)["_class_name"]
    kind_of(name)
    return DualDecoder if name == DualDecoder.__name__ else class_of(name)


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


def _variant(names: list[str]) -> str | None:
    """fp16 where the weights are there in no other form."""
    return (
        None
        if any(_is_weight(name, None) for name in names)
        else ("fp16" if any(_is_weight(name, "fp16") for name in names) else None)
    )


def _brief(error: Exception) -> str:
    """A message on one line, not too long, less its full stop."""
    text = " ".join(str(error).split()) or type(error).__name__
    return (text if len(text) <= 200 else f"{text[:200]}…").rstrip(".")


@contextmanager
def _quiet() -> Iterator[None]:
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

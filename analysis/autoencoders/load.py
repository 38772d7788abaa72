"""Autoencoders by name: the project's own, the catalogue's, a folder's or any of the hub's."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError

from analysis.autoencoders.autoencoder import Autoencoder
from analysis.autoencoders.diffusers_model import (
    DiffusersModel,
    PairedAutoencoder,
    class_of,
    kind_of,
)
from analysis.autoencoders.dual_autoencoder import DualAutoencoder
from analysis.autoencoders.dual_decoder import SPATIAL_MODEL, DualDecoder, weights_sha256
from analysis.autoencoders.hub import (
    HubPlace,
    brief,
    cached_folder,
    hub_folder,
    quiet,
    weight_variant,
)
from analysis.autoencoders.latent_decoder import LatentDecoder
from analysis.autoencoders.own import OWN, PREFIX, own_folder, own_folders
from analysis.autoencoders.published import published_module
from analysis.autoencoders.runtime import Runtime, choose_runtime
from analysis.catalog import JOIN, autoencoders
from analysis.catalog import Autoencoder as Entry
from analysis.errors import InputError

DEFAULT: Final = "dc-ae-lite-f32c32"
"""What encodes where nothing else is asked for; its weights come from the hub."""

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def load_autoencoder(
    name: str = DEFAULT,
    device: str | None = None,
    precision: str | None = None,
    batch_size: int | None = None,
    *,
    compile: bool = False,
) -> Autoencoder:
    """An autoencoder by its name, ready to encode and, where anything here decodes its latents, to
    decode.

    Args:
        name: `project/<name>`, which needs no download; an id of the catalogue; a folder, as
            `save_pretrained` of diffusers writes it; or `owner/name` on the Hugging Face hub. Two
            of these with a + between them are an encoder and a decoder of its latents; an encoder
            alone comes with the best decoder of its latents that needs no download.
        device: such as "cpu" or "cuda:1"; a GPU where there is one.
        precision: what it computes in, "fp32", "fp16" or "bf16"; fp16 on a GPU, else fp32.
        batch_size: frames at a time; 64 on a GPU, else 16.
        compile: whether `torch.compile` makes kernels for it first.

    Raises:
        InputError: there is nothing of this name, it cannot be fetched or read, or no such device.
    """
    return _with_decoder(load(name, choose_runtime(device, precision, batch_size, compile=compile)))


def load(name: str, runtime: Runtime) -> Autoencoder:
    """The autoencoder of this name, on the runtime's device.

    The name is `project/<name>`, an id of the catalogue, a folder (as `save_pretrained` writes it,
    or that of a pipeline with `vae` in it) or `owner/name` on the hub; or two of these, an encoder
    and a decoder of its latents, with a + between them. What is on the hub, or was published as
    files, is fetched once and cached.

    Raises:
        InputError: there is nothing of this name, it cannot be fetched or read, its weights are
            not those of its class, or the decoder is one of other latents.
    """
    try:
        found = _named(name, runtime)
    except PermissionError as error:
        raise InputError(
            f"{error.filename or name} may not be read: allow it, then try again."
        ) from None
    if isinstance(found.module, LatentDecoder):
        raise InputError(
            f"{name} is a decoder alone and encodes nothing; name the encoder of its latents "
            f"before it, as in ENCODER{JOIN}{name}."
        )
    kind = DualAutoencoder if isinstance(found.module, DualDecoder) else Autoencoder
    return kind(found.name, DiffusersModel(found.module), runtime, latent_space=found.latent_space)


def load_with_decoder(name: str, runtime: Runtime) -> Autoencoder:
    """Like `load`, of one that is to decode: an encoder alone gets the decoder of its latents.

    That is DC-AE-Lite's where its weights are in the hub's cache, and else the project's own.

    Raises:
        EncoderOnly: it has no decoder, and nothing else here decodes its latents; said before any
            work is done.
        InputError: as `load`.
    """
    autoencoder = _with_decoder(load(name, runtime))
    autoencoder.require_decoder()
    return autoencoder


def _with_decoder(autoencoder: Autoencoder) -> Autoencoder:
    """It, with the decoder of its latents where it has none of its own and there is one."""
    if autoencoder.decodes or (decoder := decoder_of(autoencoder.latent_space)) is None:
        return autoencoder
    return load(f"{autoencoder.name}{JOIN}{decoder}", autoencoder.runtime)


def decoder_of(latent_space: str | None) -> str | None:
    """The name of what decodes these latents without a download, the best that there is.

    Args:
        latent_space: the entry of the catalogue whose latents they are.
    """
    if latent_space is None:
        return None
    for entry in autoencoders():
        if latent_space in (entry.id, entry.latent_space) and entry.hub_id is not None:
            with suppress(InputError):
                cached_folder(_catalogue_place(entry))
                return entry.id
    decoders = (
        f"{PREFIX}{folder.name}"
        for folder, config in _own(LatentDecoder)
        if config["latent_space"] == latent_space
    )
    return next(decoders, None)


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


@dataclass(frozen=True)
class _Named:
    """A module with its weights.

    Args:
        name: what it is called in records.
        module: the module.
        latent_space: the entry of the catalogue that has the same latents, where one has.
    """

    name: str
    module: torch.nn.Module
    latent_space: str | None


def _named(name: str, runtime: Runtime) -> _Named:
    """The module that a name stands for."""
    encoder, join, decoder = name.rpartition(JOIN)
    if join and not Path(name).exists():
        return _pair(_named(encoder, runtime), _named(decoder, runtime))
    entry = _entry(name)
    space = (entry.latent_space or entry.id) if entry else None
    if entry is not None and entry.files:
        return _Named(name, published_module(entry), space)
    called, folder = _found(name)
    module = _module(folder, runtime)
    return _Named(called, module, space or getattr(module.config, "latent_space", None))


def _pair(encoder: _Named, decoder: _Named) -> _Named:
    """An encoder and what decodes its latents.

    Raises:
        InputError: it decodes others.
    """
    makes, takes = (DiffusersModel(each.module).latent for each in (encoder, decoder))
    if makes != takes or encoder.latent_space != decoder.latent_space:
        raise InputError(
            f"{decoder.name} decodes {_latents_of(decoder)}, and {encoder.name} makes "
            f"{_latents_of(encoder)}; name a decoder of these."
        )
    return _Named(
        f"{encoder.name}{JOIN}{decoder.name}",
        PairedAutoencoder.of(encoder.module, decoder.module),
        encoder.latent_space,
    )


def _latents_of(named: _Named) -> str:
    latent = DiffusersModel(named.module).latent
    return (
        f"latents of {latent.channels} channels for {latent.spatial} x {latent.spatial} pixels "
        f"({named.latent_space or named.name})"
    )


def _found(name: str) -> tuple[str, Path]:
    """What an autoencoder is called in records, and the folder that it is in."""
    if name.startswith(PREFIX):
        return name, own_folder(name)
    if (entry := _entry(name)) is not None:
        place = _catalogue_place(entry)
        return place.id, hub_folder(place)
    if Path(name).is_dir():
        return name, Path(name)
    if _HUB_ID.fullmatch(name):
        return name, hub_folder(HubPlace(name))
    raise InputError(
        f"{name} is no folder, no owner/name on the hub and no id of the catalogue "
        f"({', '.join(entry.id for entry in autoencoders() if entry.loadable)}); "
        f"{OWN} needs no download."
    )


def own_decoders() -> tuple[str, ...]:
    """Those of the project's own that decode somebody else's latents, and encode nothing."""
    return tuple(f"{PREFIX}{folder.name}" for folder, _ in _own(LatentDecoder))


def own_dual_decoders() -> tuple[str, ...]:
    """Those of them that have two decoders, by their temporal factor."""
    ordered = sorted(_own(DualDecoder), key=lambda found: int(found[1]["temporal_factor"]))
    return tuple(f"{PREFIX}{folder.name}" for folder, _ in ordered)


def _own(kind: type[torch.nn.Module]) -> list[tuple[Path, dict[str, Any]]]:
    """Folders of the project's own of this class, with their configurations."""
    configs = ((folder, _config(folder / "config.json")) for folder in own_folders())
    return [
        (folder, config) for folder, config in configs if config["_class_name"] == kind.__name__
    ]


def _entry(name: str) -> Entry | None:
    """The entry of the catalogue with this id."""
    return next((entry for entry in autoencoders() if entry.id == name), None)


def _catalogue_place(entry: Entry) -> HubPlace:
    if entry.model_class is None or entry.hub_id is None:
        raise InputError(
            f"{entry.id} has no class in diffusers and cannot be loaded; the catalogue knows its "
            f"size only. Choose another id, or {OWN}."
        )
    return HubPlace(entry.hub_id, entry.revision, entry.subfolder)


# A folder


def _module(folder: Path, runtime: Runtime) -> torch.nn.Module:
    """The autoencoder in a folder, or in `vae` in it."""
    folder = _inner(folder)
    kind = _class(folder / "config.json")
    variant = weight_variant([path.name for path in folder.iterdir()])
    try:
        with quiet():
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
            f"describes it ({brief(error)}); fetch the folder anew."
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
    weights = _named(name, replace(runtime, precision="fp32")).module.state_dict()
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

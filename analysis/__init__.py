"""Store a video data set as video or as autoencoder latents? The tools behind the report.

    from analysis import encode, load_autoencoder, scan

    print(scan("videos").totals)
    encode("videos", "latents", load_autoencoder("project/doom-dcae-f32c32"))

What is named here is loaded when it is first used: importing this package loads nothing else, and
what a name needs beyond the core install is asked for in one sentence.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.autoencoders.load import load_autoencoder
    from analysis.datasets.compress import decompress as decompress
    from analysis.datasets.latent_clips import LatentClips
    from analysis.datasets.latent_reader import LatentReader, webdataset_decoder
    from analysis.datasets.opening import open_dataset
    from analysis.datasets.scan import scan
    from analysis.encoding.compress import compress
    from analysis.encoding.encode import encode
    from analysis.errors import InputError, LatentStorageError, MissingPackage
    from analysis.storage import Latent, storage_ratio

__all__ = [
    "InputError",
    "Latent",
    "LatentClips",
    "LatentReader",
    "LatentStorageError",
    "MissingPackage",
    "compress",
    "decompress",
    "encode",
    "load_autoencoder",
    "open_dataset",
    "scan",
    "storage_ratio",
    "webdataset_decoder",
]

DEFINED_IN = {
    "InputError": "errors",
    "Latent": "storage",
    "LatentClips": "datasets.latent_clips",
    "LatentReader": "datasets.latent_reader",
    "LatentStorageError": "errors",
    "MissingPackage": "errors",
    "compress": "encoding.compress",
    "decompress": "datasets.compress",
    "encode": "encoding.encode",
    "load_autoencoder": "autoencoders.load",
    "open_dataset": "datasets.opening",
    "scan": "datasets.scan",
    "storage_ratio": "storage",
    "webdataset_decoder": "datasets.latent_reader",
}
"""The module that each name is defined in, from here."""


if not TYPE_CHECKING:  # else a name that is not there would pass for any type

    def __getattr__(name: str) -> object:
        if name not in DEFINED_IN:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        errors = importlib.import_module(f"{__name__}.errors")
        with errors.packages_needed():
            module = importlib.import_module(f"{__name__}.{DEFINED_IN[name]}")
        found = getattr(module, name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Compressed latents as the first version of the container stored them, one file a codec it had.

`version_1.tar.xz` holds `latents.npy` and `sensitivity.npy`, which all of them were made of,
and for each codec `NAME.latc` with what was read from it then, `NAME.npy`.
"""

from __future__ import annotations

import io
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ARCHIVE = Path(__file__).parent / "version_1.tar.xz"


@cache
def _members() -> dict[str, bytes]:
    with tarfile.open(_ARCHIVE) as archive:
        return {
            member.name: content.read()
            for member in archive
            if (content := archive.extractfile(member)) is not None
        }


def codec_names() -> list[str]:
    """Every codec of the first version."""
    return [name.removesuffix(".latc") for name in _members() if name.endswith(".latc")]


def compressed(name: str) -> bytes:
    """The file of a codec."""
    return _members()[f"{name}.latc"]


def array(name: str) -> NDArray[Any]:
    """What was read from a codec's file; or `latents`, or `sensitivity`."""
    found: NDArray[Any] = np.load(io.BytesIO(_members()[f"{name}.npy"]))
    return found

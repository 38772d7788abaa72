"""What is in a shard, read by the standard library."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def members(shard: Path | str) -> dict[str, bytes]:
    """The members of a shard, by name, in their order."""
    with tarfile.open(shard) as tar:
        return {m.name: file.read() for m in tar if (file := tar.extractfile(m)) is not None}


def meta(shard: Path | str, key: str) -> dict[str, Any]:
    """What `meta.json` of an episode says."""
    content: dict[str, Any] = json.loads(members(shard)[f"{key}.meta.json"])
    return content


def latents(shard: Path | str, key: str, player: str = "p1") -> NDArray[np.float16]:
    """The latents of a player."""
    content: NDArray[np.float16] = np.load(
        io.BytesIO(members(shard)[f"{key}.latents_{player}.npy"])
    )
    return content

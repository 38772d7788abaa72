"""Studies of latents in small."""

from __future__ import annotations

from pathlib import Path

from analysis.kinds.context import Context
from analysis.kinds.study import LatentSource, Study


def context(
    folder: Path, latents: dict[str, str] | None, given: LatentSource | None = None
) -> Context:
    """The quick profile of a study whose latents, if any, are these; `given` comes before them."""
    study = Study.model_validate(
        {
            "autoencoder": "dc-ae-lite-f32c32",
            "quick": {"shards": [{"name": "any", "path": str(folder)}], "latents": latents},
        }
    )
    return Context(
        study,
        Path("study.toml"),
        "quick",
        (),
        lambda what, done, total: None,
        latents=given,
        unfinished=folder / "unfinished",
    )


def source(folder: Path, recordings: Path, weights: Path) -> dict[str, str]:
    """Latents that are to be encoded into a folder below `folder`."""
    return {
        "path": str(folder / "latents"),
        "recordings": str(recordings),
        "autoencoder": str(weights),
    }

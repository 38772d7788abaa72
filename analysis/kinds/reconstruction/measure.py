"""Kind `reconstruction`: quality of the video and of latents in every number format."""

from __future__ import annotations

from typing import Final

from analysis.autoencoders.load import load_with_decoder
from analysis.autoencoders.runtime import choose_runtime
from analysis.errors import InputError
from analysis.kinds.context import Context, Outcome
from analysis.kinds.reconstruction.extent import EXTENTS
from analysis.kinds.reconstruction.pictures import Candidate, choose, draw
from analysis.kinds.reconstruction.record import (
    ReconstructedSet,
    ReconstructionParameters,
    ReconstructionResults,
)
from analysis.kinds.reconstruction.sets import compare_set
from analysis.kinds.shard_sets import is_latent, scanned, shards_input

PRECISION: Final = "fp32"
"""Of the autoencoder's own arithmetic, on any device: what differs is how latents are stored."""


def measure(context: Context) -> Outcome:
    """Compare the recordings of the profile, and what the study's autoencoders make of them.

    Raises:
        InputError: the study has no recordings, an autoencoder cannot be loaded, a set is faulty,
            or a game does not show what was recorded.
    """

    study = context.study
    runtime = choose_runtime(context.device, PRECISION)
    autoencoders = [load_with_decoder(name, runtime) for name in context.autoencoders]
    reports = [
        (source, scanned(source, context)) for source in study.profile(context.profile).shards
    ]
    recordings = [(source, report) for source, report in reports if not is_latent(report)]
    if not recordings:
        raise InputError(f"{context.study_path}: name a set of recordings to compare latents with.")
    extent = EXTENTS[context.profile]
    sets: list[ReconstructedSet] = []
    candidates: list[Candidate] = []
    for source, _ in recordings:
        compared, frames = compare_set(
            source, context.dataset(source.path), autoencoders, extent, context.progress
        )
        candidates = candidates or frames
        sets.append(compared)
    drawn = [draw(sets[0].name, percentile, frame) for percentile, frame in choose(candidates)]
    return Outcome(
        parameters=ReconstructionParameters(
            study=str(context.study_path),
            sets=tuple(entry.name for entry in sets),
            autoencoders=tuple(autoencoder.name for autoencoder in autoencoders),
            precision=PRECISION,
            device=runtime.device,
            episodes_a_split=extent.episodes_a_split,
            views_an_episode=extent.views_an_episode,
            frames_a_view=extent.frames_a_view,
        ),
        inputs=tuple(shards_input(source.name, report) for source, report in recordings),
        results=ReconstructionResults(sets=tuple(sets), shown=tuple(shown for shown, _ in drawn)),
        files={name: content for _, files in drawn for name, content in files.items()},
    )

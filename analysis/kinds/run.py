"""Run measurements and add them to the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from analysis.errors import InputError
from analysis.kinds.autoencoder_zoo import measure as autoencoder_zoo
from analysis.kinds.claims import measure as claims
from analysis.kinds.context import Context, Outcome
from analysis.kinds.dual_decoder import measure as dual_decoder
from analysis.kinds.encode_throughput import measure as encode_throughput
from analysis.kinds.latent_codecs import measure as latent_codecs
from analysis.kinds.ledger import add_run
from analysis.kinds.rate_distortion import measure as rate_distortion
from analysis.kinds.reconstruction import measure as reconstruction
from analysis.kinds.shard_sizes import measure as shard_sizes
from analysis.kinds.training_reads import measure as training_reads
from analysis.kinds.video_bitrate import measure as video_bitrate

MEASURES: dict[str, Callable[[Context], Outcome]] = {
    "shard-sizes": shard_sizes.measure,
    "video-bitrate": video_bitrate.measure,
    "encode-throughput": encode_throughput.measure,
    "reconstruction": reconstruction.measure,
    "rate-distortion": rate_distortion.measure,
    "latent-codecs": latent_codecs.measure,
    "dual-decoder": dual_decoder.measure,
    "training-reads": training_reads.measure,
    "autoencoder-zoo": autoencoder_zoo.measure,
    "claims": claims.measure,
}
"""What makes each kind, in the order of a full run: claims read what the others wrote."""


NEED_GAMES: Final = ("video-bitrate", "rate-distortion")
"""Kinds that render games: a study of shards alone goes without them."""

NEED_LATENTS: Final = ("latent-codecs", "training-reads")
"""Kinds that read latents: a study of recordings alone goes without them."""


NEED_DUAL_DECODERS: Final = ("dual-decoder",)
"""Kinds that judge dual decoders: a study that names none goes without them."""


def chosen_kinds(kinds: Sequence[str], context: Context) -> list[str]:
    """The named kinds in the order of a full run; without any name, all that the study allows.

    Raises:
        InputError: an unknown kind.
    """
    if unknown := [kind for kind in kinds if kind not in MEASURES]:
        raise InputError(f"No kind {unknown[0]!r} is measured; choose from {', '.join(MEASURES)}.")
    profile = context.study.profile(context.profile)
    left_out: list[str] = []
    if profile.games is None:
        left_out.extend(NEED_GAMES)
    if profile.latents is None and context.latents is None:
        left_out.extend(NEED_LATENTS)
    if not context.study.dual_decoders:
        left_out.extend(NEED_DUAL_DECODERS)
    possible = [kind for kind in MEASURES if kind not in left_out]
    return [kind for kind in MEASURES if kind in (kinds or possible)]


def run(
    kinds: Sequence[str], context: Context, command: Sequence[str], out: Path
) -> Iterator[Path]:
    """Measure `chosen_kinds` and yield each file written to `out`.

    Each file is written before the next kind begins, so an interrupted run keeps what it has.

    Raises:
        InputError: an unknown kind, or something wrong with what is measured.
    """
    measured = chosen_kinds(kinds, context)
    context = replace(context, ledger=(out, *context.ledger))
    for kind in measured:
        created = datetime.now(UTC)
        outcome = MEASURES[kind](context)
        path = add_run(kind, outcome, created, command, context.profile, out)
        if outcome.unfinished is not None:
            shutil.rmtree(outcome.unfinished, ignore_errors=True)
        yield path

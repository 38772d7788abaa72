"""Kind `claims`: the note's statements, recomputed and, where it can be, measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.catalog import note
from analysis.ledger import store
from analysis.ledger.claims import Claim, ClaimsParameters, ClaimsResults
from analysis.ledger.dual_decoder import DualDecoderRun
from analysis.ledger.latent_codecs import LatentCodecs
from analysis.ledger.provenance import sha256
from analysis.ledger.rate_distortion import RateDistortion
from analysis.ledger.records import Input
from analysis.ledger.shard_sizes import ShardSizes
from analysis.ledger.video_bitrate import VideoBitrate
from analysis.measures.claims import (
    compression,
    decoding,
    equations,
    measured,
    quality,
    resolution,
    sizes,
    tables,
)
from analysis.measures.context import Context, Outcome


@dataclass(frozen=True)
class Evidence:
    """The newest runs that the measured side comes from, each with its file."""

    shard_sizes: ShardSizes | None = None
    video_bitrate: VideoBitrate | None = None
    rate_distortion: RateDistortion | None = None
    latent_codecs: LatentCodecs | None = None
    dual_decoder: DualDecoderRun | None = None
    paths: tuple[Path, ...] = ()


def newest_evidence(ledger: Sequence[Path]) -> Evidence:
    """What the ledger has."""
    sizes = store.newest(ledger, ShardSizes)
    bitrate = store.newest(ledger, VideoBitrate)
    quality = store.newest(ledger, RateDistortion)
    codecs = store.newest(ledger, LatentCodecs)
    dual = store.newest(ledger, DualDecoderRun)
    return Evidence(
        sizes and sizes[1],
        bitrate and bitrate[1],
        quality and quality[1],
        codecs and codecs[1],
        dual and dual[1],
        tuple(found[0] for found in (sizes, bitrate, quality, codecs, dual) if found),
    )


def all_claims(evidence: Evidence) -> tuple[Claim, ...]:
    """Every claim in the note's order, with the measured side where there is evidence."""
    published = note()
    return (
        *sizes.claims(published),
        *measured.claims(published, evidence.shard_sizes),
        *equations.claims(published),
        *decoding.claims(evidence.dual_decoder),
        *quality.claims(published, evidence.rate_distortion),
        *tables.claims(published),
        *resolution.claims(published, evidence.video_bitrate),
        *compression.claims(published, evidence.latent_codecs),
    )


def measure(context: Context) -> Outcome:
    """All claims, against the newest runs of the ledger."""
    evidence = newest_evidence(context.ledger)
    inputs = tuple(
        Input(name=path.stem, kind="ledger", bytes=path.stat().st_size, sha256=sha256(path))
        for path in evidence.paths
    )
    return Outcome(
        parameters=ClaimsParameters(runs=tuple(entry.name for entry in inputs)),
        inputs=inputs,
        results=ClaimsResults(claims=all_claims(evidence)),
    )

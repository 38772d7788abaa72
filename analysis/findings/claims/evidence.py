"""The newest runs that the measured side of the claims comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.dual_decoder.record import DualDecoderRun
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.rate_distortion.record import RateDistortion
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.ledger import store


@dataclass(frozen=True)
class Evidence:
    """A run of each kind where there is one, and the files that they are in."""

    shard_sizes: ShardSizes | None = None
    video_bitrate: VideoBitrate | None = None
    rate_distortion: RateDistortion | None = None
    latent_codecs: LatentCodecs | None = None
    dual_decoder: DualDecoderRun | None = None
    autoencoder_zoo: AutoencoderZoo | None = None
    paths: tuple[Path, ...] = ()


def newest_evidence(ledger: Sequence[Path]) -> Evidence:
    """What the ledger has."""
    sizes = store.newest(ledger, ShardSizes)
    bitrate = store.newest(ledger, VideoBitrate)
    quality = store.newest(ledger, RateDistortion)
    codecs = store.newest(ledger, LatentCodecs)
    dual = store.newest(ledger, DualDecoderRun)
    zoo = store.newest(ledger, AutoencoderZoo)
    return Evidence(
        sizes and sizes[1],
        bitrate and bitrate[1],
        quality and quality[1],
        codecs and codecs[1],
        dual and dual[1],
        zoo and zoo[1],
        tuple(found[0] for found in (sizes, bitrate, quality, codecs, dual, zoo) if found),
    )

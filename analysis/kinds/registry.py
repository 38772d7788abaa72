"""The registry of measurement kinds."""

from __future__ import annotations

from analysis.ledger.autoencoder_zoo import AutoencoderZoo
from analysis.ledger.claims import Claims
from analysis.ledger.dual_decoder import DualDecoderRun
from analysis.ledger.dual_decoder_training import DualDecoderTraining
from analysis.ledger.encode_throughput import EncodeThroughput
from analysis.ledger.latent_codecs import LatentCodecs
from analysis.ledger.rate_distortion import RateDistortion
from analysis.ledger.reconstruction import Reconstruction
from analysis.ledger.records import Measurement
from analysis.ledger.shard_sizes import ShardSizes
from analysis.ledger.training import Training
from analysis.ledger.training_reads import TrainingReads
from analysis.ledger.video_bitrate import VideoBitrate

KINDS: dict[str, type[Measurement]] = {
    "shard-sizes": ShardSizes,
    "video-bitrate": VideoBitrate,
    "encode-throughput": EncodeThroughput,
    "reconstruction": Reconstruction,
    "rate-distortion": RateDistortion,
    "latent-codecs": LatentCodecs,
    "dual-decoder": DualDecoderRun,
    "training-reads": TrainingReads,
    "autoencoder-zoo": AutoencoderZoo,
    "training": Training,
    "dual-decoder-training": DualDecoderTraining,
    "claims": Claims,
}
"""The model of each kind; the order is that in which a full run measures them."""


def schema_name(model: type[Measurement]) -> str:
    """`<kind>/<version>` of a model: the one value that its `schema` field takes."""
    (value,) = model.model_fields["schema_"].annotation.__args__  # type: ignore[union-attr]
    return str(value)

"""The registry of measurement kinds."""

from __future__ import annotations

from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.claims.record import Claims
from analysis.kinds.dual_decoder.record import DualDecoderRun
from analysis.kinds.dual_decoder_training.record import DualDecoderTraining
from analysis.kinds.encode_throughput.record import EncodeThroughput
from analysis.kinds.latent_codecs.record import LatentCodecs
from analysis.kinds.rate_distortion.record import RateDistortion
from analysis.kinds.reconstruction.record import Reconstruction
from analysis.kinds.shard_sizes.record import ShardSizes
from analysis.kinds.training.record import Training
from analysis.kinds.training_reads.record import TrainingReads
from analysis.kinds.video_bitrate.record import VideoBitrate
from analysis.ledger.records import Measurement

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

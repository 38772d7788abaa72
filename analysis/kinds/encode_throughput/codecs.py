"""Times how fast compressed latents are decoded on a core of the CPU."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis.autoencoders.load import load_with_decoder
from analysis.autoencoders.own import OWN
from analysis.autoencoders.runtime import choose_runtime
from analysis.autoencoders.sensitivity import channel_sensitivity
from analysis.codecs.container import compress
from analysis.codecs.latent_codec import (
    RECOMMENDED,
    RECOMMENDED_LOSSLESS,
    LatentCodec,
    latent_codec,
)
from analysis.kinds.decoding_speed import decoding_seconds
from analysis.kinds.encode_throughput.passes import Frames, batches
from analysis.kinds.encode_throughput.record import SkippedCodec, TimedCodec
from analysis.kinds.encode_throughput.timing import reason_of
from analysis.ledger.rate import rate

CODECS: Final = (RECOMMENDED_LOSSLESS, RECOMMENDED)

_PROBED: Final = 8
"""Frames whose latents the decoder is probed at, where a codec weighs channels by it."""


def time_codec(name: str, frames: Frames, device: str, repeats: int) -> TimedCodec | SkippedCodec:
    """Time a codec on the latents of frames that follow each other, by the project's autoencoder;
    where that cannot be done, say why.

    Args:
        name: of the codec.
        frames: uint8 (N, H, W, 3).
        device: where they are encoded; decoding is the CPU's.
        repeats: passes over all latents, after one that is not counted.
    """
    try:
        return _timed(latent_codec(name), frames, device, repeats)
    # A package that is absent, or whatever a compressor raises.
    except Exception as error:
        return SkippedCodec(name=name, reason=reason_of(error))


def _timed(codec: LatentCodec, frames: Frames, device: str, repeats: int) -> TimedCodec:
    autoencoder = load_with_decoder(OWN, choose_runtime(device, "fp32"))
    latents = np.concatenate([autoencoder.encode(batch) for batch in batches(frames, autoencoder)])
    sensitivity = channel_sensitivity(autoencoder, [latents[:_PROBED]]) if codec.weighted else None
    compressed = compress(latents, codec, sensitivity)
    seconds = [decoding_seconds(compressed) for _ in range(1 + repeats)][1:]
    return TimedCodec(
        name=codec.name,
        lossless=codec.lossless,
        autoencoder=autoencoder.name,
        share=len(compressed) / latents.nbytes,
        frame_bytes=latents[0].nbytes,
        decode=rate([len(latents) / taken for taken in seconds]),
    )

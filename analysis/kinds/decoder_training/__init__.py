"""Kind `decoder-training`: how the project's decoder of DC-AE's latents came to be."""

from analysis.kinds.decoder_training.record import DecoderTraining
from analysis.kinds.kind import Kind

KIND = Kind(DecoderTraining, order=105, made_by="train decoder")

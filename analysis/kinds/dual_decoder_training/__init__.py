"""Kind `dual-decoder-training`: how a dual decoder came to be."""

from analysis.kinds.dual_decoder_training.record import DualDecoderTraining
from analysis.kinds.kind import Kind

KIND = Kind(DualDecoderTraining, order=110, made_by="train dual-decoder")

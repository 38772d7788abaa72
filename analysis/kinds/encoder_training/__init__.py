"""Kind `encoder-training`: how the project's encoder of DC-AE's latents came to be."""

from analysis.kinds.encoder_training.record import EncoderTraining
from analysis.kinds.kind import Kind

KIND = Kind(EncoderTraining, order=107, made_by="train encoder")

"""Kind `training`: how the project's own autoencoder came to be."""

from analysis.kinds.kind import Kind
from analysis.kinds.training.record import Training

KIND = Kind(Training, order=100, made_by="train autoencoder")

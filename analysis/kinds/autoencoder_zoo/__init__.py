"""Kind `autoencoder-zoo`: published autoencoders, built and counted."""

from analysis.kinds.autoencoder_zoo.record import AutoencoderZoo
from analysis.kinds.kind import Kind

KIND = Kind(AutoencoderZoo, order=90)

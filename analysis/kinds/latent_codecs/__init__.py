"""Kind `latent-codecs`: latents compressed by every codec."""

from analysis.kinds.kind import LATENTS, Kind
from analysis.kinds.latent_codecs.record import LatentCodecs

KIND = Kind(LatentCodecs, order=60, needs=(LATENTS,))

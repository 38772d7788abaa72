"""Kind `rate-distortion`: bits against quality, codecs and autoencoders on the same frames."""

from analysis.kinds.kind import GAMES, Kind
from analysis.kinds.rate_distortion.record import RateDistortion

KIND = Kind(RateDistortion, order=50, needs=(GAMES,))

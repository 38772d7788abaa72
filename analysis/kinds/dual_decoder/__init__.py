"""Kind `dual-decoder`: temporally compressed latents, decoded as clips and one frame at a time."""

from analysis.kinds.dual_decoder.record import DualDecoderRun
from analysis.kinds.kind import DUAL_DECODERS, Kind

KIND = Kind(DualDecoderRun, order=70, needs=(DUAL_DECODERS,))

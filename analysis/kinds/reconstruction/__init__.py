"""Kind `reconstruction`: how near decoded latents come to the frames."""

from analysis.kinds.kind import Kind
from analysis.kinds.reconstruction.record import Reconstruction

KIND = Kind(Reconstruction, order=40)

"""Kind `encode-throughput`: how fast recordings become latents."""

from analysis.kinds.encode_throughput.record import EncodeThroughput
from analysis.kinds.kind import Kind

KIND = Kind(EncodeThroughput, order=30)

"""Kind `shard-sizes`: what shards take on disk."""

from analysis.kinds.kind import Kind
from analysis.kinds.shard_sizes.record import ShardSizes

KIND = Kind(ShardSizes, order=10)

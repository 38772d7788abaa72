"""Kind `shard-sizes`: what shards take on disk."""

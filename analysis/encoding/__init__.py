"""Recording shards to latent shards: the pipeline, its resume, its cluster executor."""

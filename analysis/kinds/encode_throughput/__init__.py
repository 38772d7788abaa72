"""Kind `encode-throughput`: how fast recordings become latents."""

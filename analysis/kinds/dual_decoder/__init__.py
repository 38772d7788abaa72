"""Kind `dual-decoder`: temporally compressed latents, decoded as clips and one frame at a time."""

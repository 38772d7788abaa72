"""Kind `reconstruction`: how near decoded latents come to the frames."""

"""Store a video dataset as MP4 or as autoencoder latents? The tools behind the report."""

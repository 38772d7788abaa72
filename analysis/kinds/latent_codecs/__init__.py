"""Kind `latent-codecs`: latents compressed by every codec."""

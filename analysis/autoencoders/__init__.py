"""Autoencoders: frames to latents and back, whichever model does it; the project's own weights."""

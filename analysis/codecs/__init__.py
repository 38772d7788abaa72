"""Codecs for stored latents: an array to bytes and back, chunked along time."""

"""Kind `rate-distortion`: bits against quality, codecs and autoencoders on the same frames."""

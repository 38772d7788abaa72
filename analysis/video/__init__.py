"""Video: encoding, headers without decoding, and what a spectrum tells of frames."""

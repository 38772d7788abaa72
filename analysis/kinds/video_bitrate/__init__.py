"""Kind `video-bitrate`: what games take at each resolution, codec and quality."""

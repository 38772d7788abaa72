"""Kind `dual-decoder-training`: how a dual decoder came to be."""

"""Kind `training-reads`: how fast a training loop gets its clips."""

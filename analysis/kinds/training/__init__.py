"""Kind `training`: how the project's own autoencoder came to be."""

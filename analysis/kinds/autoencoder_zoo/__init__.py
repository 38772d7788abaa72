"""Kind `autoencoder-zoo`: published autoencoders, built and counted."""

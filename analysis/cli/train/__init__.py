"""`latent-storage train ...`: the project's own small models."""
